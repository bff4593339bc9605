using System.Diagnostics;

namespace Autograd.Tapes;

/// <summary>
/// What a backward sweep owns while it runs: a slot for the cotangent of each value, marks, products that wait, and temporary memory. Every
/// sweep has its own, so sweeps nest; the arrays are reused by later ones, and are empty in between.
/// </summary>
sealed class SweepMemory(TapeMemory memory)
{
    readonly List<Storage> temporaries = [];

    /// <summary>The cotangents, by value; null until something has arrived.</summary>
    public Tensor?[] Cotangents { get; private set; } = [];

    public byte[] Marks { get; private set; } = [];

    /// <summary>Products waiting to be formed.</summary>
    public ProductQueues Products { get; } = new();

    /// <summary>Makes room for values recorded since, from one on without marks.</summary>
    public void Extend(int from)
    {
        int count = memory.ValueCount;
        if (Cotangents.Length < count)
        {
            int size = Math.Max(count, 2 * Cotangents.Length);
            var (cotangents, marks) = (new Tensor?[size], new byte[size]);
            Cotangents.CopyTo(cotangents, 0);
            Marks.CopyTo(marks, 0);
            (Cotangents, Marks) = (cotangents, marks);
        }
        Array.Clear(Marks, from, count - from);
    }

    /// <summary>Memory that goes back once no cotangent holds it.</summary>
    public Tensor Allocate(Tape tape, ElementType type, Shape shape)
    {
        var storage = memory.Rent(type, shape.ElementCount);
        storage.IsTemporary = true;
        temporaries.Add(storage);
        return new Tensor(type, shape, storage) { Owner = tape };
    }

    /// <summary>Gives back what the rules made since the last call and no cotangent holds.</summary>
    public void ReleaseTemporaries()
    {
        foreach (var storage in temporaries)
            if (storage.References == 0 && storage.IsTemporary)
                memory.Free(storage);
        temporaries.Clear();
    }

    public static void Hold(Tensor cotangent)
    {
        if (cotangent.Storage is { } storage) storage.References++;
    }

    /// <summary>Ends one use of a cotangent; the last one gives temporary memory back.</summary>
    public void Release(Tensor cotangent)
    {
        if (cotangent.Storage is { } storage && --storage.References == 0 && storage.IsTemporary) memory.Free(storage);
    }

    /// <summary>Ends the uses of all cotangents that are left, after a failure too.</summary>
    public void Empty()
    {
        foreach (ref var slot in Cotangents.AsSpan())
        {
            if (slot is not null) Release(slot);
            slot = null;
        }
        Products.Abandon(this);
        ReleaseTemporaries();
    }

    [Conditional("DEBUG")]
    public void AssertEmpty()
    {
        Debug.Assert(Array.TrueForAll(Cotangents, slot => slot is null), "A sweep has left a cotangent behind.");
        Debug.Assert(Products.IsEmpty && temporaries.Count == 0, "A sweep has left products or memory behind.");
    }
}
