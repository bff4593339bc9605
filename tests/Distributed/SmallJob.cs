using System.Globalization;
using System.Security.Cryptography;
using Autograd.Distributed;
using Autograd.Layers;
using Autograd.Optimizers;

namespace Autograd.Tests;

/// <summary>A training that a few ranks can do: sequences of different lengths, in micro-batches of different sizes.</summary>
static class SmallJob
{
    const int Time = 6, Batch = 3, Inputs = 2, Units = 4;

    static readonly RandomKey Key = new(41);

    /// <summary>Trains, and gives a hash of the weights.</summary>
    public static string Train(
        Communicator communicator, int steps, int microBatches, SumOrder order = SumOrder.Strict, int threads = 1)
    {
        var model = Model(threads);
        var parallel = new DataParallel(communicator, model.Parameters, order);
        Train(parallel, model, new Adam(model.Parameters, 0.01) { Clipping = Clipping.GlobalNorm(1) }, steps, microBatches);
        return HashOf(model);
    }

    /// <summary>Trains with snapshots in a folder that all ranks see, of which rank 0 writes, from the newest that is there.</summary>
    public static string Resume(
        Communicator communicator, string folder, int steps, int microBatches, CancellationToken cancellation = default)
    {
        var model = Model();
        var optimizer = new Adam(model.Parameters, 0.01) { Clipping = Clipping.GlobalNorm(1) };
        var snapshots = new Snapshots(folder, every: 5, keep: 2, ("model", model), ("optimizer", optimizer));
        snapshots.Load();
        var parallel = new DataParallel(
            communicator, model.Parameters, SumOrder.Strict, ("step", optimizer.Steps.ToString(CultureInfo.InvariantCulture)));
        while (optimizer.Steps < steps)
        {
            Train(parallel, model, optimizer, (int)optimizer.Steps + 1, microBatches, cancellation);
            if (communicator.Rank == 0) snapshots.SaveIfDue(optimizer.Steps);
        }
        return HashOf(model);
    }

    static void Train(
        DataParallel parallel, Recurrent<LstmState> model, Optimizer optimizer, int steps, int microBatches,
        CancellationToken cancellation = default)
    {
        while (optimizer.Steps < steps)
        {
            long first = optimizer.Steps * microBatches;
            optimizer.Step(parallel.Gradients(microBatches, i => Loss(model, (int)first + i), cancellation).Gradients);
        }
    }

    static string HashOf(Module model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var parameter in model.Parameters)
            foreach (double number in parameter.ToDoubles()) hash.AppendData(BitConverter.GetBytes(number));
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    public static Recurrent<LstmState> Model(int threads = 1) =>
        new(new LstmCell(Inputs, Units, Key), InitialState.FromCell) { Threads = threads };

    /// <summary>The mean over the valid steps of a micro-batch, of which there are more in some.</summary>
    public static WeightedLoss Loss(Recurrent<LstmState> model, int number)
    {
        var key = Key.For("data").At(number);
        int[] lengths = [.. Enumerable.Range(0, Batch).Select(b => 1 + key.For("length").Whole((uint)b, Time))];
        var (x, mask) = (key.Normal([Time, Batch, Inputs]), Tensor.From(Array.ConvertAll(
            Enumerable.Range(0, Time * Batch).ToArray(), i => i / Batch < lengths[i % Batch] ? 1f : 0f), [Time, Batch, 1]));
        int steps = lengths.Sum();
        return new WeightedLoss(Functions.Sum(Functions.Square(model.Forward(x, lengths) - 0.5) * mask) / steps, steps);
    }

    /// <summary>What each rank gives, in the order of the ranks.</summary>
    public static T[] Run<T>(int ranks, Func<Communicator, T> program)
    {
        var results = new T[ranks];
        LocalJob.Run(ranks, communicator =>
        {
            communicator.Timeout = TimeSpan.FromMinutes(5);
            results[communicator.Rank] = program(communicator);
        });
        return results;
    }
}
