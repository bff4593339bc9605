namespace Autograd;

public sealed partial class Tape
{
    /// <summary>
    /// Uses another value in place of a parameter from here on, however often: what was computed before keeps the value that it was computed with, and is
    /// differentiated by that. So parameters may be updated between the windows of one stream. The value is tracked; ask for its gradient by it.
    /// </summary>
    internal void Rebind(Parameter parameter, Tensor value)
    {
        if (value.Shape != parameter.Shape) throw new ShapeException($"Bind: parameter {parameter.Name} is {parameter.Shape}, the value is {value.Shape}.");
        (bindings ??= [])[parameter] = Watch(value);
    }

    /// <summary>
    /// Forgets what was recorded before a position, and gives its memory back; see <see cref="TapeMemory.ForgetBefore"/>. Not while a sweep's results are in use,
    /// but for those that are given as ended.
    /// </summary>
    internal int ForgetBefore(int position, IReadOnlyList<Tensor> kept, IReadOnlyList<Tensor> ended)
    {
        ThrowIfMisused(nameof(ForgetBefore));
        return memory.ForgetBefore(position, kept, ended);
    }
}
