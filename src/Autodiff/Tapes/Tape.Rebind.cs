namespace Autograd;

public sealed partial class Tape
{
    /// <summary>
    /// Uses another value in place of a parameter from here on; may be called any number of times. What was computed before keeps the value
    /// that it was computed with, and is differentiated with respect to that one. Parameters can thus be updated between the windows of one
    /// stream. The new value is tracked; pass it as the source to get its gradient.
    /// </summary>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public void Rebind(Parameter parameter, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(value);
        parameter.CheckShape(nameof(Rebind), value);
        (bindings ??= [])[parameter] = Watch(value);
    }

    /// <summary>
    /// Forgets what was recorded before a position, so that a stream can go on indefinitely: what later entries use of it is treated as
    /// constant, its memory is released, and its results must no longer be used. Later entries get lower numbers. Must not be called while
    /// a sweep runs.
    /// </summary>
    /// <param name="position">The first entry to keep, in terms of <see cref="Position"/>.</param>
    /// <param name="kept">
    /// Parameters and watched tensors that stay on the tape, and values that are still needed although no later entry uses them.
    /// </param>
    /// <param name="ended">Results of sweeps that are no longer used.</param>
    /// <returns>
    /// By how much positions have shifted down, and the kept tensors: a value from before the position comes without its history.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The position does not lie within the tape.</exception>
    public (int Lower, Tensor[] Kept) ForgetBefore(int position, IReadOnlyList<Tensor> kept, IReadOnlyList<Tensor> ended)
    {
        ArgumentNullException.ThrowIfNull(kept);
        ArgumentNullException.ThrowIfNull(ended);
        ThrowIfMisused(nameof(ForgetBefore));
        Require.Within(nameof(ForgetBefore), nameof(position), position, Memory.EntryCount + 1);
        if (IsSweeping) throw new TapeException("ForgetBefore: a sweep is under way on this tape.");
        int lower = Memory.ForgetBefore(position, kept, ended);
        return (lower, [.. kept.Select(Given)]);

        static Tensor Given(Tensor tensor) => tensor.Owner == TensorOwner.Forgotten
            ? new Tensor(tensor.ElementType, tensor.Shape, tensor.Storage, tensor.Offset) { Origin = tensor.Origin }
            : tensor;
    }
}
