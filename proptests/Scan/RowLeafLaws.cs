using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>What is captured with a row for each sequence stays with its sequence, also where others have ended.</summary>
public class RowLeafLaws
{
    [Law(20)]
    public void AnEndedSequenceTakesItsRowsAlong(Draw draw)
    {
        var (lengths, units, kind) = draw.Of(draw =>
        {
            // One goes on so long without the others that it pays to run it alone.
            int[] lengths = [draw.Whole(300, 600), .. Enumerable.Range(0, draw.Whole(0, 24)).Select(_ => draw.Whole(1, 40))];
            return (lengths, draw.Whole(20, 40), draw.Whole(0, 2));
        });
        int batch = lengths.Length;
        var memory = new RandomKey(1).Normal(kind == 0 ? [batch, units, units] : [batch, units], 1, ElementType.Float64);
        var layer = new Recurrent<Tensor>(new MemoryCell(units, kind switch
        {
            // Each sequence reads a matrix of its own, or has a bias of its own before or within the equations.
            0 => value => MatMul(value.Reshape(-1, 1, units), memory).Reshape(-1, units),
            1 => value => value + memory,
            _ => value => value * Softmax(memory),
        }));
        var x = new RandomKey(2).Normal([lengths.Max(), batch, units], 1, ElementType.Float64);
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

    sealed class MemoryCell(int units, Func<Tensor, Tensor> read) : Cell<Tensor>(new RandomKey(3), units)
    {
        public override Tensor Initial(int batch, ElementType type) => Tensor.Zeros([batch, units], type);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var next = Tanh(read(x + state) + 0.5 * state);
            return (next, next);
        }
    }
}
