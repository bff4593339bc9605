namespace Autograd.PropertyTests;

/// <summary>Two precisions and two kinds of sweep tell the same story; and telling it again changes nothing.</summary>
public class SweepTests
{
    public static TheoryData<string> Cases => OperationCases.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public void ARecordedSweepGivesTheGradientsOfAnUnrecordedOne(string name) => Law.Holds(30, OperationCases.Named(name).Draw, trial =>
        Near.Equal(
            Derivatives.Gradients(trial.Function, trial.Inputs, Directions.Of),
            Derivatives.Gradients(trial.Function, trial.Inputs, Directions.Of, record: true),
            Near.Rounding(Derivatives.Scale(trial)),
            "recorded gradient"));

    [Theory]
    [MemberData(nameof(Cases))]
    public void SweepingAgainGivesTheSameBits(string name) => Law.Holds(20, OperationCases.Named(name).Draw, trial =>
    {
        using var tape = new Tape();
        foreach (var input in trial.Inputs) tape.Watch(input);
        var result = trial.Function(trial.Inputs);
        var seed = Directions.Of(result.Shape);
        var first = tape.Gradients([result], [seed], trial.Inputs);
        var numbers = Derivatives.Numbers(first);
        tape.Gradients([result], [seed], trial.Inputs, record: true);
        Near.SameBits(numbers, Derivatives.Numbers(tape.Gradients([result], [seed], trial.Inputs)), "gradient of a later sweep");
        Near.SameBits(numbers, Derivatives.Numbers(first), "gradient of the first sweep, read after the later ones,");
    });

    // Each of some thirty roundings on the way to a number (a function's own, its slope's, a sum's) is off by at most ε of the numbers it
    // meets.
    [Theory]
    [MemberData(nameof(Cases))]
    public void SinglePrecisionAgreesWithDouble(string name) => Law.Holds(30, OperationCases.Named(name).Draw, trial =>
    {
        double bound = (32 + trial.Terms) * ElementType.Float32.Epsilon() * Math.Pow(Derivatives.Scale(trial), 2);
        Tensor[] singles = [.. trial.Inputs.Select(input => input.As(ElementType.Float32))];
        Near.Equal(trial.Function(trial.Inputs), trial.Function(singles), bound, "value in single precision");
        var expected = Derivatives.Gradients(trial.Function, trial.Inputs, Directions.Of);
        Near.Equal(expected, Derivatives.Gradients(trial.Function, singles, Directions.Of), bound, "gradient in single precision");
        var recorded = Derivatives.Gradients(trial.Function, singles, Directions.Of, record: true);
        Near.Equal(expected, recorded, bound, "recorded gradient in single precision");
    });
}
