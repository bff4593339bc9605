using System.Numerics;

namespace Autograd.Scan;

/// <summary>What a pass works on this time: buffers of a workspace, and tensors. Belongs to the workspace.</summary>
sealed class ScanAddresses
{
    readonly Array memory;
    readonly int[] ofTensors;

    /// <param name="plan">The plan.</param>
    /// <param name="buffers">The address of each buffer.</param>
    /// <param name="memory">Where they lie.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    public ScanAddresses(ScanPlan plan, nint[] buffers, Array memory, int elementSize)
    {
        this.memory = memory;
        Start = buffers.AsSpan().ToArray();
        Stride = new nint[buffers.Length];
        Arrays = new Array[buffers.Length];
        Arrays.AsSpan().Fill(memory);
        foreach (var buffer in plan.Buffers)
            if (buffer.Kind is BufferKind.Trajectory or BufferKind.External or BufferKind.Chunk)
                Stride[buffer.Number] = (nint)buffer.Block * elementSize;
        ofTensors = [.. plan.Buffers.Where(buffer => buffer.Kind is BufferKind.Trajectory or BufferKind.External)
            .Select(buffer => buffer.Number)];
        Release();
    }

    /// <summary>The first block of each buffer; 0 for those that are tensors while they are not set.</summary>
    public nint[] Start { get; }

    /// <summary>Bytes from the block of a step to that of the next.</summary>
    public nint[] Stride { get; }

    /// <summary>The array in which each buffer lies.</summary>
    public Array[] Arrays { get; }

    /// <summary>A buffer lies in a tensor, whose memory does not move.</summary>
    public void Set<T>(int buffer, Tensor tensor)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Start[buffer] = ScanRows.AddressOf<T>(tensor);
        Arrays.AsSpan()[buffer] = ((Storage<T>)tensor.Storage!).Array;
    }

    /// <summary>Forgets where the tensors lie.</summary>
    public void Release()
    {
        foreach (int buffer in ofTensors)
        {
            Start[buffer] = 0;
            Arrays.AsSpan()[buffer] = memory;
        }
    }
}
