using Autograd.Distributed;
using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Bench;

/// <summary>A training step of an LSTM whose batch is divided into micro-batches, in each of the ways that are compared.</summary>
sealed class DistributedStep
{
    const int Time = 64, Batch = 64, Inputs = 256, Hidden = 256;

    readonly Recurrent<LstmState> model = Recurrent.Over(new LstmCell(Inputs, Hidden, new RandomKey(1)));
    readonly Adam optimizer;
    readonly GradientSum accumulated;
    readonly Tensor whole;
    readonly Tensor[] parts;

    public DistributedStep(int microBatches)
    {
        model.Threads = 1;
        optimizer = new Adam(model.Parameters, 1e-3);
        accumulated = new GradientSum(model.Parameters);
        whole = new RandomKey(2).Normal([Time, Batch, Inputs]);
        parts = [.. Enumerable.Range(0, microBatches).Select(i => Part(i * Batch / microBatches, (i + 1) * Batch / microBatches))];
    }

    public static string Size => $"({Time}, {Batch}, {Inputs}, {Hidden})";

    public DataParallel Parallel(Communicator communicator, SumOrder order) => new(communicator, model.Parameters, order);

    public void Together(DataParallel parallel) => optimizer.Step(parallel.Gradients(parts.Length, i => Loss(parts[i])).Gradients);

    /// <summary>The first micro-batches alone, as many as are a rank's.</summary>
    public void Share(DataParallel parallel, int microBatches) =>
        optimizer.Step(parallel.Gradients(microBatches, i => Loss(parts[i])).Gradients);

    /// <summary>What is exchanged, without what is computed.</summary>
    public void Nothing(DataParallel parallel) => parallel.Gradients(parts.Length, _ => Sum(model.Parameters[0]));

    /// <summary>As one writes it without ranks.</summary>
    public void Plain()
    {
        accumulated.Clear();
        foreach (var part in parts) Add(part, 1.0 / parts.Length);
        optimizer.Step(accumulated.Gradients);
    }

    public void Undivided()
    {
        using var tape = new Tape();
        optimizer.Step(tape.Gradients(Loss(whole), model.Parameters));
    }

    void Add(Tensor part, double weight)
    {
        using var tape = new Tape();
        accumulated.Add(tape.Gradients(Loss(part), model.Parameters), weight);
    }

    Tensor Loss(Tensor x) => Mean(Square(model.Forward(x)));

    Tensor Part(int begin, int end) => Slice(whole, 1, begin, end - begin);
}
