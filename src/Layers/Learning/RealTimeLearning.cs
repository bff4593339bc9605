namespace Autograd.Layers;

/// <summary>
/// Real-time recurrent learning (Williams and Zipser 1989) for any cell, nested and stacked states included: the influence matrix S =
/// ∂state/∂weights of each sequence is carried forward, S ← J·S + ∂next/∂weights with J = ∂next/∂state. Its gradients are those of
/// back-propagation through time, available online; per step and sequence, it needs units × weights memory and units² × weights time.
/// <para>
/// With a reach of n, only those elements are kept that weights can influence within n steps: SnAp-n (Menick et al. 2021), cheap and biased
/// for small n, exact once n steps connect everything. Memory is one number for each unit that a weight reaches, and time is the square of
/// that. The connections are determined once, at random inputs, states and weights near the present ones: where the derivative is 0 at all
/// of them, there is no connection.
/// </para>
/// </summary>
/// <typeparam name="TState">The cell's state.</typeparam>
public sealed class RealTimeLearning<TState> : ForwardLearning<TState>
{
    readonly int? reach;
    InfluencePattern? pattern;

    /// <summary>Creates the rule for a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="readOut">Further parameters that the loss uses; none by default.</param>
    /// <param name="reach">n of SnAp-n, at least 1; null, the default, is exact.</param>
    /// <exception cref="ArgumentOutOfRangeException">The reach is below 1.</exception>
    public RealTimeLearning(Cell<TState> cell, IEnumerable<Parameter>? readOut = null, int? reach = null)
        : base(nameof(RealTimeLearning), cell, readOut)
    {
        if (reach is { } steps) Require.AtLeast(nameof(RealTimeLearning), nameof(reach), steps, 1);
        this.reach = reach;
    }

    /// <summary>
    /// One element of the influence matrix: ∂(unit of the state)/∂(element of the cell's parameters), both counted over all tensors in
    /// order.
    /// </summary>
    /// <exception cref="InvalidOperationException">No step has been made yet.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public double InfluenceOf(int weight, int unit, int sequence = 0) => Current is { } influence
        ? influence[sequence, unit, weight]
        : throw new InvalidOperationException("RealTimeLearning: no step was made yet; there is no influence.");

    private protected override InfluencePattern PatternOf(int units, int weights, int inputs) => pattern ??= reach is { } steps
        ? InfluencePattern.Within(Connections.Of(Cell, inputs), steps)
        : InfluencePattern.Full(units, weights);
}

/// <summary>Makes the rule without naming the state's type.</summary>
public static class RealTimeLearning
{
    /// <inheritdoc cref="RealTimeLearning{TState}(Cell{TState}, IEnumerable{Parameter}, int?)"/>
    public static RealTimeLearning<TState> Of<TState>(Cell<TState> cell, IEnumerable<Parameter>? readOut = null, int? reach = null) =>
        new(cell, readOut, reach);
}
