using System.Diagnostics;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace Autograd.Tensors;

/// <summary>
/// Memory for results that belong to their caller, as outside of a tape. The runtime takes new pages from the system for every large array,
/// which costs more than the arithmetic of most operations; here an array that nothing can reach any more, no tensor and no span, is used
/// again. See docs/design/result-memory.md.
/// </summary>
static class ResultMemory
{
    /// <summary>From here on the runtime counts an array as large.</summary>
    public const int LeastBytes = 85_000;

    /// <summary>Memory with anything in it.</summary>
    public static Storage<T> Take<T>(int elements)
        where T : unmanaged
    {
        long bytes = (long)elements * Unsafe.SizeOf<T>();
        return bytes is < LeastBytes or > ReuseBudget.MostKept ? new Storage<T>(GC.AllocateUninitializedArray<T>(elements), 0)
            : ReusedArray<T>.Take(elements);
    }
}

/// <summary>
/// A large array together with the news that nothing can reach it: the array alone keeps this object alive, which keeps the array. When
/// nothing else does, the collector finds both, and runs this object's finalizer, where the array is still there. Another finalizer of the
/// same collection may still read the array, or bring back what refers to it, so it is used again only when it is found a second time.
/// </summary>
sealed class ReusedArray<T>
    where T : unmanaged
{
    static readonly Lock Guard = new();

    // The first of each class; a list that needs no memory, as it grows within a finalizer.
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
        return ReuseBudget.Collects(bytes) ? Pop(sizeClass) : null;
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
        return new Storage<T>(array, start);
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
        whileReachable.Dispose();
        ReuseBudget.Lent(-Bytes);
        // What is of another size was used before, as a rule, and will not be again.
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
        ReuseBudget.Found();
    }
}

/// <summary>
/// When to look for arrays that nothing can reach. The collector does not see how much memory is used again, so it is asked, as it asks
/// itself: when so much was handed out as is in use, though not for less than some, nor where it takes longer than new pages would.
/// </summary>
static class ReuseBudget
{
    const long LeastHandedOut = 32 << 20;

    // New pages are taken and written at about ten gigabytes a second.
    const long BytesInMillisecond = 10 << 20;

    const int IdleMilliseconds = 10_000;

    // Twenty microseconds of ten milliseconds.
    const double QuietShare = 0.002;

    /// <summary>Bytes that are kept for later at most; an array that is larger is nothing for here.</summary>
    public const long MostKept = 256 << 20;

    static readonly long MostKeptHere = Math.Min(MostKept, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8);

    static long lent, kept, handedOut, inUse, lastUse, found;
    static double lastMilliseconds;
    static int isCollecting;

    // Referred to by nothing, so that its finalizer runs.
    static ReuseBudget() => _ = new AtCollections();

    /// <summary>What is kept is let go of, but for arrays of one element type if one is given.</summary>
    public static event Action<Type?>? LetGo;

    /// <summary>A finalizer has found an array.</summary>
    public static void Found() => Interlocked.Increment(ref found);

    /// <summary>Whether so much more may be kept for later.</summary>
    public static bool HasRoom(long bytes) => Interlocked.Read(ref kept) + bytes <= MostKeptHere;

    /// <summary>Lets go of the arrays of other element types.</summary>
    public static void LetGoOfOthers(Type type) => LetGo?.Invoke(type);

    /// <summary>Where memory is short: gives everything back that nothing can reach.</summary>
    public static void FreeAll()
    {
        LetGo?.Invoke(null);
        // Finalizers may have to be compiled first.
        Collect(mostMilliseconds: 2000);
        LetGo?.Invoke(null);
        GC.Collect();
    }

    /// <summary>So many bytes more are kept for later.</summary>
    public static void Kept(long bytes) => Interlocked.Add(ref kept, bytes);

    /// <summary>So many bytes more are lent out.</summary>
    public static void Lent(long bytes)
    {
        Interlocked.Add(ref lent, bytes);
        if (bytes <= 0) return;
        Interlocked.Add(ref handedOut, bytes);
        Volatile.Write(ref lastUse, Environment.TickCount64);
    }

    /// <summary>Whether, before so many bytes are taken anew, it was looked for arrays that nothing can reach.</summary>
    public static bool Collects(long bytes)
    {
        double least = Math.Max(Math.Max(LeastHandedOut, Interlocked.Read(ref inUse)), BytesInMillisecond * lastMilliseconds);
        if (Interlocked.Read(ref handedOut) + bytes <= least) return false;
        // Some programs must not be stopped.
        if (GCSettings.LatencyMode is not (GCLatencyMode.Batch or GCLatencyMode.Interactive)) return false;
        if (Interlocked.Exchange(ref isCollecting, 1) != 0) return false;
        try
        {
            long start = Stopwatch.GetTimestamp();
            Collect(mostMilliseconds: 10);
            lastMilliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Interlocked.Exchange(ref inUse, Interlocked.Read(ref lent));
            Interlocked.Exchange(ref handedOut, 0);
            return true;
        }
        finally
        {
            Volatile.Write(ref isCollecting, 0);
        }
    }

    // An array is free when it was found twice.
    static void Collect(double mostMilliseconds)
    {
        long before = found;
        CollectOnce(mostMilliseconds);
        if (Volatile.Read(ref found) != before) CollectOnce(mostMilliseconds);
    }

    // Not until all finalizers have run: one of another library might wait for what this thread holds. So until finalizers run, and none
    // has found another array for a while.
    static void CollectOnce(double mostMilliseconds)
    {
        var end = Mark();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
        long start = Stopwatch.GetTimestamp(), last = start, seen = Volatile.Read(ref found);
        for (var wait = default(SpinWait); Stopwatch.GetElapsedTime(start).TotalMilliseconds < mostMilliseconds;)
        {
            wait.SpinOnce(sleep1Threshold: -1);
            long now = Volatile.Read(ref found);
            if (now != seen || !Volatile.Read(ref end[0])) (seen, last) = (now, Stopwatch.GetTimestamp());
            else if (Stopwatch.GetElapsedTime(last).TotalMilliseconds > QuietShare * mostMilliseconds) return;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static bool[] Mark()
    {
        var end = new bool[1];
        _ = new Marked(end);
        return end;
    }

    /// <summary>Says when finalizers run.</summary>
    sealed class Marked(bool[] isReached)
    {
        ~Marked() => Volatile.Write(ref isReached[0], true);
    }

    /// <summary>Lets go of everything, at a collection, where nothing was asked for lately.</summary>
    sealed class AtCollections
    {
        ~AtCollections()
        {
            if (Environment.TickCount64 - Volatile.Read(ref lastUse) > IdleMilliseconds) LetGo?.Invoke(null);
            if (!Environment.HasShutdownStarted) GC.ReRegisterForFinalize(this);
        }
    }
}
