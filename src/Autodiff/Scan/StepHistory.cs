using System.Numerics;

namespace Autograd;

/// <summary>
/// What the runs of a layer have shown of its step. A plan needs a step that does the same at every call, which only calls can show: a program that is new to the
/// layer is traced some times more; later runs trace a second time ever more rarely, and where there is an occasion: the step did something else in the run before,
/// or uses data that it may have made. Once it was seen not to be pure, it stays with eager runs.
/// </summary>
public sealed class StepHistory
{
    // A decision that falls with probability 1/4 shows with probability 0.92 then, and a counter up to nine.
    const int FirstRepeats = 8;

    // A layer meets a few shapes and modes; a program that was forgotten is new again.
    const int MostPrograms = 16;

    readonly Lock guard = new();
    readonly List<StepProgram> known = [];
    StepProgram? last;
    long runs;

    /// <summary>What the step was seen to do otherwise at another call; null if nothing.</summary>
    public string? Impurity { get; private set; }

    /// <summary>Traces the step again where that is due. Returns what it does otherwise, or null.</summary>
    /// <param name="trace">What it did at this run.</param>
    /// <param name="again">Traces it again.</param>
    internal string? Check(StepTrace trace, Func<StepTrace> again)
    {
        int repeats = Repeats(trace);
        for (int i = 0; i < repeats; i++)
            if (StepComparison.Difference(trace, again()) is { } difference)
                return Impurity = difference;
        Remember(trace.Program!);
        return null;
    }

    int Repeats(StepTrace trace)
    {
        var program = trace.Program!;
        lock (guard)
        {
            bool isChanged = last is not null && last.TakesTheSameAs(program) && !last.IsSameAs(program);
            runs++;
            if (!known.Exists(program.IsSameAs)) return FirstRepeats;
            return isChanged || BitOperations.IsPow2(runs) || Array.Exists(trace.Leaves, StepComparison.IsData) ? 1 : 0;
        }
    }

    void Remember(StepProgram program)
    {
        lock (guard)
        {
            int number = known.FindIndex(program.IsSameAs);
            last = number < 0 ? program : known[number];
            if (number >= 0) return;
            known.Add(program);
            if (known.Count > MostPrograms) known.RemoveAt(0);
        }
    }
}
