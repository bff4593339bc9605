namespace Autograd.Tapes;

/// <summary>
/// What a function did when it was traced before. As long as it does the same, its trace records nothing: a step is traced at every run,
/// and as a rule does what it did in the run before.
/// </summary>
abstract class TraceReplay
{
    /// <summary>The result of an operation, if it is the next one and has the operands it had; else null.</summary>
    public abstract Tensor? Next(Operation operation, ReadOnlySpan<Tensor> operands);

    /// <summary>Records what has been done so far on the tape of the trace.</summary>
    public abstract void Record();
}
