using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Tests.Optimizers;

/// <summary>A line fitted to noisy points, with everything that a training can have, and a count of all that is called.</summary>
sealed class SmallTraining
{
    readonly Action<string> called;

    internal SmallTraining(Action<string>? called = null, Func<SmallTraining, Snapshots>? snapshots = null, int microBatches = 2)
    {
        this.called = called ?? (_ => { });
        Parameters = [new("slope", Tensor.From([0.5, -0.25])), new("offset", Tensor.From([0f]))];
        Average = new WeightAverage(Parameters, 0.5);
        Stopping = new EarlyStopping(patience: 4);
        Optimizer = new Adam(Parameters, new WarmUp(new Plateau(0.2, factor: 0.5, patience: 0), 3)) { Clipping = Clipping.GlobalNorm(0.5) };
        Loop = new TrainingLoop(Optimizer, batch => Called("loss", () => Loss(batch)))
        {
            Validation = () => Called("validation", () => Loss(1000 + Optimizer.Steps).ToScalar()),
            ValidateEvery = 3,
            MicroBatches = microBatches,
            Stopping = Stopping,
            Average = Average,
            Snapshots = snapshots?.Invoke(this),
        };
    }

    internal Parameter[] Parameters { get; }

    internal WeightAverage Average { get; }

    internal EarlyStopping Stopping { get; }

    internal Optimizer Optimizer { get; }

    internal TrainingLoop Loop { get; }

    internal List<TrainingProgress> Reports { get; } = [];

    internal ISaved Model => SavedState.Of(state =>
    {
        foreach (var parameter in Parameters) state.Add(parameter.Name, parameter);
    });

    internal IProgress<TrainingProgress> Progress => TrainingProgress.To(report =>
    {
        // The clock is not part of what must be equal.
        Reports.Add(report with { Elapsed = default });
        called("progress");
    });

    internal double[] Values => [.. Parameters.SelectMany(parameter => parameter.ToDoubles())];

    internal Tensor Loss(long batch)
    {
        var x = new RandomKey(7).At((int)batch).Normal([4], type: ElementType.Float64);
        var noise = new RandomKey(8).At((int)batch).Normal([4], type: ElementType.Float64);
        var error = Parameters[0][0] * x + Parameters[0][1] * x * x + Parameters[1].As(ElementType.Float64) - (2 * x + 1 + noise);
        return Mean(error * error);
    }

    T Called<T>(string what, Func<T> compute)
    {
        called(what);
        return compute();
    }
}
