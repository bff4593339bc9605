namespace Autograd.PropertyTests;

/// <summary>The sweep is linear in its seeds, and treats every recorded tensor alike, wherever it lies on the tape.</summary>
public class SourceTests
{
    public static TheoryData<string> Cases => OperationCases.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheSweepIsLinearInTheSeed(string name) => Law.Holds(20, OperationCases.Named(name).Draw, trial =>
    {
        const double a = 0.75, b = -1.5;
        var first = Derivatives.Gradients(trial.Function, trial.Inputs, shape => Directions.Of(shape, 1));
        var second = Derivatives.Gradients(trial.Function, trial.Inputs, shape => Directions.Of(shape, 2));
        var both = Derivatives.Gradients(trial.Function, trial.Inputs, shape => a * Directions.Of(shape, 1) + b * Directions.Of(shape, 2));
        double[][] sum = [.. first.Zip(second, (g, h) => g.Zip(h, (x, y) => a * x + b * y).ToArray())];
        Near.Equal(sum, both, 4 * Near.Rounding(Derivatives.Scale(trial)), "gradient");
        Assert.All(Derivatives.Gradients(trial.Function, trial.Inputs, shape => Tensor.Zeros(shape)).SelectMany(g => g),
            g => Assert.Equal(0, g));
    });

    [Theory]
    [MemberData(nameof(Cases))]
    public void TwoOutputsAddUp(string name) => Law.Holds(20, OperationCases.Named(name).Draw, trial =>
    {
        double tolerance = Near.Rounding(Derivatives.Scale(trial));
        using var tape = new Tape();
        foreach (var input in trial.Inputs) tape.Watch(input);
        var result = trial.Function(trial.Inputs);
        if (tape.NumberOf(result) < 0) return;
        var other = Functions.Sin(result);
        var (u, v) = (Directions.Of(result.Shape, 1), Directions.Of(result.Shape, 2));
        Tensor[] sources = [result, .. trial.Inputs];
        var together = Derivatives.Numbers(tape.Gradients([result, other], [u, v], sources));
        double[][] apart =
            [.. tape.Gradients([result], [u], sources).Zip(tape.Gradients([other], [v], sources), (g, h) => (g + h).ToDoubles())];
        Near.Equal(apart, together, tolerance, "gradient");
        Near.Equal((u + v * Functions.Cos(result)).ToDoubles(), together[0], tolerance, "gradient of the result itself");
    });

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheChainRuleHoldsAtACut(string name) => Law.Holds(20, OperationCases.Named(name).Draw, trial =>
    {
        using var tape = new Tape();
        foreach (var input in trial.Inputs) tape.Watch(input);
        Tensor[] inner = [.. trial.Inputs.Select(input => input + 0.0)];
        int cut = tape.Position;
        var result = trial.Function(inner);
        if (tape.NumberOf(result) < 0) return;
        var seed = Directions.Of(result.Shape);
        double[][] whole = Derivatives.Numbers(tape.Gradients([result], [seed], trial.Inputs));
        var atCut = tape.Gradients([result], [seed], inner, entries: cut..);
        Near.SameBits(whole, Derivatives.Numbers(atCut), "gradient at the cut");
        Near.SameBits(whole, Derivatives.Numbers(tape.Gradients(inner, atCut, trial.Inputs, entries: ..cut)), "gradient from the cut");
    });
}
