using System.Numerics.Tensors;

namespace Autograd.Layers;

/// <summary>
/// A network of binary units ±1 with symmetric weights and no self-connections (Hopfield 1982). Patterns are stored by Hebb's rule,
/// W = Σ ξᵀξ / n with a zero diagonal; a unit takes the sign of its input s·W, and the energy E = −½ s·W·sᵀ never increases.
/// </summary>
public sealed class HopfieldNetwork : ISaved
{
    // n·W: whole numbers, so that signs and energies are compared without rounding.
    readonly double[] weights;

    /// <summary>Stores patterns.</summary>
    /// <param name="patterns">The patterns, <c>[patterns, units]</c>, each element −1 or 1.</param>
    /// <exception cref="ShapeException">The patterns are not a matrix, or there is none.</exception>
    /// <exception cref="ArgumentException">An element is neither −1 nor 1.</exception>
    public HopfieldNetwork(Tensor patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        if (patterns.Rank != 2 || patterns.ElementCount == 0)
            throw new ShapeException(
                $"HopfieldNetwork: the patterns are {patterns.Shape}; [patterns, units] is needed, with at least one of each.");
        Units = patterns.Shape[1];
        var p = Tensor.From(Signs(patterns), patterns.Shape);
        var hebb = Functions.MatMul(p, p, transposeLeft: true) * (1 - Tensor.Identity(Units, ElementType.Float64));
        weights = hebb.ToDoubles();
        Weights = hebb / Units;
    }

    /// <summary>Number of units.</summary>
    public int Units { get; }

    /// <summary>The weights, <c>[units, units]</c> in double: symmetric, with a zero diagonal.</summary>
    public Tensor Weights { get; private set; }

    /// <summary>
    /// The sum of the outer products of the patterns, in whole numbers; it can be loaded into a network with the same number of units.
    /// </summary>
    void ISaved.Describe(SavedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Add("products", () => Tensor.From(weights, [Units, Units]), value =>
        {
            value.ToDoubles().CopyTo(weights, 0);
            Weights = value.Detach() / Units;
        });
    }

    /// <summary>E = −½ s·W·sᵀ of each state. Differentiable; its gradient is −s·W, so that a unit moves against it.</summary>
    /// <param name="states">States in double, <c>[rows, units]</c>.</param>
    /// <returns><c>[rows]</c>.</returns>
    public Tensor Energy(Tensor states) => -0.5 * Functions.Sum(Functions.MatMul(states, Weights) * states, -1);

    /// <summary>
    /// Updates one unit after the other, in a new order in every sweep, until no unit changes. This always terminates, since every change
    /// lowers the energy; a unit whose input is exactly 0 does not change.
    /// </summary>
    /// <param name="state">The state to begin with, <c>[units]</c>, each element −1 or 1.</param>
    /// <param name="key">Determines the orders.</param>
    /// <param name="cancellation">Stops between sweeps.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <exception cref="ShapeException">The length of the state differs.</exception>
    /// <exception cref="ArgumentException">An element is neither −1 nor 1.</exception>
    public Recall Recall(Tensor state, RandomKey key, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Shape != Shape.Create([Units])) throw new ShapeException($"Recall: the state is {state.Shape}; [{Units}] is needed.");
        double[] s = Signs(state);
        var energies = new List<double> { EnergyOf(s) };
        int sweeps = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!Sweep(s, key.At(sweeps), energies)) break;
            sweeps++;
        }
        return new Recall(Tensor.From(s), energies, sweeps);
    }

    bool Sweep(double[] s, RandomKey key, List<double> energies)
    {
        bool changed = false;
        int[] order = [.. Enumerable.Range(0, Units)];
        double[] places = new double[Units];
        key.FillUniform<double>(places);
        Array.Sort(places, order);
        foreach (int unit in order)
        {
            double input = LaneSum.OfProducts<double>(weights.AsSpan(unit * Units, Units), s);
            if (input * s[unit] >= 0) continue;
            s[unit] = -s[unit];
            energies.Add(EnergyOf(s));
            changed = true;
        }
        return changed;
    }

    double EnergyOf(double[] s)
    {
        double sum = 0;
        for (int i = 0; i < Units; i++) sum += s[i] * LaneSum.OfProducts<double>(weights.AsSpan(i * Units, Units), s);
        return -0.5 * sum / Units;
    }

    static double[] Signs(Tensor tensor)
    {
        double[] signs = tensor.ToDoubles();
        int bad = Array.FindIndex(signs, s => s is not (1 or -1));
        return bad < 0 ? signs
            : throw new ArgumentException(
                FormattableString.Invariant($"HopfieldNetwork: element {bad} of {tensor.Shape} is {signs[bad]}; all must be −1 or 1."));
    }
}

/// <summary>The state to which a Hopfield network has settled.</summary>
/// <param name="State">The state in which no unit changes, <c>[units]</c>.</param>
/// <param name="Energies">The energy at the start, and after every change of a unit.</param>
/// <param name="Sweeps">Passes over all units in which one changed.</param>
public sealed record Recall(Tensor State, IReadOnlyList<double> Energies, int Sweeps);
