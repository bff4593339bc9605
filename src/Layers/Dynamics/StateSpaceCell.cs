namespace Autograd.Layers;

/// <summary>
/// A dynamical system with inputs and outputs, given by two functions: x = f(u, x), y = h(x) (Kalman 1960 for the linear case). A recurrent
/// network is one whose functions are learned; this one has no parameters of its own.
/// </summary>
public sealed class StateSpaceCell : Cell<Tensor>
{
    readonly Func<Tensor, Tensor, Tensor> f;
    readonly Func<Tensor, Tensor> h;

    /// <summary>Creates the system.</summary>
    /// <param name="size">Length of the state.</param>
    /// <param name="f">The next state from input <c>[batch, inputs]</c> and state <c>[batch, size]</c>.</param>
    /// <param name="h">The output from the new state; the state itself by default.</param>
    public StateSpaceCell(int size, Func<Tensor, Tensor, Tensor> f, Func<Tensor, Tensor>? h = null)
        : base(default, size)
    {
        ArgumentNullException.ThrowIfNull(f);
        this.f = f;
        this.h = h ?? (x => x);
    }

    /// <inheritdoc/>
    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
    {
        var next = f(x, state);
        return (h(next), next);
    }
}
