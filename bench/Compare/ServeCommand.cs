using System.Globalization;
using System.Runtime.InteropServices;
using Autograd.Kernels;
using Autograd.Layers;

namespace Autograd.Bench;

/// <summary>What <see cref="PeerProcess"/> expects of a process, for this library itself. Says the width of vectors in bits as its name.</summary>
internal static class ServeCommand
{
    public static void Run()
    {
        // Ctrl+C is for the process that asks.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        Console.WriteLine(CompareCommand.VectorBits);
        var steps = new Dictionary<string, Action>();
        while (Console.ReadLine() is { } request) Console.WriteLine(Answer(request, steps));
    }

    static string Answer(string request, Dictionary<string, Action> steps)
    {
        string what = request[..request.LastIndexOf(' ')];
        if (!steps.TryGetValue(what, out var step)) steps.Add(what, step = Step(what.Split(' ')));
        double seconds = double.Parse(request[what.Length..], CultureInfo.InvariantCulture);
        return string.Join(' ', OwnStep.Turn(step, seconds).Select(time => time.ToString("R", CultureInfo.InvariantCulture)));
    }

    static Action Step(string[] what)
    {
        int Extent(int i) => int.Parse(what[i], CultureInfo.InvariantCulture);
        var size = new PeepholeLstmSize(Extent(1), Extent(2), Extent(3), Extent(4));
        return what[0] switch
        {
            "product" => RecurrentProducts(size),
            "hand" => TrainingSteps.HandWritten(size).Run,
            string cell => TrainingSteps.Layer(cell, size, ElementType.Float32, Execution.Compiled).Run,
        };
    }

    // The products with the state of all steps, and nothing else.
    static Action RecurrentProducts(PeepholeLstmSize size)
    {
        int hidden = size.Hidden, columns = 4 * size.Hidden;
        var packed = new PackedMatrix<float>();
        packed.Pack(SuiteData.Numbers<float>(hidden * columns), hidden, columns, columns, 1);
        float[] states = SuiteData.Numbers<float>(size.Batch * hidden), sums = new float[size.Batch * columns];
        return () =>
        {
            for (int t = 0; t < size.Time; t++) MatrixProduct.Multiply(states, hidden, 1, packed, sums, columns, size.Batch, accumulate: false);
        };
    }
}
