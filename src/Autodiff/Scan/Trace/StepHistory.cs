using System.Numerics;
using System.Runtime.CompilerServices;

namespace Autograd;

/// <summary>
/// What the runs of a layer have shown of its step. A plan needs a step that does the same at every call, which only calls can show: a
/// program that is new to the layer is traced some times more; later runs trace a second time ever more rarely, and where there is an
/// occasion: the step did something else in the run before, or used other data. Once it was seen not to be pure, it stays with eager runs.
/// </summary>
public sealed class StepHistory
{
    // A decision that falls with probability 1/4 shows with probability 0.92 then, and a counter up to nine.
    internal const int FirstRepeats = 8;

    // A layer meets a few shapes and modes; a program that was forgotten is new again.
    const int MostPrograms = 16;

    readonly Lock guard = new();
    readonly List<StepProgram> programs = [];
    StepProgram? last;
    readonly UsedData data = new();
    readonly ConditionalWeakTable<ScanPlan, object> freeOfBatch = [];
    long runs;
    int planned;
    bool isPure;

    /// <summary>What the step was seen to do otherwise at another call; null if nothing.</summary>
    public string? Impurity { get; private set; }

    /// <summary>Whether the step was seen to do something else, or nothing, for another number of sequences.</summary>
    internal bool NeedsWholeBatch { get; set; }

    /// <summary>Whether the step was seen to do the same for other numbers of sequences, where it has this plan.</summary>
    internal bool IsFreeOfBatch(ScanPlan plan) => freeOfBatch.TryGetValue(plan, out _);

    /// <summary>It was.</summary>
    internal void AcceptBatches(ScanPlan plan) => freeOfBatch.AddOrUpdate(plan, plan);

    /// <summary>Of a step that is known to do the same at every call.</summary>
    internal static StepHistory OfPure() => new() { isPure = true };

    /// <summary>What the step did last, or before with such an input, states and sequences; null if it is new to them.</summary>
    internal StepProgram? Expected(ReadOnlySpan<Tensor> given)
    {
        lock (guard)
        {
            if (last?.Takes(given) != false) return last;
            foreach (var program in programs)
                if (program.Takes(given))
                    return program;
            return null;
        }
    }

    /// <summary>How often the step is to be traced again at this run, and the same program as it was known before, if it was.</summary>
    internal int Repeats(StepTrace trace, out StepProgram? known)
    {
        var program = trace.Program!;
        known = null;
        if (isPure) return 0;
        lock (guard)
        {
            runs++;
            bool hasOtherData = data.Take(trace.Leaves);
            // As a rule the step does what it did in the run before.
            known = last is not null && last.IsSameAs(program) ? last : programs.Find(program.IsSameAs);
            // A number that changes from run to run is the caller's; from call to call it would have shown at the first runs.
            // What was pure for one batch is so for another, or shows at later runs.
            if (known is null && !programs.Exists(program.IsSameApartFromNumbers))
                return programs.Exists(program.IsSameApartFromShapes) ? 1 : FirstRepeats;
            // A number that was never seen, too, may be one that the step drew by itself.
            bool isAnother = known is null || (!ReferenceEquals(known, last) && last!.TakesTheSameAs(program));
            return isAnother || hasOtherData || BitOperations.IsPow2(runs) ? 1 : 0;
        }
    }

    /// <summary>The step has done the same at every call of this run.</summary>
    internal void Accept(StepProgram program)
    {
        lock (guard)
        {
            last = program;
            if (programs.Exists(program.IsSameApartFromNumbers)) return;
            programs.Add(program);
            planned++;
            if (programs.Count <= MostPrograms) return;
            programs.RemoveAt(0);
            if (BitOperations.IsPow2(planned)) ScanEvents.Log.PlannedOften(planned);
        }
    }

    /// <summary>The step has done something else. Returns what.</summary>
    internal string Refuse(string impurity) => Impurity = impurity;
}
