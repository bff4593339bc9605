namespace Autograd.Layers;

/// <summary>
/// The iteration of a map. A map takes rows of states <c>[rows, n]</c> to rows <c>[rows, n]</c>.
/// </summary>
public static class Orbit
{
    /// <summary>The states x, f(x), f(f(x)) …: <c>[steps + 1, rows, n]</c>.</summary>
    /// <param name="map">The map.</param>
    /// <param name="start">The first states, <c>[rows, n]</c>.</param>
    /// <param name="steps">How often the map is applied, at least 0.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    public static Tensor Of(Func<Tensor, Tensor> map, Tensor start, int steps, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(start);
        Require.AtLeast(nameof(Orbit), nameof(steps), steps, 0);
        var states = new Tensor[Require.Length(nameof(Orbit), nameof(steps), steps + 1.0)];
        states[0] = start;
        map = map.Until(cancellation);
        for (int t = 0; t < steps; t++) states[t + 1] = map(states[t]);
        return Functions.Stack(states);
    }

    /// <summary>The state after a number of steps.</summary>
    /// <inheritdoc cref="Of"/>
    public static Tensor After(Func<Tensor, Tensor> map, Tensor start, int steps, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(map);
        Require.AtLeast(nameof(Orbit), nameof(steps), steps, 0);
        map = map.Until(cancellation);
        for (int t = 0; t < steps; t++) start = map(start);
        return start;
    }

    /// <summary>The map applied several times, as one map. Its fixed points are the cycles of that length.</summary>
    public static Func<Tensor, Tensor> Iterate(Func<Tensor, Tensor> map, int times)
    {
        Require.AtLeast(nameof(Orbit), nameof(times), times, 1);
        return start => After(map, start, times);
    }

    /// <summary>
    /// The smallest number of steps after which the state returns to where it was, or null if it does not within the longest period
    /// considered: chaos, a longer cycle, or a transient that has not ended.
    /// </summary>
    /// <param name="map">The map.</param>
    /// <param name="start">The first state, <c>[1, n]</c>.</param>
    /// <param name="washout">Steps before the search begins.</param>
    /// <param name="longest">The longest period considered.</param>
    /// <param name="tolerance">How close counts as returned.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    public static int? Period(
        Func<Tensor, Tensor> map, Tensor start, int washout = 10_000, int longest = 64, double tolerance = 1e-8,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        if (start.ElementCount == 0) throw new ShapeException($"Orbit.Period: the start is {start.Shape}; it has no numbers.");
        Require.AtLeast(nameof(Orbit), nameof(longest), longest, 1);
        Require.Positive(nameof(Orbit), nameof(tolerance), tolerance);
        ArgumentNullException.ThrowIfNull(map);
        map = map.Until(cancellation);
        var reference = After(map, start, Require.AtLeast(nameof(Orbit), nameof(washout), washout, 0));
        var x = reference;
        for (int period = 1; period <= longest; period++)
        {
            x = map(x);
            if (x.Shape != start.Shape) throw new ShapeException($"Orbit.Period: the map gave {x.Shape} for a state {start.Shape}.");
            if (x.ToDoubles().Zip(reference.ToDoubles(), (a, b) => Math.Abs(a - b)).Max() <= tolerance) return period;
        }
        return null;
    }

    /// <summary>
    /// A bifurcation diagram: the states that a map settles to, for many values of a parameter at once. Plot row i of the result over the
    /// parameters, for all i.
    /// </summary>
    /// <param name="map">The map of parameter and state, both <c>[parameters]</c>, element by element: <c>(r, x)
    /// => r * x * (1 - x)</c>.</param>
    /// <param name="parameters">The values of the parameter, <c>[parameters]</c>.</param>
    /// <param name="start">The first state, the same for all.</param>
    /// <param name="washout">Steps that are left out.</param>
    /// <param name="kept">Steps that are kept.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <returns><c>[kept, parameters]</c>, in the parameters' element type.</returns>
    public static Tensor Bifurcations(
        Func<Tensor, Tensor, Tensor> map, Tensor parameters, double start, int washout, int kept, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(parameters);
        Require.AtLeast(nameof(Orbit), nameof(washout), washout, 0);
        Require.AtLeast(nameof(Orbit), nameof(kept), kept, 1);
        var settled = After(x => map(parameters, x), Tensor.Full(parameters.Shape, start, parameters.ElementType), washout, cancellation);
        return Of(x => map(parameters, x), settled, kept - 1, cancellation);
    }
}
