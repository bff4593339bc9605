using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>What is wrong within a step says of which cell, however it is run; the line is in the inner exception's trace.</summary>
public class StepMessageTests
{
    [Theory]
    [InlineData(Execution.Eager)]
    [InlineData(Execution.Compiled)]
    public void AShapeThatDoesNotFitNamesTheCell(Execution execution)
    {
        var error = Assert.Throws<ShapeException>(() => Run(new Wrong((x, s) => MatMul(x, Tensor.Ones([4, 5]))), execution));
        Assert.StartsWith("Wrong.Step of x [2, 3]: MatMul: left is [2, 3], right is [4, 5]", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(AShapeThatDoesNotFitNamesTheCell), error.InnerException!.StackTrace, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Execution.Eager)]
    [InlineData(Execution.Compiled)]
    public void AnElementTypeThatDoesNotFitNamesTheCell(Execution execution)
    {
        var error = Assert.Throws<ElementTypeException>(
            () => Run(new Wrong((x, s) => x * Tensor.Ones([3], ElementType.Float64)), execution));
        Assert.StartsWith(
            "Wrong.Step of x [2, 3]: Multiply: operand 0 is Float32 [2, 3], operand 1 is Float64 [3]", error.Message,
            StringComparison.Ordinal);
    }

    // Columns are meant, and rows are asked for.
    [Fact]
    public void ARangeBeyondTheFirstAxisSaysThatItIsOfTheFirstAxis()
    {
        var gates = Tensor.Ones([4, 8]);
        Assert.Equal(
            "Slice: the range 0..6 does not lie within the first axis of [4, 8], which an index in brackets is of. "
            + "Slice(x, axis, start, length) takes a part of another one.",
            Assert.Throws<ShapeException>(() => gates[..6]).Message);
        Assert.Throws<ShapeException>(() => gates[3..1]);
        Assert.Throws<ShapeException>(() => gates[^5..]);
        Assert.Equal([0, 8], gates[4..].Shape.Lengths.ToArray());
    }

    static void Run(Wrong cell, Execution execution)
    {
        var layer = Recurrent.Over(cell);
        layer.Execution = execution;
        layer.Run(Tensor.Ones([5, 2, 3]));
    }

    sealed class Wrong(Func<Tensor, Tensor, Tensor> step) : Cell<Tensor>(new RandomKey(1), 3)
    {
        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state) => step(x, state) is var next ? (next, next) : default;
    }
}
