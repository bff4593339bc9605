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
        "train" => Train(args[1], int.Parse(args[2], CultureInfo.InvariantCulture)),
        "sweep" => Sweep(args[1], int.Parse(args[2], CultureInfo.InvariantCulture), int.Parse(args[3], CultureInfo.InvariantCulture)),
        "leak" => Leak(int.Parse(args[1], CultureInfo.InvariantCulture)),
        "lack" => Lack(int.Parse(args[1], CultureInfo.InvariantCulture)),
        "errors" => Errors(),
        "sums" => Sums(int.Parse(args[1], CultureInfo.InvariantCulture)),
        "rate" => Rate(int.Parse(args[1], CultureInfo.InvariantCulture)),
        "die" => Die(int.Parse(args[1], CultureInfo.InvariantCulture)),
        "hang" => Hang(int.Parse(args[1], CultureInfo.InvariantCulture)),
        "wait" => Wait(),
        var other => throw new ArgumentException($"There is no command {other}."),
    };

    // The same for any number of ranks and threads.
    int Hash(int steps, int threads) => Say(SmallJob.Train(communicator, steps, microBatches: 8, threads: threads));

    int Train(string folder, int steps)
    {
        try
        {
            return Say(SmallJob.Resume(communicator, folder, steps, microBatches: 8, cancellation));
        }
        catch (OperationCanceledException)
        {
            return Say("cancelled");
        }
    }

    // A hash of what all runs gave, of which each rank has the table.
    int Sweep(string file, int threads, int steps)
    {
        var table = SmallSweep.Of(communicator, file, threads, steps: steps).Run(null, cancellation);
        byte[] mine = Convert.FromHexString(SmallSweep.HashOf(table)), all = new byte[mine.Length * communicator.Size];
        communicator.AllGather<byte>(mine, all);
        for (int rank = 0; rank < communicator.Size; rank++)
            if (!all.AsSpan(rank * mine.Length, mine.Length).SequenceEqual(mine)) throw new InvalidOperationException("Tables differ.");
        return Say(table.IsComplete ? Convert.ToHexString(mine) : "cancelled");
    }

    // Growth after a quarter of the steps, on the rank where there is most: of what the collector keeps, and of what is resident outside
    // its heap, which takes its memory in pieces of 4 MB. Both stay the same to a few pages with either MPI; sixteen bytes kept for each
    // step would be more. The runtime must not compile methods again meanwhile (DOTNET_TieredCompilation=0): that takes memory for some
    // twenty thousand steps, with one rank as with many.
    int Leak(int steps)
    {
        var model = SmallJob.Model();
        var optimizer = new Autograd.Optimizers.Adam(model.Parameters, 0.001);
        var parallel = new DataParallel(communicator, model.Parameters);
        float[] numbers = new float[1 << 16];
        (long Heap, long Native) begin = default, end = default;
        int often = steps / 8, warmUp = 2 * often;
        for (int i = 0; i <= warmUp + steps; i++)
        {
            // Collecting often makes the pools of the runtime give back what they hold, long before it is begun to count.
            if (i % often == 0) end = Memory();
            if (i == warmUp) begin = end;
            optimizer.Step(parallel.Gradients(communicator.Size, k => SmallJob.Loss(model, k)).Gradients);
            communicator.SumAll(numbers);
        }
        long[] all = new long[2 * communicator.Size];
        communicator.AllGather([end.Heap - begin.Heap, end.Native - begin.Native], all);
        long heap = all.Where((_, i) => i % 2 == 0).Max(), native = all.Where((_, i) => i % 2 == 1).Max();
        bool isFlat = heap < 16L * steps && native < 16L * steps;
        return Say($"{steps} steps: {(isFlat ? "flat" : "grown")}, heap {heap / 1024} KB, native {native / 1024} KB", isFlat ? 0 : 1);
    }

    static (long Heap, long Native) Memory()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        using var self = Process.GetCurrentProcess();
        long heap = GC.GetTotalMemory(forceFullCollection: true);
        return (heap, self.WorkingSet64 - GC.GetGCMemoryInfo().TotalCommittedBytes);
    }

    // Each rank needs its part of the data, and one has none.
    int Lack(int rank)
    {
        var w = new Autograd.Parameter("w", Autograd.Tensor.Ones([2]));
        new DataParallel(communicator, [w]).Gradients(communicator.Size, _ => communicator.Rank == rank
            ? throw new FileNotFoundException("part 1 of the data is not here") : Autograd.Functions.Sum(w));
        return 0;
    }

    // What is wrong with one rank, or with all, ends in the documented error on every one of them, and the next call goes on.
    int Errors()
    {
        bool isOdd = communicator.Rank == communicator.Size - 1;
        var w = new Autograd.Parameter("w", Autograd.Tensor.Ones([2]));
        var parallel = new DataParallel(communicator, [w]);
        Func<Exception?, bool> isFailure = error => error is RankFailureException;
        string wrong = string.Concat(
            Seen("shapes", isFailure, () => Same(new("w", Autograd.Tensor.Ones([isOdd ? 3 : 2])))),
            Seen("names", isFailure, () => Same(new(isOdd ? "v" : "w", Autograd.Tensor.Ones([2])))),
            Seen("values", isFailure, () => Same(new("w", Autograd.Tensor.Full([2], isOdd ? 2 : 1)))),
            Seen("settings", isFailure, () => Same(w, ("data", isOdd ? "new" : "old"))),
            Seen("orders", isFailure, () => new DataParallel(communicator, [w], isOdd ? SumOrder.Fast : SumOrder.Strict)),
            Seen("too few", error => error is ArgumentOutOfRangeException,
                () => parallel.Gradients(communicator.Size - 1, _ => Autograd.Functions.Sum(w))),
            Seen("no data", error => isOdd ? error is FileNotFoundException : isFailure(error), () => Lack(communicator.Size - 1)),
            Seen("none", error => error is null, () => parallel.Gradients(communicator.Size, _ => Autograd.Functions.Sum(w))));
        return Say(wrong.Length == 0 ? "every rank has its error" : wrong, wrong.Length == 0 ? 0 : 1);

        void Same(Autograd.Parameter parameter, params ReadOnlySpan<(string, string)> settings) =>
            _ = new DataParallel(communicator, [parameter], SumOrder.Strict, settings);
    }

    // Nothing where all ranks see what they should; else the name and those that do not.
    string Seen(string name, Func<Exception?, bool> isRight, Action call)
    {
        Exception? error = null;
        try
        {
            call();
        }
        catch (Exception caught)
        {
            error = caught;
        }
        byte[] all = new byte[communicator.Size];
        communicator.AllGather([isRight(error) ? (byte)1 : (byte)0], all);
        return all.Contains((byte)0) ? $"{name}: {string.Join(' ', all)}; " : "";
    }

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
