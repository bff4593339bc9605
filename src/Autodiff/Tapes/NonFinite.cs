using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using static System.FormattableString;

namespace Autograd.Tapes;

/// <summary>Finds the first operation that produces a value that is not finite, or only a NaN.</summary>
sealed class NonFinite : ValueObserver
{
    readonly bool isNaNAlone;

    NonFinite(bool isNaNAlone) => this.isNaNAlone = isNaNAlone;

    public static NonFinite OfAnyKind { get; } = new(isNaNAlone: false);

    public static NonFinite OfNaN { get; } = new(isNaNAlone: true);

    public override string Reason => $"the tape looks for {(isNaNAlone ? "NaN" : "NaN and infinity")} in every operation";

    /// <summary>Throws if the result has what is looked for and no operand has.</summary>
    public override void Observe(Recorder recorder, RecordedOperation operation, ReadOnlySpan<Tensor> operands, Tensor result)
    {
        if (IsGood(result)) return;
        foreach (var operand in operands)
            if (!IsGood(operand))
                return;
        Throw((Tape)recorder, operation.Name, result.Shape);
    }

    /// <summary>Throws if a gradient has what is looked for although no operation was caught.</summary>
    public override void ObserveGradient(Recorder recorder, Tensor source, Tensor gradient)
    {
        if (IsGood(gradient)) return;
        string name = source is Parameter parameter ? $"the gradient of {parameter.Name}" : "a gradient";
        throw new NonFiniteException(
            $"{name} {gradient.Shape} {(isNaNAlone ? "has a NaN" : "is not finite")}, and no operation made it so: it came with data "
            + "given to the tape, a constant, or a value from before the tape began to look.",
            name, ((Tape)recorder).CurrentStep);
    }

    bool IsGood(Tensor tensor) => tensor.IsSymbolic || (isNaNAlone ? !HasNaN(tensor) : IsFinite(tensor));

    static bool IsFinite(Tensor tensor) => tensor.ElementType == ElementType.Float32
        ? TensorPrimitives.IsFiniteAll(tensor.ReadSpan<float>())
        : TensorPrimitives.IsFiniteAll(tensor.ReadSpan<double>());

    static bool HasNaN(Tensor tensor) => tensor.ElementType == ElementType.Float32
        ? TensorPrimitives.IsNaNAny(tensor.ReadSpan<float>())
        : TensorPrimitives.IsNaNAny(tensor.ReadSpan<double>());

    [DoesNotReturn]
    void Throw(Tape tape, string operation, Shape shape)
    {
        string when = tape.IsSweeping ? " in the backward sweep" : tape.CurrentStep is { } step ? Invariant($" at time step {step}") : "";
        string result = isNaNAlone ? $"its result {shape} has a NaN, its operands have none"
            : $"its result {shape} is not finite, its operands are";
        string caller = CallSite.Find() is { } site ? $"; called from {site}" : "";
        throw new NonFiniteException(
            $"{operation} made a {(isNaNAlone ? "NaN" : "NaN or an infinity")}{when}: {result}{caller}.", operation, tape.CurrentStep);
    }
}
