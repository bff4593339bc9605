using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>
/// Products of rows within the rows of the batch, <c>[batch, rows, n] · [n, m]</c>: pixels, heads, groups. They are one product with the
/// weights side by side wherever their operands lie.
/// </summary>
public class RowProductLaws
{
    /// <summary>As on the tape, with gates that share weights, steps of the input and rows that lie beside others.</summary>
    [Law(60)]
    public void RowsWithinRowsAreProductsOfThePlan(Draw draw)
    {
        var cell = draw.Of(GatedCell.Drawn);
        var layer = new Recurrent<Tensor>(cell) { Threads = 1 };
        var (steps, batch) = draw.Of(draw => (draw.Whole(1, 5), draw.OneOf(1, 2, draw.Whole(3, 40))));
        var x = new RandomKey(2).Normal([steps, batch, cell.Rows, cell.Inputs], 1, ElementType.Float64);
        double[][] expected = LayerResults.Planned(layer, x, Execution.Eager);
        double[][] compiled = LayerResults.Planned(layer, x, Execution.Compiled);
        string plan = layer.Explain(x);
        if (!cell.ReadsLater)
            Assert.DoesNotContain("= MatMul(", plan[plan.IndexOf("\nforward\n", StringComparison.Ordinal)..], StringComparison.Ordinal);
        LayerResults.AreNear(expected, compiled, steps * Near.Rounding(cell.Terms), "compiled");
        Near.SameBits(compiled, LayerResults.Planned(layer, x, Execution.Compiled), "again");
        layer.Threads = 3;
        Near.SameBits(compiled, LayerResults.Planned(layer, x, Execution.Compiled), "three threads");
    }

    /// <summary>Gates of sums of products of rows.</summary>
    sealed class GatedCell : Cell<Tensor>
    {
        readonly Parameter[] ofInput, ofState;
        readonly (int Input, int State)[] gates;
        readonly bool hasBias, isPart, isJoined;
        readonly int units;
        readonly Parameter? bias;

        GatedCell(int rows, int inputs, int units, int weights, (int Input, int State)[] gates, bool hasBias, bool isPart,
            bool readsLater, bool isJoined)
            : base(new RandomKey(3), units)
        {
            (Rows, Inputs, ReadsLater, this.units) = (rows, inputs, readsLater, units);
            (this.gates, this.hasBias, this.isPart, this.isJoined) = (gates, hasBias, isPart, isJoined);
            ofInput = [.. Enumerable.Range(0, weights).Select(i => Given($"ofInput{i}", inputs, units))];
            ofState = [.. Enumerable.Range(0, weights).Select(i => Given($"ofState{i}", units, units))];
            if (hasBias) bias = Given("bias", units);

            Parameter Given(string name, params int[] shape)
            {
                Parameter(out var given, new RandomKey(4).For(name).Normal(Shape.Create(shape), 0.5, ElementType.Float64), name);
                return given;
            }
        }

        public int Rows { get; }

        public int Inputs { get; }

        /// <summary>Whether what the first products multiply is multiplied again, by what is made of them.</summary>
        public bool ReadsLater { get; }

        /// <summary>Terms of a gate's sum.</summary>
        public int Terms => Rows * (Inputs + units) * gates.Length;

        public static GatedCell Drawn(Draw draw)
        {
            int weights = draw.Whole(1, 4);
            var gates = Enumerable.Range(0, draw.Whole(1, 5)).Select(_ => (draw.Whole(0, weights - 1), draw.Whole(0, weights - 1)));
            return new GatedCell(
                draw.Whole(1, 9), draw.Whole(1, 20), draw.OneOf(1, 2, 3, 8, draw.Whole(4, 40)), weights, [.. gates], draw.Flag(),
                draw.Flag(), draw.Flag(), draw.Flag());
        }

        public override Tensor Initial(int batch, ElementType type) => Tensor.Zeros([batch, Rows, units], type);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            // Some of the rows of a wider value lie beside others.
            var left = isPart ? Slice(Concatenate(1, Tanh(state), x.Shape[2] == units ? x : Sigmoid(state)), 1, 0, Rows) : state;
            var sum = 0.5 * state;
            foreach (var (input, past) in gates)
            {
                var gate = MatMul(x, ofInput[input]) + MatMul(left, ofState[past]);
                sum = Sigmoid(hasBias ? gate + bias! : gate) * sum + Tanh(gate);
            }
            if (ReadsLater) sum += MatMul(Tanh(MatMul(left, sum, transposeRight: true)), left) * (1.0 / Rows);
            // Where a product is a part of the output, its cotangent is one of another's.
            return (isJoined ? Concatenate(1, MatMul(sum, ofState[0]), sum) : sum, 0.5 * Tanh(sum));
        }
    }
}
