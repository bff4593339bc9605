using Autograd.Bench;
using BenchmarkDotNet.Running;

const string usage = """
    bench step [--cell rnn|gru|lstm|peephole] [--path eager|hand] [--time T] [--batch B] [--inputs I] [--hidden H]
               [--threads N] [--dtype float32|float64] [--seconds S]
        Times one training step: forward over the sequence from the zero state, loss = mean of the squares of all outputs,
        backward to every weight and not to the input. Prints one line of JSON; times are milliseconds per step,
        allocated_bytes is per step in steady state.
        Defaults: lstm, eager, time 50, batch 32, inputs 65, hidden 128, threads 1, float32, 3 seconds.
        The path hand is the peephole cell written by hand; gru resets after the product.

    bench verify
        Compares the step written by hand with the tape. Exit code 1 if they disagree.

    bench check
        Times gradient checks of two bidirectional peephole layers; a line of JSON for each mode.

    bench hash [THREADS]
        Trains an LSTM for 300 steps, once on each of some threads, and prints a hash of all weights.

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
        case "step" when args.Contains("--help"):
            Console.WriteLine(usage);
            return 0;
        case "step":
            StepCommand.Run(args.AsSpan(1));
            return 0;
        case "verify":
            return Verification.Run(Console.Out) ? 0 : 1;
        case "check":
            CheckCommand.Run();
            return 0;
        case "hash":
            HashCommand.Run(args.Length < 2 ? 1 : int.TryParse(args[1], out int threads) && threads > 0 ? threads : throw new UsageException($"hash: {args[1]} is no number of threads."));
            return 0;
        default:
            BenchmarkSwitcher.FromAssembly(typeof(StepCommand).Assembly).Run(args, new QuickConfig());
            return 0;
    }
}
catch (UsageException error)
{
    Console.Error.WriteLine($"bench: {error.Message} See --help.");
    return 2;
}
