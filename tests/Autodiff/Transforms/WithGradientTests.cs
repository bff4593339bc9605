using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class WithGradientTests : Poisoned
{
    /// <summary>h' = 3h + x, with a hook on the state.</summary>
    sealed class Growing(Func<Tensor, Tensor> transform) : Cell<Tensor>(default, 1)
    {
        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var next = WithGradient(3 * state + x, transform);
            return (next, next);
        }
    }

    static readonly Tensor At = Data.Vector(ElementType.Float64, 2, -3);

    [Fact]
    public void ItClipsReversesAndScales()
    {
        Expect.Equal([2], [1, -1], Differentiate.Gradient(x => Sum(Square(WithGradient(x, g => Clamp(g, -1, 1)))), At));
        Expect.Equal([2], [-4, 6], Differentiate.Gradient(x => Sum(Square(WithGradient(x, g => -g))), At));
        Expect.Equal([2], [2, -3], Differentiate.Gradient(x => Sum(Square(WithGradient(x, g => g / 2))), At));
    }

    [Fact]
    public void ValuesAndForwardModePass()
    {
        var (value, product) = Differentiate.Jvp(x => Square(WithGradient(x, g => -g)), At, At);
        Expect.Equal([2], [4, 9], value);
        Expect.Equal([2], [8, 18], product);
        using var tape = new Tape();
        var watched = tape.Watch(At.Detach());
        Assert.Same(watched.Storage, WithGradient(watched, g => g).Storage);
    }

    [Fact]
    public void ItSeesTheWholeCotangentOnce()
    {
        var seen = new List<double[]>();
        var gradient = Differentiate.Gradient(
            x =>
            {
                var y = WithGradient(x, Looked);
                return Sum(y * 2 + y * y) + 5 * y[0];
            },
            At);
        Assert.Equal([11, -4], Assert.Single(seen));
        Expect.Equal([2], [11, -4], gradient);

        Tensor Looked(Tensor g)
        {
            seen.Add(g.ToDoubles());
            return g;
        }
    }

    [Fact]
    public void ItIsDifferentiatedAgain()
    {
        // The gradient is 3·2x; its own sweep passes here as well, and gives 3·6.
        var second = Differentiate.Gradient(x => Sum(Differentiate.Gradient(y => Sum(Square(WithGradient(y, g => 3 * g))), x)), At);
        Expect.Equal([2], [18, 18], second);
    }

    // Unclipped, the gradient of the first state would be 3⁴.
    [Fact]
    public void ItClipsInsideARecurrence()
    {
        Assert.Equal([81, 27, 9, 3, 1], Gradients(g => g));
        Assert.Equal([6, 2, 2, 2, 1], Gradients(g => Clamp(g, -2, 2)));

        // Of the final state, by the initial state and the inputs.
        static double[] Gradients(Func<Tensor, Tensor> transform)
        {
            using var tape = new Tape();
            var start = tape.Watch(Tensor.Ones([1, 1], ElementType.Float64));
            var x = tape.Watch(Tensor.Ones([4, 1, 1], ElementType.Float64));
            var final = Recurrent.Over(new Growing(transform)).Run(x, start).Final;
            var gradients = tape.Gradients(Sum(final), [start, x]);
            return [.. gradients[0].ToDoubles(), .. gradients[1].ToDoubles()];
        }
    }

    [Fact]
    public void ATransformMustGiveACotangent()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Differentiate.Gradient(x => Sum(WithGradient(x, _ => null!)), At));
        Expect.Mentions(error, "WithGradient", "null");
        var shape = Assert.Throws<ShapeException>(() => Differentiate.Gradient(x => Sum(WithGradient(x, g => g[..1])), At));
        Expect.Mentions(shape, "WithGradient", "[1]", "[2]");
        Assert.Throws<ArgumentNullException>(() => WithGradient(At, null!));
        Assert.Null(Tape.Current);
    }
}
