using System.Globalization;
using static Autograd.Functions;

namespace Autograd.Bench;

/// <summary>
/// What new memory costs: operations whose results a tape holds, in memory that it uses again, those of a scope that records nothing, and
/// the same without a scope, where each result is the caller's. The difference is the collector's, so it depends on its settings.
/// </summary>
static class NewMemoryCommand
{
    const double Seconds = 1;

    public static void Run()
    {
        Console.WriteLine("operation | elements | recorded: minimum, median | within a scope | without | milliseconds");
        foreach (int rows in (int[])[10, 40, 400, 2000])
        {
            var x = new RandomKey(1).Normal([rows, 10_000]);
            Write("add", x, a => a + a);
            Write("exp", x, Exp);
            Write("softmax", x, a => Softmax(a));
        }
    }

    static void Write(string name, Tensor x, Func<Tensor, Tensor> operation) => Console.WriteLine(
        $"{name} | {x.ElementCount} | {Times(() => Recorded(x, operation))} | {Times(() => Scoped(x, operation))} | "
        + Times(() => operation(x)));

    static void Recorded(Tensor x, Func<Tensor, Tensor> operation)
    {
        using var tape = new Tape();
        operation(tape.Watch(x));
    }

    static void Scoped(Tensor x, Func<Tensor, Tensor> operation)
    {
        using var tape = new Tape();
        operation(x);
    }

    static string Times(Action run)
    {
        var times = StepCommand.Measure(run, Seconds);
        return string.Create(CultureInfo.InvariantCulture, $"{times[0]:G3} {times[times.Count / 2]:G3}");
    }
}
