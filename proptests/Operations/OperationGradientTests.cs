namespace Autograd.PropertyTests;

/// <summary>Every operation's rules, against differences of values and against each other.</summary>
public class OperationGradientTests
{
    public static TheoryData<string> Cases => OperationCases.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public void GradientsAgreeWithDifferencesToSecondOrder(string name) => Law.Holds(25, OperationCases.Named(name).Draw, trial =>
        GradientCheck.Run(trial.Function, trial.Inputs).ThrowIfFailed());

    [Theory]
    [MemberData(nameof(Cases))]
    public void GradientsAgreeWithDifferencesToThirdOrder(string name) => Law.Holds(6, OperationCases.Named(name).Draw, trial =>
        GradientCheck.Run(trial.Function, trial.Inputs, options: new() { Order = 3, Mode = CheckMode.Projected, StepFree = false })
        .ThrowIfFailed());

    [Theory]
    [MemberData(nameof(Cases))]
    public void ForwardModeIsTheAdjointOfReverseMode(string name) => Law.Holds(40, OperationCases.Named(name).Draw, trial =>
    {
        using var tape = new Tape();
        foreach (var input in trial.Inputs) tape.Watch(input);
        var result = trial.Function(trial.Inputs);
        var u = Directions.Of(result.Shape);
        Tensor[] v = [.. trial.Inputs.Select((input, i) => Directions.Of(input.Shape, i + 1))];
        var product = Derivatives.TangentOrZero(tape, result, trial.Inputs, v);
        var (forward, forwardSize) = Dot([u], [product]);
        var (reverse, reverseSize) = Dot(Derivatives.OrZero(tape, result, u, trial.Inputs), v);
        Near.Equal([forward], [reverse], 1e-12 * Math.Max(1, forwardSize + reverseSize), "⟨Jᵀu, v⟩ instead of ⟨u, Jv⟩");
    });

    [Theory]
    [MemberData(nameof(Cases))]
    public void BothOrdersOfModesGiveTheSameHessianProduct(string name) => Law.Holds(20, OperationCases.Named(name).Draw, trial =>
        MixedModes.Agree(trial.Function, trial.Inputs));

    static (double Sum, double Size) Dot(Tensor[] left, Tensor[] right)
    {
        var terms = left.Zip(right).SelectMany(pair => pair.First.ToDoubles().Zip(pair.Second.ToDoubles(), (a, b) => a * b)).ToArray();
        return (terms.Sum(), terms.Sum(Math.Abs));
    }
}
