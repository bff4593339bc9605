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
        => (long)elements * Unsafe.SizeOf<T>() < LeastBytes ? new Storage<T>(GC.AllocateUninitializedArray<T>(elements), 0)
            : ReusedArray<T>.Take(elements);
}

/// <summary>
/// A large array together with the news that nothing can reach it: the array alone keeps this object alive, which keeps the array. When
/// nothing else does, the collector ends both, this one by its finalizer, where the array is still there to be used again.
/// </summary>
sealed class ReusedArray<T>
    where T : unmanaged
{
    static readonly Lock Guard = new();
    static readonly Stack<ReusedArray<T>>?[] Spare = new Stack<ReusedArray<T>>?[SizeClasses.Count];

    readonly T[] array;
    readonly int start, sizeClass;
    DependentHandle whileReachable;

    static ReusedArray() => ReuseBudget.Idle += Clear;

    ReusedArray(int sizeClass)
    {
        this.sizeClass = sizeClass;
        array = AlignedArray.Allocate<T>(SizeClasses.Elements(sizeClass), out start);
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
            if (Spare[sizeClass] is not { Count: > 0 } stack) return null;
            ReuseBudget.Kept(-stack.Peek().Bytes);
            return stack.Pop();
        }
    }

    static void Clear()
    {
        lock (Guard)
        {
            foreach (var stack in Spare)
                while (stack is { Count: > 0 }) ReuseBudget.Kept(-stack.Pop().Bytes);
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
        whileReachable.Dispose();
        if (array is null) return;
        ReuseBudget.Lent(-Bytes);
        lock (Guard)
        {
            if (!ReuseBudget.HasRoom(Bytes)) return;
            (Spare[sizeClass] ??= new()).Push(this);
            ReuseBudget.Kept(Bytes);
        }
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

    static readonly long MostKept = Math.Min(256 << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8);

    static long lent, kept, handedOut, inUse, lastUse;
    static double lastMilliseconds;
    static int isCollecting;

    // Referred to by nothing, so that its finalizer runs.
    static ReuseBudget() => _ = new AtCollections();

    /// <summary>Nobody has asked for memory for a while.</summary>
    public static event Action? Idle;

    /// <summary>Whether so much more may be kept for later.</summary>
    public static bool HasRoom(long bytes) => Interlocked.Read(ref kept) + bytes <= MostKept;

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
            Collect();
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

    static void Collect()
    {
        var end = Mark();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
        // Not until all finalizers have run: one of another library might wait for what this thread holds.
        long start = Stopwatch.GetTimestamp();
        for (var wait = default(SpinWait); !Volatile.Read(ref end[0]) && Stopwatch.GetElapsedTime(start).TotalMilliseconds < 10;)
            wait.SpinOnce(sleep1Threshold: -1);
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
            if (Environment.TickCount64 - Volatile.Read(ref lastUse) > IdleMilliseconds) Idle?.Invoke();
            if (!Environment.HasShutdownStarted) GC.ReRegisterForFinalize(this);
        }
    }
}
