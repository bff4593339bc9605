using System.Numerics;

namespace Autograd.Layers;

/// <summary>A point x* = f(x*) of a map, and what its Jacobian tells about the neighbourhood.</summary>
public sealed class FixedPoint
{
    internal FixedPoint(Tensor point, Tensor jacobian, double residual)
    {
        Point = point;
        Jacobian = jacobian;
        Residual = residual;
        Eigenvalues = LinearAlgebra.Eigenvalues(jacobian);
        SpectralRadius = Eigenvalues is [var largest, ..] ? largest.Magnitude : 0;
    }

    /// <summary>x*, <c>[n]</c>, in double.</summary>
    public Tensor Point { get; }

    /// <summary>∂f/∂x at x*, <c>[n, n]</c>: row i is the gradient of the i-th number of the result.</summary>
    public Tensor Jacobian { get; }

    /// <summary>‖f(x*) − x*‖.</summary>
    public double Residual { get; }

    /// <summary>The eigenvalues of the Jacobian, the largest magnitude first.</summary>
    public IReadOnlyList<Complex> Eigenvalues { get; }

    /// <summary>The largest magnitude of an eigenvalue.</summary>
    public double SpectralRadius { get; }

    /// <summary>
    /// Whether states near x* converge to it: the spectral radius is below 1. At exactly 1 the Jacobian does not decide, and this is false.
    /// </summary>
    public bool IsStable => SpectralRadius < 1;
}
