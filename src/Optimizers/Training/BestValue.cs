namespace Autograd.Optimizers;

/// <summary>
/// The best of the values seen so far. A value improves on it if it is below it by more than threshold · |best|, or above it by as much
/// where larger is better. NaN never improves.
/// </summary>
sealed class BestValue(double threshold, bool largerIsBetter)
{
    /// <summary>Null before the first that is not NaN.</summary>
    public double? Value { get; private set; }

    public bool LargerIsBetter => largerIsBetter;

    /// <summary>Records a value, and says whether it improves.</summary>
    public bool Observe(double value)
    {
        bool improves = Improves(value);
        if (improves) Value = value;
        return improves;
    }

    public void Describe(SavedState state, string name) =>
        state.Add(name, () => Value ?? double.NaN, value => Value = double.IsNaN(value) ? null : value);

    bool Improves(double value)
    {
        if (Value is not { } known) return !double.IsNaN(value);

        // Infinity has no neighbourhood: infinity times a threshold of 0 would be NaN.
        double margin = double.IsFinite(known) ? threshold * Math.Abs(known) : 0;
        return largerIsBetter ? value > known + margin : value < known - margin;
    }
}
