using System.Diagnostics;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace Autograd.Tensors;

/// <summary>
/// When to look for arrays that nothing can reach. The collector does not see reused memory, so we trigger it by its own rule: once as much
/// has been handed out as is in use, unless that is little or a collection costs more than new pages.
/// </summary>
static class ReuseBudget
{
    const long LeastHandedOut = 32 << 20;

    // New pages are taken and written at about ten gigabytes a second.
    const long BytesInMillisecond = 10 << 20;

    const int IdleMilliseconds = 10_000;

    // Twenty microseconds of ten milliseconds.
    const double QuietShare = 0.002;

    /// <summary>The most bytes that are kept for later; a larger array is never kept.</summary>
    public const long MostKept = 256 << 20;

    static readonly long MostKeptHere = Math.Min(MostKept, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8);

    static long lent, kept, handedOut, inUse, lastUse, found;
    static double lastMilliseconds, beforeMilliseconds;
    static int isCollecting;

    // Referred to by nothing, so that its finalizer runs.
    static ReuseBudget() => _ = new AtCollections();

    /// <summary>Kept arrays are let go of: all of them, or all but those of the element type that is given.</summary>
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

    /// <summary>So many bytes were given back, and need not be looked for.</summary>
    public static void GaveBack(long bytes)
    {
        Interlocked.Add(ref lent, -bytes);
        // Some of it was handed out before the count began anew.
        if (Interlocked.Add(ref handedOut, -bytes) < 0) Interlocked.Exchange(ref handedOut, 0);
    }

    /// <summary>Collects garbage if that is due before more memory is taken; returns whether it did.</summary>
    public static bool CollectIfDue(long bytes)
    {
        double least = Math.Max(
            Math.Max(LeastHandedOut, Interlocked.Read(ref inUse)), BytesInMillisecond * Math.Min(lastMilliseconds, beforeMilliseconds));
        if (Interlocked.Read(ref handedOut) + bytes <= least) return false;
        // Some programs must not be stopped.
        if (GCSettings.LatencyMode is not (GCLatencyMode.Batch or GCLatencyMode.Interactive)) return false;
        if (Interlocked.Exchange(ref isCollecting, 1) != 0) return false;
        try
        {
            long start = Stopwatch.GetTimestamp();
            Collect(mostMilliseconds: 10);
            // The shorter of the last two counts: a single one may have waited for other processes.
            (beforeMilliseconds, lastMilliseconds) = (lastMilliseconds, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            Interlocked.Exchange(ref inUse, Interlocked.Read(ref lent));
            Interlocked.Exchange(ref handedOut, 0);
            return true;
        }
        finally
        {
            Volatile.Write(ref isCollecting, 0);
        }
    }

    // An array is free once it has been found twice.
    static void Collect(double mostMilliseconds)
    {
        long before = found;
        CollectOnce(mostMilliseconds);
        if (Volatile.Read(ref found) != before) CollectOnce(mostMilliseconds);
    }

    // Does not wait for all finalizers: one of another library might wait for what this thread holds. Waits until finalizers run and none
    // of them has found another array for a while.
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
