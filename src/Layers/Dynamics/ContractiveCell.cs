namespace Autograd.Layers;

/// <summary>
/// Fixed contractive dynamics driven by the input, with nothing to learn: x = k·x + (1 − k)·u. It maps symbols at the corners of a cube to
/// points of a fractal, on which sequences with a common suffix lie close together: n equal inputs reduce the distance of two states by a
/// factor of kⁿ (Markovian coding; Tiňo and Dorffner 2001).
/// </summary>
public sealed class ContractiveCell : Cell<Tensor>
{
    readonly double k;

    /// <summary>Creates the cell.</summary>
    /// <param name="inputs">Length of the input and of the state.</param>
    /// <param name="contraction">k, above 0 and below 1; ½ by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The contraction is not between 0 and 1.</exception>
    public ContractiveCell(int inputs, double contraction = 0.5)
        : base(default, inputs)
    {
        Require.Positive(nameof(ContractiveCell), nameof(contraction), contraction);
        k = Require.Fraction(nameof(ContractiveCell), nameof(contraction), contraction);
    }

    /// <summary>k.</summary>
    public double Contraction => k;

    /// <inheritdoc/>
    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
    {
        var next = k * state + (1 - k) * x;
        return (next, next);
    }
}
