namespace Autograd;

/// <summary>The time step of the recurrence that runs on this thread. Whoever drives a recurrence begins each step, and gives back what was before it.</summary>
public readonly struct TimeStep
{
    [ThreadStatic]
    static int? current;

    /// <summary>The step under way; 0 outside of a recurrence.</summary>
    internal static int Current => current ?? 0;

    /// <summary>The step under way, to begin it again; null outside of a recurrence.</summary>
    internal static int? Captured => current;

    /// <summary>Goes back to a step that was captured.</summary>
    internal static Scope Again(int? step) => new(step);

    /// <summary>What follows belongs to a step, until the returned scope ends: <c>using (TimeStep.Begin(t)) …</c></summary>
    /// <param name="number">Number of the step, from 0.</param>
    public static Scope Begin(int number) => new(Require.AtLeast(nameof(TimeStep), nameof(number), number, 0));

    /// <summary>One step of a recurrence; ends with <see cref="Dispose"/>.</summary>
    public readonly ref struct Scope
    {
        readonly int? before;

        internal Scope(int? number)
        {
            before = current;
            current = number;
            Tape.Current?.BeginStep(number ?? -1);
        }

        /// <summary>The step before, if there was one, goes on.</summary>
        public void Dispose()
        {
            current = before;
            Tape.Current?.BeginStep(before ?? -1);
        }
    }
}
