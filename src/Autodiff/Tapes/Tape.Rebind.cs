namespace Autograd;

public sealed partial class Tape
{
    /// <summary>
    /// Uses another value in place of a parameter from here on, however often: what was computed before keeps the value that it was
    /// computed with, and is differentiated by that. So parameters may be updated between the windows of one stream. The value is tracked;
    /// ask for its gradient by it.
    /// </summary>
    public void Rebind(Parameter parameter, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(value);
        if (value.Shape != parameter.Shape)
            throw new ShapeException($"Bind: parameter {parameter.Name} is {parameter.Shape}, the value is {value.Shape}.");
        (bindings ??= [])[parameter] = Watch(value);
    }

    /// <summary>
    /// Forgets what was recorded before a position, so that a stream may go on for ever: what later entries use of it counts as given, its
    /// memory goes back, and its results count as ended. Later entries get lower numbers. Not while a sweep runs.
    /// </summary>
    /// <param name="position">The first entry to keep, in terms of <see cref="Position"/>.</param>
    /// <param name="kept">Parameters and watched tensors that stay on the tape, and values that are still needed, though nothing uses them
    /// now.</param>
    /// <param name="ended">Results of sweeps that nobody uses any longer.</param>
    /// <returns>
    /// By how much positions have become lower, and what was to be kept: a value from before the position without its history.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The position does not lie within the tape.</exception>
    public (int Lower, Tensor[] Kept) ForgetBefore(int position, IReadOnlyList<Tensor> kept, IReadOnlyList<Tensor> ended)
    {
        ArgumentNullException.ThrowIfNull(kept);
        ArgumentNullException.ThrowIfNull(ended);
        ThrowIfMisused(nameof(ForgetBefore));
        Require.Within(nameof(ForgetBefore), nameof(position), position, memory.EntryCount + 1);
        if (IsSweeping) throw new TapeException("ForgetBefore: a sweep is under way on this tape.");
        int lower = memory.ForgetBefore(position, kept, ended);
        return (lower, [.. kept.Select(Given)]);

        static Tensor Given(Tensor tensor) => tensor.Owner == TensorOwner.Forgotten
            ? new Tensor(tensor.ElementType, tensor.Shape, tensor.Storage, tensor.Offset) { Origin = tensor.Origin }
            : tensor;
    }
}
