namespace Autograd.PropertyTests;

/// <summary>
/// Tensors without data flow through every operation and its derivatives, and get the shapes and types that tensors with data get.
/// </summary>
public class SymbolicTests
{
    public static TheoryData<string> Cases => OperationCases.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public void ShapesAndTypesAreThoseOfTheConcreteResult(string name) => Law.Holds(20, OperationCases.Named(name).Draw, trial =>
    {
        foreach (var type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            var concrete = trial.Function([.. trial.Inputs.Select(input => input.As(type))]);
            var symbolic = trial.Function([.. trial.Inputs.Select(input => Tensor.Symbolic(input.Shape, type))]);
            Assert.True(symbolic.IsSymbolic);
            Assert.Equal((concrete.Shape, concrete.ElementType), (symbolic.Shape, symbolic.ElementType));
        }
    });

    [Theory]
    [MemberData(nameof(Cases))]
    public void DerivativesHaveTheShapesOfTheirInputs(string name) => Law.Holds(
        20,
        draw => (
            Trial: OperationCases.Named(name).Draw(draw), Record: draw.Flag(), HasSeed: draw.Flag(),
            Type: draw.OneOf(ElementType.Float32, ElementType.Float64)),
        setting =>
        {
            var (trial, record, hasSeed, type) = setting;
            Tensor[] inputs = [.. trial.Inputs.Select(input => Tensor.Symbolic(input.Shape, type))];
            using var tape = new Tape();
            foreach (var input in inputs) tape.Watch(input);
            var result = trial.Function(inputs);
            var seed = hasSeed ? Tensor.Ones(result.Shape, type) : Tensor.Symbolic(result.Shape, type);
            AssertLike(inputs, Derivatives.OrZero(tape, result, seed, inputs, record));
            var tangents = Array.ConvertAll(inputs, input => hasSeed ? Tensor.Ones(input.Shape, type) : input);
            AssertLike([result], [Derivatives.TangentOrZero(tape, result, inputs, tangents, record)]);
        });

    [Theory]
    [MemberData(nameof(Cases))]
    public void OneConcreteInputAmongSymbolicOnesIsNoObstacle(string name) => Law.Holds(20, OperationCases.Named(name).Draw, trial =>
    {
        for (int concrete = 0; concrete < trial.Inputs.Length; concrete++)
        {
            Tensor[] inputs =
                [.. trial.Inputs.Select((input, i) => i == concrete ? input : Tensor.Symbolic(input.Shape, input.ElementType))];
            using var tape = new Tape();
            foreach (var input in inputs) tape.Watch(input);
            var result = Functions.Sum(trial.Function(inputs));
            AssertLike(inputs, tape.Gradients(result, inputs));
        }
    });

    static void AssertLike(Tensor[] expected, Tensor[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal((expected[i].Shape, expected[i].ElementType), (actual[i].Shape, actual[i].ElementType));
    }
}
