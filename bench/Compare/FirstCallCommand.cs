using System.Diagnostics;
using System.Globalization;
using Autograd.Layers;

namespace Autograd.Bench;

/// <summary>
/// In milliseconds: the first training step of this process, a plan alone for another size, the first step for yet another, and a step in
/// steady state.
/// </summary>
static class FirstCallCommand
{
    const int Time = 50, Batch = 32, Inputs = 65;

    public static void Run()
    {
        long start = Stopwatch.GetTimestamp();
        var step = Step(hidden: 128);
        step.Run();
        double first = Since(start);
        // The smallest of several sizes is a plan without what else happens.
        double plan = ((int[])[144, 160, 176, 192, 208]).Min(Plan), other = ((int[])[112, 96, 80]).Min(FirstStep);
        double steady = Turn.Of(step.Run, 1).Min();
        Console.WriteLine(
            string.Join(' ', ((double[])[first, plan, other, steady])
            .Select(time => time.ToString("0.000", CultureInfo.InvariantCulture))));
    }

    static LayerStep Step(int hidden) =>
        TrainingSteps.Layer("lstm", new(Time, Batch, Inputs, hidden), ElementType.Float32, Execution.Compiled);

    static double FirstStep(int hidden)
    {
        var step = Step(hidden);
        long start = Stopwatch.GetTimestamp();
        step.Run();
        return Since(start);
    }

    static double Plan(int hidden)
    {
        var cell = new LstmCell(Inputs, hidden, new RandomKey(1));
        var (x, state) = (Tensor.Ones([Time, Batch, Inputs]), cell.Initial(Batch, ElementType.Float32));
        // Parameters are tracked where something records.
        using var tape = new Tape();
        long start = Stopwatch.GetTimestamp();
        var (plan, reason) = ScanCompiler.Plan(Flat(cell), new StepHistory(), x, [state.H, state.C], []);
        return plan is null ? throw new InvalidOperationException(reason) : Since(start);
    }

    static StepFunction Flat(LstmCell cell) => (x, states, _) =>
    {
        var (output, next) = cell.Step(x, new LstmState(states[0], states[1]));
        return (output, [next.H, next.C]);
    };

    static double Since(long start) => Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}
