using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class VmapTests : Poisoned
{
    const int Rows = 3;

    [Fact]
    public void AFunctionOfARowIsRunForAllRows()
    {
        var x = Data.Normal([Rows, 4]);
        var centre = Data.Normal([4], 2);
        var distances = Vmap.Run(row => Norm(row - centre), x);
        Assert.Equal([Rows], distances.Shape.Lengths.ToArray());
        for (int i = 0; i < Rows; i++) Expect.Near(Norm(x[i] - centre), distances[i], epsilons: 4, scale: 4);
    }

    [Fact]
    public void ResultsThatDoNotDependOnARowAreRepeated()
    {
        var c = Data.Normal([2]);
        var results = Vmap.Run(row => [c, row[0][0] * 2, c * 2], [Data.Normal([Rows, 2])]);
        Assert.Equal([Rows, 2], results[0].Shape.Lengths.ToArray());
        Assert.Equal([Rows], results[1].Shape.Lengths.ToArray());
        Expect.Near(c * 2, results[2][1], epsilons: 1, scale: 2);
    }

    [Fact]
    public void ParametersAreTheSameForAllRowsAndHaveGradients()
    {
        var w = new Parameter("w", Data.Normal([4, 2]));
        var x = Data.Normal([Rows, 4], 2);
        var (mapped, viaMap) = Differentiate.ValueAndGradient(() => Sum(Square(Vmap.Run(row => Tanh(MatMul(row, w * w)), x))), [w]);
        var (direct, gradients) = Differentiate.ValueAndGradient(() => Sum(Square(Tanh(MatMul(x, w * w)))), [w]);
        Expect.Near(direct, mapped, epsilons: 16, scale: 4);
        Expect.Near(gradients[0], viaMap[0], epsilons: 64, scale: 4);
    }

    // What does not depend on the row but on what is differentiated by is part of the function too.
    [Fact]
    public void GradientsWithinAMapGoThroughWhatAllRowsShare()
    {
        var w = new Parameter("w", Data.Normal([4]));
        var c = Data.Normal([4], 3);
        var x = Data.Normal([Rows, 4], 2);
        var (_, gradients) = Differentiate.PerSampleGradients(row => Sum(row * (w * w)), x, [w]);
        Expect.Near(2 * x * w.Detach(), gradients[0], epsilons: 8, scale: 8);
        var ofConstant = Vmap.Run(row => Differentiate.Gradient(at => Sum(row * at * at), c), x);
        Expect.Near(2 * x * c, ofConstant, epsilons: 8, scale: 8);
        var inner = Vmap.Run(row => Vmap.Run(one => Differentiate.Gradient(at => Sum(at * at * one), row), x), x);
        for (int i = 0; i < Rows; i++) Expect.Near(2 * x * x[i], inner[i], epsilons: 8, scale: 8);
        var nested = Vmap.Run(
            row => Vmap.Run(one => Differentiate.ValueAndGradient(() => Sum(w * w * row * one), [w]).Gradients[0], x), x);
        for (int i = 0; i < Rows; i++) Expect.Near(2 * x * x[i] * w.Detach(), nested[i], epsilons: 8, scale: 8);
    }

    [Fact]
    public void AParameterBoundToARowIsMapped()
    {
        var cell = new Linear(3, 2, new RandomKey(1));
        var weights = Data.Normal([Rows, 3, 2], 1, ElementType.Float32);
        var x = Data.Normal([5, 3], 2, ElementType.Float32);
        var outputs = Vmap.Run(
            w =>
            {
                Tape.Current!.Bind(cell.Parameters.First(parameter => parameter.Rank == 2), w);
                return cell.Forward(x);
            },
            weights);
        for (int i = 0; i < Rows; i++) Expect.Near(MatMul(x, weights[i]), outputs[i], epsilons: 16, scale: 4);
    }

    [Fact]
    public void AKeyGivesEachRowWhatItGivesOne()
    {
        var x = Data.Normal([Rows, 5]);
        var key = new RandomKey(4);
        var mapped = Vmap.Run(row => Dropout(row, 0.5, key), x);
        for (int i = 0; i < Rows; i++) Expect.Near(Dropout(x[i], 0.5, key), mapped[i], epsilons: 1, scale: 4);
        // Rows with numbers of their own.
        var own = Vmap.Run((row, mask) => row * mask, x, DropoutMask(x.Shape, 0.5, key, x.ElementType));
        Expect.Near(Dropout(x, 0.5, key), own, epsilons: 1, scale: 4);
    }

    [Fact]
    public void HooksActOnTheCotangentOfARow()
    {
        var x = Data.Normal([Rows, 4]);
        Tensor Clipped(Tensor row) => Sum(Square(WithGradient(row, g => g / Norm(g))));
        var inside = Vmap.Run(row => Differentiate.Gradient(Clipped, row), x);
        var outside = Differentiate.Gradient(at => Sum(Vmap.Run(Clipped, at)), x);
        for (int i = 0; i < Rows; i++)
        {
            Expect.Near(x[i] / Norm(x[i]), inside[i], epsilons: 8, scale: 1);
            Expect.Near(x[i] / Norm(x[i]), outside[i], epsilons: 8, scale: 1);
        }
    }

    [Fact]
    public void HessianProductsInManyDirections()
    {
        var x = Data.Normal([4]);
        Tensor f(Tensor at) => Sum(Exp(at) * CumulativeSum(Square(at), 0));
        var directions = Data.Normal([Rows, 4], 2);
        var products = Vmap.Run(v => Differentiate.HessianVectorProduct(f, x, v).Product, directions);
        var hessian = Differentiate.Hessian(f, x);
        Expect.Near(MatMul(directions, hessian), products, epsilons: 64, scale: 64);
        for (int i = 0; i < Rows; i++)
            Expect.Near(Differentiate.HessianVectorProduct(f, x, directions[i]).Product, products[i], epsilons: 64, scale: 64);
    }

    [Fact]
    public void AMapWithinACompiledStepIsPartOfThePlan()
    {
        var x = Data.Normal([6, 2, 3], 1, ElementType.Float32);
        var layer = Recurrent.Over(new MappingCell(new RandomKey(2)));
        var (compiled, gradients) = Differentiate.ValueAndGradient(() => Sum(Square(layer.Forward(x))), layer.Parameters);
        Assert.Equal(Execution.Compiled, layer.LastPath.Execution);
        layer.Execution = Execution.Eager;
        var (eager, expected) = Differentiate.ValueAndGradient(() => Sum(Square(layer.Forward(x))), layer.Parameters);
        Expect.Near(eager, compiled, epsilons: 256, scale: 8);
        Expect.Near(expected[0], gradients[0], epsilons: 256, scale: 8);
    }

    [Fact]
    public void BadInputIsAnErrorThatSaysSo()
    {
        var x = Data.Normal([Rows, 4]);
        Expect.Mentions(Assert.Throws<ShapeException>(() => Vmap.Run(row => row, Tensor.Scalar(1))), "Vmap", "input 0", "[]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Vmap.Run((a, b) => a, x, Data.Normal([2, 4]))), "input 1", "[3, 4]", "[2, 4]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Vmap.Run(rows => rows, [])), "no tensors");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Vmap.Run(rows => [], [x])), "gave no tensors");
        Expect.Mentions(Assert.Throws<InvalidOperationException>(() => Vmap.Run(row => (Tensor)null!, x)), "result 0", "null");
        Expect.Mentions(Assert.Throws<InvalidOperationException>(() => Vmap.Run(rows => (Tensor[])null!, [x])), "gave null");
        Expect.Mentions(
            Assert.Throws<SymbolicReadException>(() => Vmap.Run(row => row * row[0].ToScalar(), x)), "Vmap", "all rows at once");
        Assert.Throws<SymbolicReadException>(() => Vmap.Run(row => Tensor.From(row.ToArray<double>()), x));
        Expect.Mentions(
            Assert.Throws<MissingRuleException>(() => Vmap.Run(row => new Unruled().Apply(row), x)), "Unruled", "batching rule");
        Expect.Mentions(
            Assert.Throws<ShapeException>(() => Vmap.Run(row => new WrongRule().Apply(row), x)), "WrongRule", "batching rule", "[3, 4]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Vmap.Run(row => row + Data.Normal([3]), x)), "[4]");
        Assert.Throws<ArgumentNullException>(() => Vmap.Run((Func<Tensor, Tensor>)null!, x));
        Assert.Throws<ArgumentNullException>(() => Vmap.Run(row => row, (Tensor)null!));
        Assert.Null(Tape.Current);
    }

    [Fact]
    public void AnUnmappedValueOfDataMayBeRead() =>
        Expect.Near(2 * Data.Normal([Rows, 4]),
            Vmap.Run(row => row * Tensor.Scalar(2, ElementType.Float64).ToScalar(), Data.Normal([Rows, 4])), 1, 4);

    [Fact]
    public void TensorsOfEndedTapesAreRefused()
    {
        Tensor stale;
#pragma warning disable AG0006 // What has ended is what the test is about.
        using (var tape = new Tape()) stale = tape.Watch(Data.Normal([2, 2])) * 2;
#pragma warning restore AG0006
        Assert.Throws<ObjectDisposedException>(() => Vmap.Run(row => row, stale));
        Assert.Throws<ObjectDisposedException>(() => Vmap.Run(row => row + stale, Data.Normal([Rows, 2])));
    }

    sealed class Unruled : CustomOperation
    {
        public override Tensor Value(ReadOnlySpan<Tensor> operands) => operands[0] * 2;

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) => cotangent * 2;
    }

    sealed class WrongRule : CustomOperation
    {
        public override Tensor Value(ReadOnlySpan<Tensor> operands) => operands[0] * 2;

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) => cotangent * 2;

        public override Tensor Map(ReadOnlySpan<Tensor> operands, ReadOnlySpan<bool> isMapped, int rows) => operands[0][0];
    }

    // h = tanh(x + h · w), with a map over the sequences.
    sealed class MappingCell : Cell<Tensor>
    {
        readonly Parameter w;

        public MappingCell(RandomKey key)
            : base(key, 3) => Weight(out w, 3, 3);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var next = Vmap.Run((one, before) => Tanh(one + MatMul(before, w)), x, state);
            return (next, next);
        }
    }
}
