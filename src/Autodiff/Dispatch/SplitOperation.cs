namespace Autograd.Dispatch;

/// <summary>An operation that takes its operand apart: several results, each a view of a part of it.</summary>
abstract class SplitOperation : RecordedOperation
{
    /// <summary>The results, in order. Throws <see cref="ShapeException"/>.</summary>
    public abstract Tensor[] Split(Tensor operand);

    /// <inheritdoc/>
    public sealed override Tensor[] Run(Tensor[] operands) => Dispatcher.Split(this, operands[0]);
}
