using System.Diagnostics;
using System.Globalization;
using Autograd.Distributed;
using Autograd.Tests;

// mpirun -n N Autograd.Ranks COMMAND …: prints one line on rank 0, and exits with 0 if all is as it must be.
return MpiJob.Run((communicator, cancellation) =>
{
    return args[0] switch
    {
        "hash" => Hash(int.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture)),
        "train" => Say(SmallJob.Resume(communicator, args[1], int.Parse(args[2], CultureInfo.InvariantCulture), microBatches: 8)),
        "sums" => Sums(int.Parse(args[1], CultureInfo.InvariantCulture)),
        "rate" => Rate(int.Parse(args[1], CultureInfo.InvariantCulture)),
        "die" => Die(int.Parse(args[1], CultureInfo.InvariantCulture)),
        "hang" => Hang(int.Parse(args[1], CultureInfo.InvariantCulture)),
        "wait" => Wait(),
        var other => throw new ArgumentException($"There is no command {other}."),
    };

    // The same for any number of ranks and threads.
    int Hash(int steps, int threads) => Say(SmallJob.Train(communicator, steps, microBatches: 8, threads: threads));

    int Sums(int count)
    {
        int wrong = 0;
        for (int i = 0; i < count; i++)
        {
            float[] data = [i, communicator.Rank, 1];
            communicator.SumAll(data);
            int size = communicator.Size;
            if (data[0] != (float)i * size || data[1] != size * (size - 1) / 2 || data[2] != size) wrong++;
            double[] mine = [communicator.Rank == i % size ? i : -1];
            communicator.Broadcast<double>(mine, from: i % size);
            if (mine[0] != i) wrong++;
        }
        return Say($"{count} sums, {wrong} wrong", wrong == 0 ? 0 : 1);
    }

    // As a program of a few lines of C would measure it: the least time of a sum of many floats.
    int Rate(int count)
    {
        float[] data = new float[count];
        double least = double.PositiveInfinity;
        for (int i = 0; i < 10; i++)
        {
            Array.Fill(data, 1);
            communicator.Barrier();
            long begin = Stopwatch.GetTimestamp();
            communicator.SumAll(data);
            least = Math.Min(least, Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }
        return Say(string.Create(CultureInfo.InvariantCulture, $"{count} floats in {least * 1e3:0.0} ms"));
    }

    int Die(int rank)
    {
        communicator.Barrier();
        if (communicator.Rank == rank) Environment.FailFast(null);
        communicator.Barrier();
        return 0;
    }

    int Hang(int rank)
    {
        communicator.Timeout = TimeSpan.FromSeconds(2);
        communicator.Barrier();
        if (communicator.Rank == rank) Thread.Sleep(System.Threading.Timeout.Infinite);
        communicator.Barrier();
        return 0;
    }

    // Until a signal, which all ranks hear of.
    int Wait()
    {
        var w = new Autograd.Parameter("w", Autograd.Tensor.Ones([2]));
        var parallel = new DataParallel(communicator, [w]);
        Say("waiting");
        try
        {
            while (true) parallel.Gradients(communicator.Size, _ => Autograd.Functions.Sum(w), cancellation);
        }
        catch (OperationCanceledException)
        {
            return Say("cancelled");
        }
    }

    int Say(string text, int code = 0)
    {
        if (communicator.Rank == 0) Console.WriteLine(text);
        return code;
    }
});
