using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>What is captured with a row for each sequence stays with its sequence, also where others have ended.</summary>
public class RowLeafLaws
{
    [Law(30)]
    public void AnEndedSequenceTakesItsRowsAlong(Draw draw)
    {
        var (lengths, units, kind) = draw.Of(draw =>
        {
            // One goes on so long without the others that it pays to run it alone.
            int[] lengths = [draw.Whole(300, 600), .. Enumerable.Range(0, draw.Whole(0, 24)).Select(_ => draw.Whole(1, 40))];
            return (lengths, draw.Whole(20, 40), (Reading: draw.Whole(0, 3), IsCaptured: draw.Flag()));
        });
        int batch = lengths.Length;
        // Matrices that contract, or rounding would grow from step to step.
        Tensor Rows(int rows) => kind.Reading == 0
            ? new RandomKey(1).Normal([rows, units, units], 0.2 / Math.Sqrt(units), ElementType.Float64)
            : new RandomKey(1).Normal([rows, units], 1, ElementType.Float64);
        // What the step itself draws fits a batch of any size, but each row has its place in it.
        var captured = Rows(batch);
        Tensor Memory(Tensor value) => kind.IsCaptured ? captured : Rows(value.Shape[0]);
        var layer = new Recurrent<Tensor>(new MemoryCell(units, kind.Reading switch
        {
            // Each sequence reads a matrix of its own, or has a bias or factors of its own, or a row is given out for it.
            0 => value => MatMul(value.Reshape(-1, 1, units), Memory(value)).Reshape(-1, units),
            1 => value => value + Memory(value),
            2 => value => value * Softmax(Memory(value)),
            _ => value => value,
        }, kind.Reading == 3 ? Memory : null));
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

    sealed class MemoryCell(int units, Func<Tensor, Tensor> read, Func<Tensor, Tensor>? output) : Cell<Tensor>(new RandomKey(3), units)
    {
        public override Tensor Initial(int batch, ElementType type) => Tensor.Zeros([batch, units], type);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var next = Tanh(read(x + state) + 0.5 * state);
            return (output?.Invoke(x) ?? next, next);
        }
    }
}
