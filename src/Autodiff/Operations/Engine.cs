using System.Runtime.CompilerServices;

namespace Autograd;

/// <summary>The one way through which every operation goes: check, infer the shape, compute, record.</summary>
internal static class Engine
{
    public static Tensor Apply(Operation operation, params ReadOnlySpan<Tensor> operands)
    {
        var tape = Tape.Current;
        if (tape is { HasBindings: true }) operands = tape.Bound(operands);
        bool symbolic = Check(operation, operands, tape);
        if (!symbolic && tape is { IsTrace: true }) return tape.ApplyOutside(operation, operands);
        var shape = operation.Infer(operands);
        var stamp = ReadStamp.Of(operands);
        var result = symbolic ? new Tensor(operation.InferType(operands), shape, null) : Compute(operation, operands, shape, tape);
        result.Origin = operation;
        if (tape is { DetectsNonFinite: true }) NonFinite.Check(tape, operation, operands, result);
        tape?.Record(operation, operands, result);
        // After the recording, so that a parameter that became a leaf just now did so with the value that was read.
        stamp.ThrowIfChanged(operands);
        return result;
    }

    /// <summary>A tensor with memory but no content yet: the tape's memory under a tape, else the garbage collector's.</summary>
    public static Tensor Allocate(ElementType type, Shape shape)
    {
        if (Tape.Current is { } tape) return tape.Allocate(type, shape);
        return type == ElementType.Float32 ? AllocateUnpooled<float>(shape) : AllocateUnpooled<double>(shape);
    }

    static Tensor Compute(Operation operation, ReadOnlySpan<Tensor> operands, Shape shape, Tape? tape)
    {
        if (operation.View(operands, shape) is { } view)
        {
            // Outside of a tape nothing would notice that the parameter under a view has changed.
            if (tape is null && view.Storage!.IsMutable) return view.Detach();
            view.Tape = operands[0].Tape;
            return view;
        }
        var result = Allocate(operation.InferType(operands), shape);
        if (shape.ElementCount > 0) operation.Compute(operands, result);
        return result;
    }

    static Tensor AllocateUnpooled<T>(Shape shape)
        where T : unmanaged
        => Tensor.Own(GC.AllocateUninitializedArray<T>(shape.ElementCount), shape);

    /// <summary>Null, ended, foreign or mixed operands throw. Returns whether any operand is symbolic.</summary>
    static bool Check(Operation operation, ReadOnlySpan<Tensor> operands, Tape? tape)
    {
        bool symbolic = false;
        for (int i = 0; i < operands.Length; i++)
        {
            var operand = operands[i];
            if (operand is null) ThrowNull(operation, i);
            symbolic |= operand.IsSymbolic;
            CheckOwner(operation, operand, tape);
            if (operand.ElementType != operands[0].ElementType) ThrowMixed(operation, operands[0], operand, i);
        }
        return symbolic;
    }

    /// <summary>A tensor of a tape that has ended, or of another thread's, throws.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CheckOwner(Operation operation, Tensor operand, Tape? tape)
    {
        if (operand.Tape is not { } owner || owner == tape) return;
        operand.ThrowIfEnded(operation.Name);
        owner.ThrowIfForeignThread(operation.Name);
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    static void ThrowNull(Operation operation, int position) =>
        throw new ArgumentNullException($"operand {position}", $"{operation.Name}: operand {position} is null.");

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void ThrowMixed(Operation operation, Tensor first, Tensor operand, int position) => throw new ElementTypeException(
        $"{operation.Name}: operand 0 is {first.ElementType} {first.Shape}, operand {position} is {operand.ElementType} {operand.Shape}; " +
        "element types are never mixed. Convert one with As(...).");
}
