using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>What is captured with a row for each sequence stays with its sequence, also where others have ended.</summary>
public class RowLeafLaws
{
    [Law(40)]
    public void AnEndedSequenceTakesItsRowsAlong(Draw draw)
    {
        var (lengths, units) = draw.Of(draw =>
        {
            int[] lengths = [.. Enumerable.Range(0, draw.Whole(1, 24)).Select(_ => draw.Whole(1, 40))];
            return (lengths, draw.Whole(1, 6));
        });
        var memory = new RandomKey(1).Normal([lengths.Length, units, units], 1, ElementType.Float64);
        var layer = new Recurrent<Tensor>(new MemoryCell(memory));
        var x = new RandomKey(2).Normal([lengths.Max(), lengths.Length, units], 1, ElementType.Float64);
        layer.Execution = Execution.Eager;
        var expected = layer.Run(x, lengths: lengths);
        foreach (var execution in (Execution[])[Execution.Compiled, Execution.Interpreted])
        {
            layer.Execution = execution;
            var run = layer.Run(x, lengths: lengths);
            Assert.Equal(execution, layer.LastPath.Execution);
            Near.Equal(expected.Outputs, run.Outputs, lengths.Max() * Near.Rounding(units), "outputs");
            Near.Equal(expected.Final, run.Final, lengths.Max() * Near.Rounding(units), "final state");
        }
    }

    // Each sequence has a matrix of its own.
    sealed class MemoryCell(Tensor memory) : Cell<Tensor>(new RandomKey(3), memory.Shape[1])
    {
        public override Tensor Initial(int batch, ElementType type) => Tensor.Zeros([batch, memory.Shape[1]], type);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var read = MatMul((x + state).Reshape(-1, 1, memory.Shape[1]), memory).Reshape(-1, memory.Shape[1]);
            var next = Tanh(read + 0.5 * state);
            return (next, next);
        }
    }
}
