namespace Autograd.Layers;

/// <summary>
/// Fixed points of any differentiable map, by Newton's method with Jacobians from the tape (Sussillo and Barak 2013 study those of trained
/// networks). A map takes rows of states <c>[rows, n]</c> to rows <c>[rows, n]</c>, each independently; see <see cref="CellMap"/> for
/// cells. Everything is in double.
/// </summary>
public static class FixedPoints
{
    const int MostSteps = 200, MostHalvings = 40;

    /// <summary>The fixed point to which Newton's method converges from a starting point, or null if it does not converge.</summary>
    /// <param name="map">The map.</param>
    /// <param name="start">Where the search begins, <c>[n]</c>.</param>
    /// <param name="tolerance">How small ‖f(x) − x‖ must become, relative to 1 + ‖x‖; 10⁻¹² by default.</param>
    /// <param name="cancellation">Stops before the next evaluation of the map.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <exception cref="ShapeException">The start is not a vector, or the map changes the shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is not positive.</exception>
    public static FixedPoint? Find(
        Func<Tensor, Tensor> map, Tensor start, double tolerance = 1e-12, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(map);
        Require.Positive(nameof(FixedPoints), nameof(tolerance), tolerance);
        map = map.Until(cancellation);
        var x = Row(nameof(Find), start);
        var residual = Residual(map, x);
        for (int step = 0; step < MostSteps; step++)
        {
            if (Norm(residual) <= tolerance * (1 + Norm(x))) return At(map, x.Reshape(-1));
            if (Improved(map, x, residual, Direction(map, x, residual)) is not { } better) return null;
            (x, residual) = better;
        }
        return null;
    }

    /// <summary>The distinct fixed points found from many starting points.</summary>
    /// <param name="map">The map.</param>
    /// <param name="starts">Where searches begin, <c>[starts, n]</c>.</param>
    /// <param name="tolerance">As for <see cref="Find"/>.</param>
    /// <param name="distance">Points closer than this count as one; 10⁻⁶ by default.</param>
    /// <param name="cancellation">Stops before the next evaluation of the map.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    public static IReadOnlyList<FixedPoint> FindAll(
        Func<Tensor, Tensor> map, Tensor starts, double tolerance = 1e-12, double distance = 1e-6, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(starts);
        if (starts.Rank != 2) throw new ShapeException($"FindAll: the starts are {starts.Shape}; [starts, n] is needed.");
        Require.Positive(nameof(FixedPoints), nameof(distance), distance);
        var found = new List<FixedPoint>();
        for (int i = 0; i < starts.Shape[0]; i++)
        {
            if (Find(map, starts[i], tolerance, cancellation) is not { } point) continue;
            if (!found.Exists(known => Norm(known.Point - point.Point) < distance)) found.Add(point);
        }
        return found;
    }

    /// <summary>A point that is known to be fixed, with its Jacobian.</summary>
    /// <param name="map">The map.</param>
    /// <param name="point">x*, <c>[n]</c>.</param>
    public static FixedPoint At(Func<Tensor, Tensor> map, Tensor point)
    {
        ArgumentNullException.ThrowIfNull(map);
        var x = Row(nameof(At), point);
        return new FixedPoint(x.Reshape(-1), Jacobian(map, x), Norm(Residual(map, x)));
    }

    // Levenberg's step: that of Newton near a solution, and defined where J − I is singular too.
    static Tensor Direction(Func<Tensor, Tensor> map, Tensor x, Tensor residual)
    {
        int n = x.ElementCount;
        var identity = Tensor.Identity(n, ElementType.Float64);
        var m = Jacobian(map, x) - identity;
        var gram = Functions.MatMul(m, m, transposeLeft: true);
        double size = gram.ToDoubles().Max(Math.Abs), error = Norm(residual);
        double damping = Math.Min(error * error, 1e-3 * size) + n * 1e-15 * size + double.Epsilon;
        var right = Functions.MatMul(m, residual.Reshape(n, 1), transposeLeft: true);
        return -Functions.SolvePositiveDefinite(gram + damping * identity, right).Reshape(1, n);
    }

    static (Tensor X, Tensor Residual)? Improved(Func<Tensor, Tensor> map, Tensor x, Tensor residual, Tensor direction)
    {
        double before = Norm(residual), share = 1;
        for (int i = 0; i < MostHalvings; i++, share /= 2)
        {
            var next = x + share * direction;
            var after = Residual(map, next);
            if (Norm(after) < before) return (next, after);
        }
        return null;
    }

    internal static Tensor Jacobian(Func<Tensor, Tensor> map, Tensor row) =>
        Differentiate.Jacobian(map, row).Reshape(row.ElementCount, row.ElementCount);

    static Tensor Residual(Func<Tensor, Tensor> map, Tensor x)
    {
        var y = map(x) ?? throw new InvalidOperationException("FixedPoints: the map returned null.");
        if (y.Shape != x.Shape) throw new ShapeException($"FixedPoints: the map takes {x.Shape} to {y.Shape}; the shape must stay.");
        return y - x;
    }

    internal static Tensor Row(string operation, Tensor point)
    {
        ArgumentNullException.ThrowIfNull(point);
        if (point.Rank != 1 || point.ElementCount == 0)
            throw new ShapeException($"{operation}: the point is {point.Shape}; a vector [n] is needed.");
        return point.Detach().As(ElementType.Float64).Reshape(1, -1);
    }

    static double Norm(Tensor x) => LinearAlgebra.Length(x.AsSpan<double>());
}
