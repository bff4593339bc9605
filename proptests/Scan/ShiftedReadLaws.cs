using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>
/// Columns of values with zeros, constants or other columns beside them: neighbours of neighbours, stencils, stacks, delay lines.
/// </summary>
public class ShiftedReadLaws
{
    /// <summary>Any columns anywhere, of what is given, handed on or computed in the step.</summary>
    [Law(150)]
    public void ShiftedColumnsAreWhatAnEagerRunHas(Draw draw)
    {
        var (type, cell, steps, batch) = draw.Of(draw =>
        {
            var type = draw.OneOf(ElementType.Float32, ElementType.Float64);
            return (type, new ShiftingCell(draw, type), draw.Whole(1, 4), draw.OneOf(1, 1, 2, draw.Whole(3, 20)));
        });
        var layer = new Recurrent<Tensor>(cell) { Threads = 1 };
        var x = new RandomKey(2).Normal([steps, batch, cell.Width], 1, type);
        double[][] expected = LayerResults.Planned(layer, x, Execution.Eager);
        double[][] compiled = LayerResults.Planned(layer, x, Execution.Compiled);
        double rounding = Near.Rounding(cell.Width) * (type == ElementType.Float32 ? Math.ScaleB(1, 29) : 1);
        LayerResults.AreNear(expected, compiled, steps * (1 + cell.Shifts) * rounding, cell.ToString());
        Near.SameBits(compiled, LayerResults.Planned(layer, x, Execution.Interpreted), cell.ToString());
        layer.Threads = 3;
        Near.SameBits(compiled, LayerResults.Planned(layer, x, Execution.Compiled), "three threads");
    }

    /// <summary>They are read where they lie: nothing is copied for them.</summary>
    [Law(40)]
    public void ShiftedColumnsArePartOfFusedPasses(Draw draw)
    {
        var (cell, batch) = draw.Of(draw => (new ShiftingCell(draw, ElementType.Float64), draw.OneOf(1, 3, 40)));
        var layer = new Recurrent<Tensor>(cell);
        string text = layer.Explain(Tensor.Zeros([3, batch, cell.Width], ElementType.Float64));
        Assert.DoesNotContain("own code", text, StringComparison.Ordinal);
    }

    sealed class ShiftingCell : Cell<Tensor>
    {
        readonly (int Of, int Start, int Length, int Before, bool IsComputed)[] shifts;
        readonly bool isJoined;
        readonly Tensor edge;
        readonly Parameter weight;

        public ShiftingCell(Draw draw, ElementType type)
            : base(default)
        {
            Width = draw.Whole(3, 40);
            isJoined = draw.Whole(0, 3) == 0;
            shifts = new (int, int, int, int, bool)[draw.Whole(1, 5)];
            for (int i = 0; i < shifts.Length; i++)
            {
                int length = draw.Whole(2, Width - 1);
                shifts[i] = (draw.Whole(0, 2 + i), draw.Whole(0, Width - length), length, draw.Whole(0, Width - length), draw.Flag());
            }
            Constant(out edge, new RandomKey(3).Normal([1, Width], 1, ElementType.Float64));
            Parameter(out weight, new RandomKey(4).Normal([Width], 1, type));
        }

        public int Width { get; }

        public int Shifts => shifts.Length;

        public override Tensor Initial(int batch, ElementType type) => Tensor.Full([batch, Width], 0.3, type);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            List<Tensor> values = [x, state, Tanh(weight * state + x)];
            foreach (var (of, start, length, before, isComputed) in shifts)
            {
                var columns = Slice(values[of], 1, start, length);
                if (isComputed) columns = columns * columns - 0.5 * columns;
                values.Add(0.5 * Sin(values[^1]) + weight * Beside(columns, before, Width - before - length));
            }
            return (values[^1], Tanh(values[^1] + values[2]));
        }

        public override string ToString() => $"{Width} columns, {string.Join(" ", shifts)}{(isJoined ? ", joined" : "")}";

        Tensor Beside(Tensor columns, int before, int behind)
        {
            if (!isJoined) return Pad(columns, 1, before, behind);
            var edges = BroadcastTo(edge, [columns.Shape[0], Width]);
            Tensor[] parts = [Slice(edges, 1, 0, before), columns, Slice(edges, 1, 0, behind)];
            return Concatenate(1, [.. parts.Where(part => part.Shape[1] > 0)]);
        }
    }
}
