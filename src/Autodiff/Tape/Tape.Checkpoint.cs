using System.Runtime.CompilerServices;

namespace Autograd;

public sealed partial class Tape
{
    /// <summary>Stands for the tape of tensors whose entries were forgotten: it has ended.</summary>
    internal static Tape Forgotten { get; } = CreateEnded();

    /// <summary>Runs a segment, and keeps of it only its results and how to run it again.</summary>
    internal Tensor[] Checkpoint(Func<Tensor[]> segment)
    {
        ThrowIfMisused(nameof(Checkpoint));
        if (!IsRecording || IsTrace) return segment();
        // A bound value becomes a leaf here and not inside, where it would be forgotten and its gradient with it.
        if (bindings is not null)
            foreach (var value in bindings.Values) Watch(value);
        var mark = memory.Mark();
        var outputs = segment();
        var externals = memory.ExternalOperands(mark.Entries);
        if (externals.Count == 0) return outputs;
        var operation = new CheckpointOperation(segment, outputs);
        var parts = Array.ConvertAll(outputs, output => new Tensor(output.ElementType, output.Shape, output.Storage, output.Offset) { Tape = this, Origin = operation });
        memory.Forget(mark, outputs);
        RecordParts(operation, [.. externals], parts);
        return parts;
    }

    /// <summary>Records a segment anew during a backward sweep.</summary>
    internal Tensor[] Repeat(CheckpointOperation checkpoint)
    {
        bool wasSweeping = memory.IsSweeping;
        memory.IsSweeping = false;
        using var recording = new PauseScope(this, recording: true);
        try
        {
            return checkpoint.Run();
        }
        finally
        {
            memory.IsSweeping = wasSweeping;
        }
    }

    static Tape CreateEnded()
    {
        var tape = (Tape)RuntimeHelpers.GetUninitializedObject(typeof(Tape));
        tape.IsEnded = true;
        return tape;
    }
}
