namespace Autograd;

/// <summary>The time step of the recurrence that runs on this thread, operation by operation.</summary>
internal static class TimeStep
{
    /// <summary>The step under way; 0 outside of a recurrence.</summary>
    [field: ThreadStatic]
    public static int Current { get; private set; }

    /// <summary>What follows belongs to a step.</summary>
    public static void Begin(int step)
    {
        Current = step;
        Tape.Current?.BeginStep(step);
    }

    /// <summary>The recurrence has ended.</summary>
    public static void End()
    {
        Current = 0;
        Tape.Current?.BeginStep(-1);
    }
}
