using System.Globalization;
using System.Runtime.InteropServices;
using Autograd.Layers;

namespace Autograd.Bench;

/// <summary>
/// What <see cref="PeerProcess"/> expects of a process, for a path of this library itself. As its name it says the width of vectors in
/// bits.
/// </summary>
sealed class ServeCommand(string path, int threads, ElementType type)
{
    readonly Dictionary<string, Action> steps = [];

    public static void Run(string path, string threads, string type) =>
        new ServeCommand(path, Arguments.Count(nameof(threads), threads), Enum.Parse<ElementType>(type)).Run();

    void Run()
    {
        // Ctrl+C is for the process that asks.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        Console.WriteLine(CompareCommand.VectorBits);
        while (Console.ReadLine() is { } request) Console.WriteLine(Answer(request));
    }

    string Answer(string request)
    {
        string what = request[..request.LastIndexOf(' ')];
        try
        {
            if (!steps.TryGetValue(what, out var step)) steps.Add(what, step = Step(what.Split(' ')));
            var times = Turn.Of(step, double.Parse(request[what.Length..], CultureInfo.InvariantCulture));
            return string.Join(' ', times.Select(time => time.ToString("R", CultureInfo.InvariantCulture)));
        }
        catch (NotSupportedException error)
        {
            return $"error: {error.Message}";
        }
    }

    Action Step(string[] what)
    {
        int Extent(int i) => int.Parse(what[i], CultureInfo.InvariantCulture);
        var size = new PeepholeLstmSize(Extent(1), Extent(2), Extent(3), Extent(4));
        return path switch
        {
            "product" => RecurrentProducts(size),
            "hand" => TrainingSteps.HandWritten(size).Run,
            "eager" => TrainingSteps.Layer(what[0], size, type, Execution.Eager).Run,
            _ => Compiled(TrainingSteps.Layer(what[0], size, type, Execution.Compiled, threads)),
        };
    }

    // A path that is not taken must not be reported.
    static Action Compiled(LayerStep step)
    {
        step.Run();
        return step.Path.Execution == Execution.Compiled ? step.Run : throw new NotSupportedException($"{step.Path}");
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
            for (int t = 0; t < size.Time; t++)
                MatrixProduct.Multiply(states, hidden, 1, packed, sums, columns, size.Batch, accumulate: false);
        };
    }
}
