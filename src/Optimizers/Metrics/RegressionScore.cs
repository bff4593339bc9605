using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// How close predictions come to targets, over all elements of all batches added. With errors e = prediction − target, n elements, and the
/// targets' mean ȳ:
/// <code>
/// MeanSquaredError = Σ e² / n           RootMeanSquaredError = √MSE          MeanAbsoluteError = Σ |e| / n
/// Variance = Σ (y − ȳ)² / n             Nrmse = √(MSE / Variance)            RSquared = 1 − MSE / Variance
/// </code>
/// Predicting the mean of the targets gives an NRMSE of 1 and an r² of 0. Sums are kept in double; the variance is updated along with the
/// mean (Welford 1962), which avoids cancellation. A NaN in the data makes the values NaN. Nothing is allocated. Not safe for use from
/// several threads at once.
/// </summary>
public sealed class RegressionScore
{
    double squares, magnitudes, mean, deviations;

    /// <summary>Elements added.</summary>
    public long Count { get; private set; }

    /// <summary>Σ e² / n.</summary>
    /// <exception cref="MetricException">Nothing was added yet.</exception>
    public double MeanSquaredError => PerElement(squares);

    /// <summary>√MSE, in the units of the targets.</summary>
    /// <exception cref="MetricException">Nothing was added yet.</exception>
    public double RootMeanSquaredError => Math.Sqrt(MeanSquaredError);

    /// <summary>Σ |e| / n.</summary>
    /// <exception cref="MetricException">Nothing was added yet.</exception>
    public double MeanAbsoluteError => PerElement(magnitudes);

    /// <summary>The targets' variance, Σ (y − ȳ)² / n.</summary>
    /// <exception cref="MetricException">Nothing was added yet.</exception>
    public double Variance => PerElement(deviations);

    /// <summary>√(MSE / variance of the targets).</summary>
    /// <exception cref="MetricException">Nothing was added yet, or all targets are equal.</exception>
    public double Nrmse => Math.Sqrt(Relative(nameof(Nrmse)));

    /// <summary>1 − MSE / variance of the targets: 1 is perfect, and there is no lower bound.</summary>
    /// <exception cref="MetricException">Nothing was added yet, or all targets are equal.</exception>
    public double RSquared => 1 - Relative(nameof(RSquared));

    /// <summary>Adds elements.</summary>
    /// <param name="predictions">Predictions.</param>
    /// <param name="targets">Targets, of the same shape and element type.</param>
    /// <exception cref="ShapeException">The shapes differ. Nothing was added.</exception>
    /// <exception cref="ElementTypeException">The element types differ. Nothing was added.</exception>
    public void Add(Tensor predictions, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        if (predictions.Shape != targets.Shape)
            throw new ShapeException($"{nameof(RegressionScore)}: the predictions are {predictions.Shape}, the targets {targets.Shape}.");
        if (predictions.ElementType != targets.ElementType)
            throw new ElementTypeException(
                $"{nameof(RegressionScore)}: the predictions are {predictions.ElementType}, the targets {targets.ElementType}.");
        if (predictions.ElementType == ElementType.Float32) Add(predictions.AsSpan<float>(), targets.AsSpan<float>());
        else Add(predictions.AsSpan<double>(), targets.AsSpan<double>());
    }

    /// <summary>Adds one element.</summary>
    /// <param name="prediction">Prediction.</param>
    /// <param name="target">Target.</param>
    public void Add(double prediction, double target)
    {
        double error = prediction - target, before = target - mean;
        squares += error * error;
        magnitudes += Math.Abs(error);
        Count++;
        mean += before / Count;
        deviations += before * (target - mean);
    }

    /// <summary>Forgets everything.</summary>
    public void Reset() => (squares, magnitudes, mean, deviations, Count) = (0, 0, 0, 0, 0);

    /// <summary>The error: <c>RegressionScore: root mean squared error 0.5 of 12 elements</c>.</summary>
    public override string ToString() => Count > 0
        ? Invariant($"{nameof(RegressionScore)}: root mean squared error {RootMeanSquaredError} of {Count} elements")
        : $"{nameof(RegressionScore)}: no elements";

    void Add<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        for (int i = 0; i < targets.Length; i++) Add(double.CreateTruncating(predictions[i]), double.CreateTruncating(targets[i]));
    }

    double PerElement(double sum) => Count > 0 ? sum / Count : throw MetricException.Empty(nameof(RegressionScore));

    double Relative(string name)
    {
        double error = MeanSquaredError, variance = Variance;
        return variance != 0
            ? error / variance
            : throw new MetricException(
                Invariant($"{nameof(RegressionScore)}: {name} has no value: the {Count} targets are all equal, so their variance is 0."));
    }
}
