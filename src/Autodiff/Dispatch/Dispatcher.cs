using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Autograd.Dispatch;

/// <summary>The path that every operation takes: check, infer the shape, compute, record.</summary>
static class Dispatcher
{
    public static Tensor Apply(Operation operation, params ReadOnlySpan<Tensor> operands)
    {
        var recorder = Recorder.Current;
        operands = Bound(operands, recorder);
        if (recorder is { IsTrace: true } && recorder.Follow(operation, operands) is { } expected) return expected;
        bool isSymbolic = Check(operation, operands, recorder);
        if (recorder is null) Recorder.CheckUse(operation.Name, operands);
        if (recorder is { IsTrace: true } && !(isSymbolic && recorder.TakesPart(operands)))
        {
            using var outside = recorder.StepOutside();
            return Apply(operation, operands);
        }
        var shape = operation.Infer(operands);
        // Where there is no data, nothing is read.
        var stamp = isSymbolic ? default : ReadStamp.Of(operands);
        bool isRecorded = recorder is not null && recorder.Tracks(operands);
        var result = isSymbolic ? new Tensor(operation.InferType(operands), shape, null)
            : Compute(operation, operands, shape, recorder, isRecorded);
        result.Origin = operation;
        if (operands is [ConstantTensor, ..]) result = ConstantTensor.Result(operation.Name, operands, result);
        recorder?.Observer?.Observe(recorder, operation, operands, result);
        if (isRecorded) recorder!.Record(operation, operands, new ReadOnlySpan<Tensor>(in result));
        else recorder?.NoteConstants(operands);
        // After the recording, so that a parameter that became a leaf just now did so with the value that was read.
        stamp.ThrowIfChanged(operands);
        return result;
    }

    /// <summary>An operation with several results, each a view of a part of the operand.</summary>
    public static Tensor[] Split(SplitOperation operation, Tensor operand)
    {
        var recorder = Recorder.Current;
        var operands = Bound(new ReadOnlySpan<Tensor>(in operand), recorder);
        bool isSymbolic = Check(operation, operands, recorder);
        if (recorder is null) Recorder.CheckUse(operation.Name, operands);
        if (recorder is { IsTrace: true } && !(isSymbolic && recorder.TakesPart(operands)))
        {
            using var outside = recorder.StepOutside();
            return Split(operation, operand);
        }
        var parts = operation.Split(operands[0]);
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = Owned(parts[i], operands[0], recorder);
            parts[i].Origin = operation;
            if (operands[0] is ConstantTensor) parts[i] = ConstantTensor.Result(operation.Name, operands, parts[i]);
        }
        if (recorder is not null && recorder.Tracks(operands)) recorder.Record(operation, operands, parts);
        else recorder?.NoteConstants(operands);
        return parts;
    }

    /// <summary>
    /// Memory for something that is not recorded: that of a sweep under way, or what is used again where nothing refers to it.
    /// </summary>
    public static Tensor Allocate(ElementType type, Shape shape) =>
        Recorder.Current?.Allocate(type, shape, isRecorded: false) ?? AllocateUnpooled(type, shape);

    /// <summary>Memory that lives until nobody refers to it.</summary>
    public static Tensor AllocateUnpooled(ElementType type, Shape shape) =>
        type == ElementType.Float32 ? Tensor.Uninitialized<float>(shape) : Tensor.Uninitialized<double>(shape);

    static Tensor Compute(Operation operation, ReadOnlySpan<Tensor> operands, Shape shape, Recorder? recorder, bool isRecorded)
    {
        if (operation.View(operands, shape) is { } view) return Owned(view, operands[0], recorder);
        var type = operation.InferType(operands);
        var result = recorder?.Allocate(type, shape, isRecorded) ?? AllocateUnpooled(type, shape);
        if (shape.ElementCount > 0) operation.Compute(operands, result);
        return result;
    }

    static Tensor Owned(Tensor view, Tensor operand, Recorder? recorder)
    {
        // Outside of a tape nothing would notice that the parameter under a view has changed.
        if (recorder is null && view.Storage is { IsMutable: true }) return view.Detach();
        view.Owner = operand.Owner;
        return view;
    }

    static ReadOnlySpan<Tensor> Bound(ReadOnlySpan<Tensor> operands, Recorder? recorder)
    {
        if (recorder is not { HasBindings: true }) return ConstantTensor.InOneType(operands);
        var bound = operands.ToArray();
        for (int i = 0; i < bound.Length; i++)
            if (bound[i] is not null)
                bound[i] = recorder.Resolve(bound[i]);
        return ConstantTensor.InOneType(bound);
    }

    /// <summary>Null, ended, foreign or mixed operands throw. Returns whether any operand is symbolic.</summary>
    static bool Check(RecordedOperation operation, ReadOnlySpan<Tensor> operands, Recorder? recorder)
    {
        bool isSymbolic = false;
        for (int i = 0; i < operands.Length; i++)
        {
            var operand = operands[i];
            if (operand is null) ThrowNull(operation, i);
            isSymbolic |= operand.IsSymbolic;
            if (operand.Owner is { } owner && owner != recorder) owner.Check(operation.Name, operand);
            if (operand.ElementType != operands[0].ElementType) ThrowMixed(operation, operands[0], operand, i);
        }
        return isSymbolic;
    }

    [DoesNotReturn]
    static void ThrowNull(RecordedOperation operation, int position) =>
        throw new ArgumentNullException($"operand {position}", $"{operation.Name}: operand {position} is null.");

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void ThrowMixed(RecordedOperation operation, Tensor first, Tensor operand, int position) => throw new ElementTypeException(
        $"{operation.Name}: operand 0 is {first.ElementType} {first.Shape}, operand {position} is {operand.ElementType} {operand.Shape}; " +
        "element types are never mixed. Convert one with As(...).");
}
