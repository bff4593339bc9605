namespace Autograd.Tensors;

/// <summary>The memory behind one or more tensors. Views share it.</summary>
abstract class Storage
{
    /// <summary>How many cotangents of a running backward sweep live here. Zero for everything else.</summary>
    public int References;

    /// <summary>Whether the memory was taken during a backward sweep and may go back to the pool before the tape's scope ends.</summary>
    public bool IsTemporary;

    /// <summary>The parameter whose value this is; null for everything else.</summary>
    public Parameter? Parameter;

    /// <summary>Grows by two with every change of the content, and is odd during one. Only a parameter's content changes.</summary>
    public int Version;

    /// <summary>Free list of the pool this memory returns to; −1 when the garbage collector owns it.</summary>
    public int SizeClass = -1;

    /// <summary>Who may use the memory again when its end is known; null if it is new each time, or a pool's.</summary>
    public IReusedMemory? Reused { get; set; }

    /// <summary>Whether a parameter may change the content. A view of it that outlives a tape has to be a copy.</summary>
    public bool IsMutable => Parameter is not null;

    public abstract ElementType ElementType { get; }

    /// <summary>Bytes of the array, which other tensors may share.</summary>
    public abstract long Bytes { get; }

    /// <summary>Releases the memory for reuse where possible; later reads of this storage fail.</summary>
    public abstract void End();

    /// <summary>Takes over the memory of another storage of the same type, which is not used otherwise.</summary>
    public abstract void TakeMemoryOf(Storage other);
}

/// <summary>Elements in a managed array, beginning at <see cref="Start"/> (pooled arrays begin on a cache line).</summary>
sealed class Storage<T>(T[] array, int start) : Storage
    where T : unmanaged
{
    public T[] Array { get; private set; } = array;

    public int Start { get; private set; } = start;

    /// <summary>Switches to other elements: for a window over memory that a plan owns, which nothing else sees.</summary>
    public void MoveTo(T[] array, int start) => (Array, Start) = (array, start);

    public override void End()
    {
        if (Reused is not { } memory) return;
        Reused = null;
        // No array at all: the elements of an empty one would be those of other objects behind it.
        MoveTo(null!, 0);
        memory.GiveBack();
    }

    public override void TakeMemoryOf(Storage other) => MoveTo(((Storage<T>)other).Array, ((Storage<T>)other).Start);

    public override ElementType ElementType => ElementTypes.Of<T>();

    public override long Bytes => (long)(Array?.Length ?? 0) * ElementType.ByteSize();
}
