using System.Globalization;

namespace Autograd;

/// <summary>
/// A time step of a recurrence, as a value that a cell's step can use: for a random key (<see cref="RandomKey.At(TimeStep)"/>), or as a
/// tensor.
/// <code>
/// var noise = key.At(TimeStep.Current).Normal(x.Shape, 0.1, x.ElementType);      // another one at every step
/// var isDue = Greater(Sin(TimeStep.Current.ToTensor(x.ElementType) * 0.5), 0);   // a time gate
/// </code>
/// Compiled and eager runs give the same numbers. Whatever drives a recurrence begins each step, and the previous one is restored
/// afterwards, exceptions included. The drivers of this library do so; a hand-written loop calls <see cref="Tape.BeginStep"/>, or
/// <c>using (TimeStep.Begin(t))</c>.
/// </summary>
public readonly struct TimeStep : IEquatable<TimeStep>
{
    [ThreadStatic]
    static TimeStep? current;

    // How many are open on this thread.
    [ThreadStatic]
    static int scopes;

    readonly int number;

    internal TimeStep(int number) => this.number = number;

    TimeStep(Recorder trace) => Trace = trace;

    /// <summary>The step under way on this thread; step 0 outside of a recurrence.</summary>
    public static TimeStep Current => current ?? default;

    /// <summary>
    /// The number of the step, from 0. A cell whose step reads it runs eagerly, because a trace stands for all time steps at once;
    /// <see cref="ToTensor"/> and <see cref="RandomKey.At(TimeStep)"/> do not have this cost.
    /// </summary>
    /// <exception cref="SymbolicReadException">
    /// The step is being traced. The driver catches the exception and runs the cell eagerly.
    /// </exception>
    public int Number => Trace is null ? number : throw new SymbolicReadException(
        "the number of the time step, which stands for all steps; TimeStep.ToTensor and RandomKey.At(TimeStep) can be compiled.");

    /// <summary>The trace of whose program this is the step, whichever that will be; null for a step with a number.</summary>
    internal Recorder? Trace { get; }

    /// <summary>Begins a step, which lasts until the returned scope ends: <c>using (TimeStep.Begin(t)) …</c></summary>
    /// <param name="number">Number of the step, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public static Scope Begin(int number) => new(new TimeStep(Require.AtLeast(nameof(TimeStep), nameof(number), number, 0)));

    /// <summary>
    /// The number as a scalar <c>[]</c>, without a gradient; whole numbers are exact up to 2²⁴ in float. Compiled runs support it.
    /// </summary>
    /// <param name="type">Element type, that of the input.</param>
    public Tensor ToTensor(ElementType type = ElementType.Float32) => new StepNumber(this).Draw(type);

    /// <summary>Whether both have the same number, or both are the step of a trace.</summary>
    public bool Equals(TimeStep other) => number == other.number && Trace is null == other.Trace is null;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TimeStep other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => number;

    /// <summary>The number.</summary>
    /// <exception cref="SymbolicReadException">The step is traced; see <see cref="Number"/>.</exception>
    public override string ToString() => Number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether both have the same number, or both are the step of a trace.</summary>
    public static bool operator ==(TimeStep left, TimeStep right) => left.Equals(right);

    /// <summary>Whether the numbers differ, or only one is the step of a trace.</summary>
    public static bool operator !=(TimeStep left, TimeStep right) => !left.Equals(right);

    /// <summary>The step under way, or null outside of a recurrence: for what will be run again.</summary>
    internal static TimeStep? Capture() => current;

    /// <summary>What follows belongs to a step that was captured.</summary>
    internal static Scope Begin(TimeStep? captured) => new(captured);

    /// <summary>What follows is traced, once for all steps.</summary>
    internal static Scope BeginTraced(Recorder trace) => new(new TimeStep(trace));

    /// <summary>Another step is under way, without a scope.</summary>
    internal static void Set(TimeStep? step) => current = step;

    /// <summary>The number where it is known, else the given one.</summary>
    internal int NumberAt(int traced) => Trace is null ? number : traced;

    /// <summary>One step of a recurrence; ends with <see cref="Dispose"/>.</summary>
    public readonly ref struct Scope
    {
        readonly TimeStep? before;
        readonly int depth;
        readonly Recorder? recorder;
        readonly Tensor[]? uses;

        internal Scope(TimeStep? step)
        {
            before = current;
            depth = ++scopes;
            current = step;
            recorder = Recorder.Current;
            uses = recorder?.EnterStep(step);
        }

        /// <summary>Restores the previous step, if there was one.</summary>
        /// <exception cref="InvalidOperationException">A step that began within this one has not ended.</exception>
        public void Dispose()
        {
            if (scopes < depth || depth == 0) return;
            if (scopes > depth)
                throw new InvalidOperationException("TimeStep: a step that began within this one has not ended. End that scope first.");
            scopes--;
            current = before;
            recorder?.LeaveStep(before, uses);
        }
    }
}
