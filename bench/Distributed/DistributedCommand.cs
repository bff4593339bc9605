using System.Diagnostics;
using System.Globalization;
using Autograd.Distributed;

namespace Autograd.Bench;

/// <summary>
/// What several ranks cost and give: strict sums beside the loop that one writes without ranks, two ranks beside one, sums of many floats
/// beside a program in C, and the model of scale beside delays put in by hand.
/// </summary>
static class DistributedCommand
{
    const int Floats = 10_000_000;

    static readonly int[] numbersOfRanks = [1, 2];

    public static void Run(bool isQuick)
    {
        int rounds = isQuick ? 2 : 8;
        Console.WriteLine($"An LSTM of (time, batch, inputs, hidden) = {DistributedStep.Size}, one thread");
        OneRank(rounds);
        foreach (string mpi in new[] { "openmpi", "mpich" })
        {
            if (Output("mpirun." + mpi, ["--version"]) is null) Console.WriteLine($"{mpi}: not installed");
            else OverRanks(mpi, rounds);
        }
        ScaleTable.Write(isQuick ? 2 : 5);
    }

    static void OneRank(int rounds)
    {
        foreach (int microBatches in new[] { 2, 8 })
        {
            var step = new DistributedStep(microBatches);
            var parallel = step.Parallel(LocalJob.Alone(), SumOrder.Strict);
            (string Name, Action Work)[] ways =
                [("plain loop", step.Plain), ("strict, one rank", () => step.Together(parallel)), ("undivided batch", step.Undivided)];
            double[] times = [.. ways.Select(_ => double.PositiveInfinity)];
            for (int round = 0; round <= rounds; round++)
                for (int i = 0; i < ways.Length; i++)
                {
                    var begin = Environment.CpuUsage.TotalTime;
                    ways[i].Work();
                    if (round > 0) times[i] = Math.Min(times[i], (Environment.CpuUsage.TotalTime - begin).TotalMilliseconds);
                }
            var table = new TextTable($"{microBatches} micro-batches", "ms of processor time", "to the plain loop");
            for (int i = 0; i < ways.Length; i++)
                table.Add(ways[i].Name, TextTable.Number(times[i]), (times[i] / times[0]).ToString("0.000", CultureInfo.InvariantCulture));
            table.Write(Console.Out);
        }
    }

    static void OverRanks(string mpi, int rounds)
    {
        var table = new TextTable(
            mpi, "ranks", "ms", "a rank's share, ms of processor time", "exchange, ms of processor time", "speed-up by processor time",
            "by the clock");
        foreach (string order in new[] { "strict", "fast" })
        {
            double[] alone = [];
            foreach (int ranks in numbersOfRanks)
            {
                double[] times = Start(mpi, ranks, order, rounds);
                if (ranks == 1) alone = times;
                table.Add(
                    order, $"{ranks}", TextTable.Number(times[0]), TextTable.Number(times[1]), TextTable.Number(times[2]),
                    TextTable.Times(alone[1] / (times[1] + (ranks == 1 ? 0 : times[2]))), TextTable.Times(alone[0] / times[0]));
            }
        }
        table.Write(Console.Out);
        double own = Start(mpi, 2, $"{Floats}", 4 * rounds)[0];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{mpi}: the sum of {Floats:N0} floats takes {own:F1} ms")
            + (InC(mpi) is { } c ? string.Create(CultureInfo.InvariantCulture, $", in C {c:F1} ms: {c / own:P0} of its rate") : ""));
    }

    static double[] Start(string mpi, int ranks, string what, int rounds)
    {
        string[] arguments =
            [.. Options(mpi, ranks), "dotnet", Environment.GetCommandLineArgs()[0], "rank", what, $"{rounds}"];
        string output = Output("mpirun." + mpi, arguments) ?? throw new UsageException($"mpirun.{mpi} has failed.");
        // Terminals that a job opens may put codes before its text.
        string line = output.Split('\n').Last(text => text.Contains("least ", StringComparison.Ordinal));
        string[] numbers = line[line.IndexOf("least ", StringComparison.Ordinal)..].Trim().Split(' ');
        return [.. numbers.Skip(1).Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
    }

    // Null without a compiler.
    static double? InC(string mpi)
    {
        string program = Path.Combine(Path.GetTempPath(), $"mpi_sum.{mpi}.{Environment.ProcessId}"), source = Folders.Peer("mpi_sum.c");
        try
        {
            if (Output("mpicc." + mpi, ["-O3", source, "-o", program]) is null) return null;
            string? output = Output("mpirun." + mpi, [.. Options(mpi, 2), program, $"{Floats}"]);
            return output is null ? null : double.Parse(output.Trim().Split(' ')[^2], CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(program);
        }
    }

    static string[] Options(string mpi, int ranks) =>
        [.. mpi == "openmpi" ? ["--oversubscribe", "--allow-run-as-root"] : Array.Empty<string>(), "-n", $"{ranks}"];

    static string? Output(string program, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
