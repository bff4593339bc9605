using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>Steps that once went wrong.</summary>
public class CompiledSpecialTests
{
    static readonly RandomKey Key = new(8);
    static readonly Tensor X = InDouble.Draw(Key.For("x"), 5, 11, 3);

    /// <summary>A vector, a number or a weight as output: it has no row for each sequence.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    public void TheOutputMayBeWhatTheStepWasGiven(int width)
    {
        foreach (Shape shape in (Shape[])[[], [1], [width], [1, width], [1, 1], [4, width], [11, width]])
        {
            var constant = InDouble.Draw(Key.For("constant"), shape.Lengths.ToArray());
            var layer = Recurrent.Over(new FunctionCell<Tensor>((x, s) => (constant, Tanh(s + Sum(x, -1).Reshape(-1, 1))), width));
            foreach (int threads in (int[])[1, 2])
            {
                layer.Threads = threads;
                BothWays.Agree(layer, () => BothWays.Everything(layer, X, null, X, constant));
            }
        }
    }

    [Fact]
    public void TheOutputMayBeAParameter()
    {
        var layer = Recurrent.Over(new ParameterAsOutput());
        foreach (int[]? lengths in (int[]?[])[null, [5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5]])
            BothWays.Agree(layer, () => BothWays.Everything(layer, X, lengths, X));
    }

    /// <summary>A number for each sequence, in all the ways such a state is made.</summary>
    [Fact]
    public void AStateMayBeANumberForEachSequence()
    {
        Func<Tensor, Tensor, Tensor>[] nexts =
        [
            (x, s) => Sum(x, -1), (x, s) => 0.5 * s + Mean(x, -1), (x, s) => Sin(s), (x, s) => s, (x, s) =>
                Tanh(s) * Sum(Square(x), -1), (x, s) => Max(x * s.Reshape(-1, 1), -1),
        ];
        foreach (var next in nexts)
        {
            var layer = Recurrent.Over(new VectorState(next));
            foreach (int[]? lengths in (int[]?[])[null, [5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5]])
                BothWays.Agree(layer, () => BothWays.Everything(layer, X, lengths, X));
        }
    }

    /// <summary>The gradient of the input is also that of a leaf, or of the state, within the step.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(16)]
    public void TheInputsGradientMayBeWantedWithinTheStep(int width)
    {
        var x = InDouble.Draw(Key.For("x"), 5, 11, width);
        var (bias, w) = (InDouble.Draw(Key.For("bias"), 1, width), InDouble.Draw(Key.For("w"), width, width));
        var layer = Recurrent.Over(
            new FunctionCell<Tensor>((at, s) => Tanh(MatMul(at + bias, w) + 0.1 * s) is var next ? (next, next) : default, width));
        BothWays.Agree(layer, () => BothWays.Everything(layer, x, null, x, bias, w));
        var state = Recurrent.Over(
            new FunctionCell<Tensor>((at, s) => Tanh(MatMul(at + s, w)) is var next ? (next, next) : default, width));
        BothWays.Agree(state, () => BothWays.Everything(state, x, null, x, w));
    }

    /// <summary>What is worked out again in the backward step has parts that other passes read.</summary>
    [Fact]
    public void PartsOfWhatIsWorkedOutAgainAreThere()
    {
        var gain = InDouble.Draw(Key.For("gain"), 7);
        var layer = Recurrent.Over(
            new FunctionCell<Tensor>((x, s) => Slice((Concatenate(-1, x, s, Slice(x, 1, 2, 1)) - 0.2) * gain + 0.1, 1, 3, 3) is var part
            ? (Log(1.5 + Square(part)), Sin(part)) : default, 3));
        var x = InDouble.Draw(Key.For("x"), 5, 11, 3);
        BothWays.Agree(layer, () => BothWays.Everything(layer, x, null, x, gain));
    }

    sealed class ParameterAsOutput : Cell<Tensor>
    {
        readonly Parameter p;

        public ParameterAsOutput()
            : base(Key, 3)
            => Weight(out p, 11, 2);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state) => (p, Tanh(state + x));
    }

    sealed class VectorState(Func<Tensor, Tensor, Tensor> next) : Cell<Tensor>(default, 1)
    {
        public override Tensor Initial(int batch, ElementType type) => Tensor.Full([batch], 0.5, type);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state) => (x * state.Reshape(-1, 1), next(x, state));
    }
}
