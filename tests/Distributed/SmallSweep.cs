using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Autograd.Distributed;
using Autograd.Layers;
using Autograd.Optimizers;

namespace Autograd.Tests;

/// <summary>A sweep of short trainings, one of whose settings always fails.</summary>
static class SmallSweep
{
    /// <summary>How many runs it has.</summary>
    public const int Runs = 12;

    public static Sweep<double> Of(
        Communicator? communicator, string? file = null, int threads = 1, int seeds = 4, int steps = 15,
        Action<SweepRun<double>>? begin = null) =>
        new([("slow", 0.01), ("fast", 0.1), ("off", double.NaN)], seeds, run =>
        {
            begin?.Invoke(run);
            return Train(run, steps);
        })
        { Threads = threads, File = file, Together = communicator is null ? null : new SharedRuns(communicator) };

    /// <summary>Settings, seeds and what they reached on the way, to the last bit, in one order.</summary>
    public static string HashOf(SweepTable table) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Text(table))));

    public static string Text(SweepTable table) => string.Join('\n', table.Rows.SelectMany(row => row.Results).Select(run =>
        string.Create(CultureInfo.InvariantCulture, $"{run.Setting} {run.Seed} {run.Value:R} {run.ParameterCount} {run.Error} ")
        + string.Join(' ', run.Curve.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.Step}:{point.Value:R}")))));

    static double Train(SweepRun<double> run, int steps)
    {
        var model = Recurrent.Over(new GruCell(2, 5, run.Key));
        run.ParameterCount = model.ParameterCount;
        var x = run.Key.For("x").Normal([6, 3, 2]);
        if (double.IsNaN(run.Setting)) throw new InvalidOperationException("a rate, \"please\"");
        var loop = new TrainingLoop(new Adam(model.Parameters, run.Setting), _ => Functions.Mean(Functions.Square(model.Forward(x) - 0.5)))
        {
            Validation = () => Functions.Mean(Functions.Square(model.Forward(x)[^1] - 0.5)).ToScalar(),
            ValidateEvery = 5,
        };
        return loop.Run(steps, run.Progress, run.Cancellation).Best!.Value;
    }
}
