using System.Runtime;
using System.Runtime.CompilerServices;

namespace Autograd.Tensors;

/// <summary>
/// A large array together with the news that nothing can reach it: the array alone keeps this object alive, which keeps the array. When
/// nothing else does, the collector finds both, and runs this object's finalizer, where the array is still there. Another finalizer of the
/// same collection may still read the array, or bring back what refers to it, so it is used again only when it is found a second time.
/// Where the end of its use is known, it is given back.
/// </summary>
sealed class ReusedArray<T> : IReusedMemory
    where T : unmanaged
{
    static readonly Lock Guard = new();

    // The first of each class, in linked lists: they grow within a finalizer, so this must not need memory.
    static readonly ReusedArray<T>?[] Spare = new ReusedArray<T>?[SizeClasses.Count];

    readonly T[] array;
    readonly int start, sizeClass;
    DependentHandle whileReachable;
    ReusedArray<T>? next;
    bool wasFound;

    static ReusedArray() => ReuseBudget.LetGo += type =>
    {
        if (type != typeof(T)) Clear(-1);
    };

    ReusedArray(int sizeClass)
    {
        this.sizeClass = sizeClass;
        int elements = SizeClasses.Elements(sizeClass);
        try
        {
            array = AlignedArray.Allocate<T>(elements, out start);
        }
        catch (OutOfMemoryException)
        {
            ReuseBudget.FreeAll();
            array = AlignedArray.Allocate<T>(elements, out start);
        }
    }

    long Bytes => (long)array.Length * Unsafe.SizeOf<T>();

    public static Storage<T> Take(int elements)
    {
        int sizeClass = SizeClasses.Of(elements);
        if (TakeSpare(sizeClass) is { } spare)
        {
            GC.ReRegisterForFinalize(spare);
            return spare.Lend();
        }
        return new ReusedArray<T>(sizeClass).Lend();
    }

    static ReusedArray<T>? TakeSpare(int sizeClass)
    {
        if (Pop(sizeClass) is { } spare) return spare;
        long bytes = (long)SizeClasses.Elements(sizeClass) * Unsafe.SizeOf<T>();
        return ReuseBudget.CollectIfDue(bytes) ? Pop(sizeClass) : null;
    }

    static ReusedArray<T>? Pop(int sizeClass)
    {
        lock (Guard)
        {
            if (Spare[sizeClass] is not { } first) return null;
            (Spare[sizeClass], first.next) = (first.next, null);
            ReuseBudget.Kept(-first.Bytes);
            return first;
        }
    }

    static void Clear(int exceptClass)
    {
        lock (Guard)
        {
            for (int i = 0; i < Spare.Length; i++)
            {
                if (i == exceptClass) continue;
                for (var spare = Spare[i]; spare is not null; spare = spare.next) ReuseBudget.Kept(-spare.Bytes);
                Spare[i] = null;
            }
        }
    }

    Storage<T> Lend()
    {
        ReuseBudget.Lent(Bytes);
        whileReachable = new DependentHandle(array, this);
        if (BufferPoison.IsOn) BufferPoison.Fill<T>(array);
        return new Storage<T>(array, start) { Reused = this };
    }

    /// <inheritdoc/>
    public void GiveBack()
    {
        GC.SuppressFinalize(this);
        if (BufferPoison.IsOn) BufferPoison.Fill<T>(array);
        ReuseBudget.GaveBack(Bytes);
        Keep();
    }

    ~ReusedArray()
    {
        if (array is null) return;
        wasFound = !wasFound;
        if (wasFound)
        {
            GC.ReRegisterForFinalize(this);
            ReuseBudget.Found();
            return;
        }
        ReuseBudget.Lent(-Bytes);
        Keep();
        ReuseBudget.Found();
    }

    void Keep()
    {
        whileReachable.Dispose();
        // Arrays of other sizes were usually needed earlier, and will not be needed again.
        if (!ReuseBudget.HasRoom(Bytes))
        {
            Clear(sizeClass);
            ReuseBudget.LetGoOfOthers(typeof(T));
        }
        lock (Guard)
        {
            if (!ReuseBudget.HasRoom(Bytes)) return;
            (next, Spare[sizeClass]) = (Spare[sizeClass], this);
            ReuseBudget.Kept(Bytes);
        }
    }
}
