using System.Globalization;
using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// A linear read-out y = x·V + b in double, with weights in closed form: those that minimise Σ‖x·V + b − y‖² + ridge·(‖V‖² + ‖b‖²). They
/// are ordinary parameters, so they can also be learned by gradients, and gradients flow through to x.
/// </summary>
public sealed class RidgeReadout : Module, ILayer
{
    readonly Parameter V, b;

    /// <summary>Creates the read-out, all weights 0.</summary>
    /// <param name="features">Length of x.</param>
    /// <param name="outputs">Length of y.</param>
    public RidgeReadout(int features, int outputs)
    {
        Require.AtLeast(nameof(RidgeReadout), nameof(features), features, 1);
        Require.AtLeast(nameof(RidgeReadout), nameof(outputs), outputs, 1);
        Parameter(out V, Tensor.Zeros([features, outputs], ElementType.Float64));
        Parameter(out b, Tensor.Zeros([outputs], ElementType.Float64));
    }

    /// <summary>The outputs in double, over any leading axes.</summary>
    public Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Affine(x.As(ElementType.Float64), V, b);
    }

    /// <summary>Sets the weights by <see cref="LeastSquares"/>.</summary>
    /// <param name="features">x, <c>[…, features]</c>.</param>
    /// <param name="targets">y, <c>[…, outputs]</c>.</param>
    /// <param name="ridge">Weight of the penalty, at least 0.</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentException">An element is not finite, or the features are dependent and the ridge too small.</exception>
    public void Fit(Tensor features, Tensor targets, double ridge)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(targets);
        int size = V.Shape[0], outputs = V.Shape[1];
        if (features.Rank == 0 || targets.Rank == 0 || features.Shape[^1] != size || targets.Shape[^1] != outputs)
            throw new ShapeException(
                $"RidgeReadout: features are {features.Shape}, targets {targets.Shape}; the innermost axes must have lengths {size} and "
                + $"{outputs}.");
        var x = features.Detach().As(ElementType.Float64).Reshape(-1, size);
        var withOnes = Concatenate(1, x, Tensor.Ones([x.Shape[0], 1], ElementType.Float64));
        var y = targets.Detach().As(ElementType.Float64).Reshape(-1, outputs);
        if (Array.Find(y.ToDoubles(), target => !double.IsFinite(target)) is var other && !double.IsFinite(other))
            throw new ArgumentException(
                $"RidgeReadout: the targets {targets.Shape} hold {other.ToString(CultureInfo.InvariantCulture)}.", nameof(targets));
        var weights = LeastSquares(withOnes, y, ridge);
        V.Assign(weights[..size]);
        b.Assign(weights[size]);
    }
}
