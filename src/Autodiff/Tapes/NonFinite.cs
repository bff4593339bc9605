using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using static System.FormattableString;

namespace Autograd.Tapes;

/// <summary>Finds the first operation that makes a value that is not finite.</summary>
internal static class NonFinite
{
    /// <summary>Throws if the result has a NaN or an infinity and no operand has.</summary>
    public static void Check(Tape tape, RecordedOperation operation, ReadOnlySpan<Tensor> operands, Tensor result)
    {
        if (result.IsSymbolic || IsFinite(result)) return;
        foreach (var operand in operands)
            if (!operand.IsSymbolic && !IsFinite(operand))
                return;
        Throw(tape, operation.Name, result.Shape);
    }

    /// <summary>Throws if a gradient is not finite although no operation was caught.</summary>
    public static void CheckGradient(Tape tape, Tensor source, Tensor gradient)
    {
        if (!gradient.IsSymbolic && !IsFinite(gradient))
            Throw(tape, source is Parameter parameter ? $"the gradient of {parameter.Name}" : "a gradient", gradient.Shape);
    }

    static bool IsFinite(Tensor tensor) => tensor.ElementType == ElementType.Float32
        ? TensorPrimitives.IsFiniteAll(tensor.ReadSpan<float>())
        : TensorPrimitives.IsFiniteAll(tensor.ReadSpan<double>());

    [DoesNotReturn]
    static void Throw(Tape tape, string operation, Shape shape)
    {
        string when = tape.IsSweeping ? " in the backward sweep" : tape.CurrentStep is { } step ? Invariant($" at time step {step}") : "";
        throw new NonFiniteException(
            $"{operation} made a NaN or an infinity{when}: its result {shape} is not finite, its operands are{Caller()}.", operation,
            tape.CurrentStep);
    }

    // The first frame outside of this assembly is the equation that was written.
    static string Caller()
    {
        foreach (var frame in new StackTrace(fNeedFileInfo: true).GetFrames())
        {
            if (!frame.HasMethod() || DiagnosticMethodInfo.Create(frame) is not { } method
                || method.DeclaringAssemblyName.StartsWith("Autograd.Autodiff,", StringComparison.Ordinal)) continue;
            string place = frame.GetFileName() is { } file ? Invariant($", {file}:{frame.GetFileLineNumber()}") : "";
            return $"; called from {method.DeclaringTypeName}.{method.Name}{place}";
        }
        return "";
    }
}
