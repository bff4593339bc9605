using Autograd.Bench;
using Autograd.Distributed;
using BenchmarkDotNet.Running;

const string usage = """
    bench step [--cell rnn|gru|lstm|peephole|layernorm|zoneout] [--path eager|scan|hand] [--time T] [--batch B]
               [--inputs I] [--hidden H] [--threads N] [--dtype float32|float64] [--seconds S]
        Times one training step: forward over the sequence from the zero state, loss = mean of the squares of all outputs,
        backward to every weight and not to the input. Prints one line of JSON; times are milliseconds per step,
        allocated_bytes is per step in steady state.
        Defaults: lstm, eager, time 50, batch 32, inputs 65, hidden 128, threads 1, float32, 3 seconds.
        eager runs the equations operation by operation on the tape, scan as a compiled plan, on several threads if asked to;
        hand is the peephole cell written by hand. gru resets after the product; layernorm and
        zoneout (0.1) are LSTMs.

    bench compare [--threads N] [--quick] [--rounds R] [--seconds S]
        Times training steps of four sizes, in turns of S seconds (0.5) in R rounds (8): the three paths of the peephole cell, the compiled
        lstm, gru and rnn, and, where they are installed, PyTorch and oneDNN (see bench/peers). Prints one table. --quick: short turns, to
        see that it works. Ctrl+C prints what there is.
    bench compare --peers [--only GROUP,…] [--filter TEXT] [--threads N] [--rounds R] [--seconds S] [--clock wall|thread] [--quick]
                  [--list]
        Rows beside libtorch 2.10 and ONNX Runtime (bench/PeerTable; dotnet restore bench/PeerTable fetches them, 1.3 GB), kept as a file
        in bench/history; with --filter those whose name contains a text. --list prints the names of the rows instead.
        Groups: cells, shapes, double, xgrad, stack, lengths, infer, stream, whole, conv, attention, ctc, check, rtrl, reservoir, eager,
        matmul, bulk. The full table takes half an hour.
    bench compare --page
        Draws docs/speed.md from the files in bench/history.
    bench compare --training --text FILE [--hidden H] [--epochs E] [--rounds R]
        Whole trainings of the character model (examples/charlm.cs) and PyTorch's, one thread each.
    bench compare --growth
        Time, allocation and peak memory against the length of the sequence, up to 10,000 steps and more; the first step of a fresh process.
    bench compare --variants
        Layer-normalised and zoneout cells, and double, against the plain LSTM in float.
    bench compare --vectors
        With AVX-512 off and with AVX2 off, against the matrix product's peak at that width.

    bench cells [--cells A,B,…] [--shape T,B,I,H]… [--rounds R] [--seconds S] [--threads N] [--quick] [--explain]
        Times training steps of twenty published cells (bench/Cells), each at most 40 lines: eager, compiled and interpreted, in turns
        in one process. Loss = sum of the squares of all outputs. Prints one table: minimum and median, what the plan's products alone
        take at the rate of a product of 1,024 each way, eager to compiled and to interpreted, the path, bytes allocated per step, and
        the actions of the plan that are no fused pass or product. Two shapes unless some are given: 50,32,64,128 and 100,1,16,32.
        --threads is for the plans. --explain prints the plans instead.
        Ctrl+C prints what there is.

    bench verify
        Compares the step written by hand and the compiled one with the tape. Exit code 1 if they disagree.

    bench check
        Times gradient checks of two bidirectional peephole layers; a line of JSON for each mode.

    bench hash [THREADS] [--interpreted] [--reproducible]
        Trains a model with every kind of layer, once on each of some threads, and prints a hash of all weights. With --interpreted
        plans are interpreted. With --reproducible processors that round the sum of a product twice compute as others do.

    bench crowd [THREADS]
        Times 64 gradients in a Parallel.For whose layer has one thread and some (2), in turns, and prints both medians.

    bench functions
        Times every function of one tensor that works element by element, in float and double, and prints a table.

    bench new-memory
        Times operations whose results a tape holds, and the same where nothing is recorded, and prints a table.

    bench scan
        Times training steps of a gated linear recurrence as a linear scan, as a tree and as a compiled cell, and prints a table.

    bench vmap
        Times the gradients of every sample of a batch through a compiled LSTM, by a map over the samples, beside one sweep of the batch,
        and prints a table.

    bench distributed [--quick]
        Times strict sums of one rank beside the plain loop over the same micro-batches and the undivided batch, two ranks beside one over
        each MPI that is found, sums of 10 million floats beside a program in C where mpicc is found (bench/peers/mpi_sum.c), and steps
        over networks put in by hand beside the model of scale. Processor time is the least of some rounds.

    bench [arguments of BenchmarkDotNet]
        Runs suites: --list flat names them, --filter '*MatrixProduct*' chooses.
    """;

try
{
    switch (args.FirstOrDefault())
    {
        case "--help" or "-h":
            Console.WriteLine(usage);
            return 0;
        case "step" or "compare" or "cells" when args.Contains("--help"):
            Console.WriteLine(usage);
            return 0;
        case "step":
            StepCommand.Run(args.AsSpan(1));
            return 0;
        case "compare":
            CompareCommand.Run(args.AsSpan(1));
            return 0;
        case "cells":
            CellsCommand.Run(args.AsSpan(1));
            return 0;
        // What compare runs in processes of their own.
        case "serve":
            ServeCommand.Run(args[1], args[2], args[3]);
            return 0;
        case "memory":
            MemoryCommand.Run(args[1], args[2]);
            return 0;
        case "first-call":
            FirstCallCommand.Run();
            return 0;
        case "verify":
            return Verification.Run(Console.Out) ? 0 : 1;
        case "check":
            CheckCommand.Run();
            return 0;
        case "hash":
            if (args.Contains("--reproducible")) AppContext.SetSwitch("Autograd.Reproducible", true);
            HashCommand.Run(NumberOfThreads(1), isInterpreted: args.Contains("--interpreted"));
            return 0;
        case "crowd":
            CrowdCommand.Run(NumberOfThreads(2));
            return 0;
        case "functions":
            FunctionsCommand.Run();
            return 0;
        case "new-memory":
            NewMemoryCommand.Run();
            return 0;
        case "scan":
            ScanCommand.Run();
            return 0;
        case "vmap":
            VmapCommand.Run();
            return 0;
        case "distributed":
            DistributedCommand.Run(isQuick: args.Contains("--quick"));
            return 0;
        // What distributed starts over ranks.
        case "rank":
            int rounds = Arguments.Count("The number of rounds", args[2]);
            return args[1] is "strict" or "fast" ? RankCommand.Step(args[1] == "fast" ? SumOrder.Fast : SumOrder.Strict, rounds)
                : RankCommand.Sum(Arguments.Count("The number of floats", args[1]), rounds);
        default:
            BenchmarkSwitcher.FromAssembly(typeof(StepCommand).Assembly).Run(args, new QuickConfig());
            return 0;
    }
}
catch (PeerException error)
{
    Console.Error.WriteLine($"bench: {error.Message}");
    return 1;
}
catch (UsageException error)
{
    Console.Error.WriteLine($"bench: {error.Message} See --help.");
    return 2;
}

int NumberOfThreads(int absent) => args.Length < 2 || args[1].StartsWith("--", StringComparison.Ordinal) ? absent
    : Arguments.Count("The number of threads", args[1]);
