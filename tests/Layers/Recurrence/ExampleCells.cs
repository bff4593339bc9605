using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>A cell from a function, for states of any type.</summary>
sealed class FunctionCell<TState>(Func<Tensor, TState, (Tensor Output, TState Next)> step, params int[] sizes)
    : Cell<TState>(default, sizes)
{
    public override (Tensor Output, TState Next) Step(Tensor x, TState state) => step(x, state);
}

/// <summary>An integrator with an initial state of its own: h = h + x·w, from ones.</summary>
sealed class FromOnes : Cell<Tensor>
{
    readonly Parameter w;

    public FromOnes()
        : base(new RandomKey(1))
        => Weight(out w, 2, 3);

    public override Tensor Initial(int batch, ElementType type) => Tensor.Ones([batch, 3], type);

    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
    {
        var next = state + MatMul(x, w);
        return (next, next);
    }
}

/// <summary>A state as a record struct of two tensors of different sizes.</summary>
readonly record struct Traces(Tensor Fast, Tensor Slow);

/// <summary>Two leaky traces of the input; the output is their sum over the units.</summary>
sealed class TraceCell() : Cell<Traces>(default, 2, 2)
{
    public override (Tensor Output, Traces Next) Step(Tensor x, Traces state)
    {
        var next = new Traces(0.5 * state.Fast + x, 0.9 * state.Slow + x);
        return (next.Fast - next.Slow, next);
    }
}

/// <summary>A mistake: the state grows with each step.</summary>
sealed class GrowingCell() : Cell<Tensor>(default, 2)
{
    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state) => (x, Concatenate(-1, state, x));
}
