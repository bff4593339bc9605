using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>
/// One number for each row, <c>[batch, 1]</c>: sums, products, gates and states, and what is made of them. The passes that use it make it.
/// </summary>
public class RowNumberLaws
{
    /// <summary>As on the tape, whatever uses the numbers, and wherever else they are needed.</summary>
    [Law(150)]
    public void NumbersOfRowsAreMadeWhereTheyAreUsed(Draw draw)
    {
        var cell = draw.Of(draw => new NumberCell(draw));
        var (steps, batch) = draw.Of(draw => (draw.Whole(1, 5), draw.OneOf(1, 2, draw.Whole(3, 40))));
        var layer = new Recurrent<(Tensor Row, Tensor Number)>(cell) { Threads = 1 };
        var x = new RandomKey(2).Normal([steps, batch, cell.Width], 1, ElementType.Float64);
        double[][] expected = LayerResults.Planned(layer, x, Execution.Eager);
        double[][] compiled = LayerResults.Planned(layer, x, Execution.Compiled);
        LayerResults.AreNear(expected, compiled, steps * cell.Count * Near.Rounding(cell.Width), "compiled");
        Near.SameBits(compiled, LayerResults.Planned(layer, x, Execution.Interpreted), "interpreted");
        layer.Threads = 3;
        Near.SameBits(compiled, LayerResults.Planned(layer, x, Execution.Compiled), "three threads");
    }

    /// <summary>
    /// A number that passes of several widths make, each for itself, is the same in all of them: here a·b + c, where c is −a·b as rounded,
    /// which would not be 0 where the product is formed in the sum.
    /// </summary>
    [Law(60)]
    public void ANumberThatSeveralPassesMakeIsTheSame(Draw draw)
    {
        var (batch, narrow, wide) = draw.Of(draw => (draw.Whole(1, 20), draw.Whole(1, 20), draw.Whole(1, 40)));
        var factors = new RandomKey(2).Normal([3, batch, 2], 1, ElementType.Float64);
        var x = Concatenate(2, factors, -(Slice(factors, 2, 0, 1) * Slice(factors, 2, 1, 1)));
        var layer = new Recurrent<(Tensor Narrow, Tensor Wide)>(new TwoWidthsCell(narrow, wide)) { Threads = 1 };
        Near.SameBits([Outputs(Execution.Eager)], [Outputs(Execution.Compiled)], "compiled");

        // Where nothing is recorded, so that the product is written nowhere.
        double[] Outputs(Execution execution)
        {
            layer.Execution = execution;
            double[] outputs = layer.Forward(x).ToDoubles();
            Assert.Equal(execution, layer.LastPath.Execution);
            return outputs;
        }
    }

    sealed class TwoWidthsCell(int narrow, int wide) : Cell<(Tensor Narrow, Tensor Wide)>(new RandomKey(3), 1)
    {
        public override (Tensor Narrow, Tensor Wide) Initial(int batch, ElementType type) =>
            (Tensor.Zeros([batch, narrow], type), Tensor.Zeros([batch, wide], type));

        public override (Tensor Output, (Tensor Narrow, Tensor Wide) Next) Step(Tensor x, (Tensor Narrow, Tensor Wide) state)
        {
            // Made within the steps, since it reads both states.
            var zero = 0.0 * (Slice(state.Narrow, 1, 0, 1) + Slice(state.Wide, 1, 0, 1));
            var product = (Slice(x, 1, 0, 1) + zero) * Slice(x, 1, 1, 1);
            var isPositive = Greater(product + Slice(x, 1, 2, 1), 0);
            var first = Where(isPositive, state.Narrow + 1.0, state.Narrow - 1.0);
            var second = Where(isPositive, state.Wide + 1.0, state.Wide - 1.0) * product;
            return (Concatenate(1, first, second), (first, second));
        }
    }

    sealed class NumberCell : Cell<(Tensor Row, Tensor Number)>
    {
        readonly (int Kind, int Row, int Number, int Other)[] lines;
        readonly (int Row, int Number, int Output, bool IsJoined) results;
        readonly Parameter weights, shift, columns;

        public NumberCell(Draw draw)
            : base(new RandomKey(3), 1)
        {
            Width = draw.OneOf(1, 2, 3, 8, 16, draw.Whole(4, 40));
            int count = draw.Whole(1, 10);
            lines = [.. Enumerable.Range(0, count).Select(_ => (draw.Whole(0, 8), Any(), Any(), Any()))];
            results = (draw.Whole(0, 3), draw.Whole(0, 3), draw.Whole(0, 3), draw.Flag());
            Parameter(out weights, new RandomKey(4).Normal([Width, 1], 0.5, ElementType.Float64), "weights");
            Parameter(out shift, new RandomKey(5).Normal([1], 0.5, ElementType.Float64), "shift");
            Parameter(out columns, new RandomKey(6).Normal([Width], 0.5, ElementType.Float64), "columns");

            int Any() => draw.Whole(0, 99);
        }

        public int Width { get; }

        public int Count => lines.Length;

        public override (Tensor Row, Tensor Number) Initial(int batch, ElementType type) =>
            (Tensor.Full([batch, Width], 0.3, type), Tensor.Full([batch, 1], -0.2, type));

        public override (Tensor Output, (Tensor Row, Tensor Number) Next) Step(Tensor x, (Tensor Row, Tensor Number) state)
        {
            List<Tensor> rows = [x, state.Row], numbers = [state.Number];
            foreach (var (kind, i, j, k) in lines)
            {
                Tensor row = Chosen(rows, i), number = Chosen(numbers, j), other = Chosen(numbers, k);
                switch (kind)
                {
                    case 0: numbers.Add(SumKeepingAxes(row, -1) * (1.0 / Width)); break;
                    case 1: numbers.Add(MatMul(row, weights) + shift); break;
                    case 2: numbers.Add(Sigmoid(number)); break;
                    case 3: numbers.Add(number * other + 0.5); break;
                    case 4: numbers.Add(MatMul(Tanh(row), weights) + number); break;
                    case 5: numbers.Add(number / Sqrt(Square(other) + 1.0)); break;
                    case 6: rows.Add(Tanh(row * number)); break;
                    case 7: rows.Add(Tanh(number - row + columns)); break;
                    default: rows.Add(Where(Greater(number, other), row, -0.5 * row)); break;
                }
            }
            Tensor output = Last(rows, results.Output) + 0.5 * x, next = Last(numbers, results.Number);
            // Beside the columns of a row, or alone.
            return (results.IsJoined ? Concatenate(1, next, output) : output, (Tanh(Last(rows, results.Row)), Tanh(next)));
        }

        static Tensor Chosen(List<Tensor> values, int any) => values[^(any % values.Count + 1)];

        static Tensor Last(List<Tensor> values, int back) => values[^Math.Min(back + 1, values.Count)];
    }
}
