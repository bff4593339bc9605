using System.Diagnostics;
using System.Globalization;
using Autograd.Layers;

namespace Autograd.Bench;

/// <summary>Makes one training step of an LSTM and prints by how many megabytes the peak of the process's memory grew.</summary>
static class MemoryCommand
{
    const int Batch = 32, Inputs = 1, Hidden = 128;

    public static void Run(string time, string budget)
    {
        var layer = Recurrent.Over(new LstmCell(Inputs, Hidden, new RandomKey(1)));
        layer.MemoryBudget = budget == "none" ? null : long.Parse(budget, CultureInfo.InvariantCulture);
        Step(layer, 8);
        double before = PeakMegabytes();
        Step(layer, int.Parse(time, CultureInfo.InvariantCulture));
        Console.WriteLine((PeakMegabytes() - before).ToString("0.0", CultureInfo.InvariantCulture));
    }

    static void Step(Recurrent<LstmState> layer, int time)
    {
        var x = Tensor.Ones([time, Batch, Inputs]);
        using var tape = new Tape();
        tape.Gradients(Functions.Mean(Functions.Square(layer.Run(x).Final.H)), layer.Parameters);
    }

    static double PeakMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1e6;
    }
}
