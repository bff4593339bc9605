using System.Runtime.ExceptionServices;

namespace Autograd.Threads;

/// <summary>
/// The threads that work on the same phases. The thread that asks for the work begins at once and takes every part that nobody has taken;
/// others join if and when the thread pool has a thread for them. So nobody ever waits for work that has not begun: where the pool has no
/// thread to give, and where its threads are the ones that ask, the work is done by whoever asks.
/// <para>
/// A thread that finds nothing to take waits for parts that others are in the middle of. That takes microseconds as a rule, so it spins
/// before it gives its core away; the platform's barrier puts a thread to sleep, which costs more than the work between two waits.
/// </para>
/// </summary>
sealed class ThreadTeam : IThreadPoolWorkItem
{
    const int Ended = int.MaxValue;

    // A spin takes a third of a microsecond, a yield about one where nobody else wants the core.
    const int SpinsBeforeYielding = 100;
    const int SpinsBeforeSleeping = 1500;

    readonly int parts, threads;
    readonly ExecutionContext? context = ExecutionContext.Capture();

    // The last phase in which each part was taken.
    readonly int[] taken;
    IPhasedWork work;
    ExceptionDispatchInfo? error;
    int phase, missing, asked, joined, failed = int.MaxValue;

    ThreadTeam(IPhasedWork work, int threads)
    {
        this.work = work;
        this.threads = threads;
        parts = work.Parts;
        taken = new int[parts];
    }

    /// <summary>
    /// Does all the work, on this thread and at most so many in all. An error is that of the first part, in order, that fails, as on one
    /// thread.
    /// </summary>
    public static void Run(IPhasedWork work, int threads)
    {
        bool isCounted = BusyThreads.Enter();
        try
        {
            if (Math.Min(threads, work.Parts) > 1) new ThreadTeam(work, Math.Min(threads, work.Parts)).RunTogether();
            else RunAlone(work);
        }
        finally
        {
            if (isCounted) BusyThreads.Leave();
        }
    }

    /// <summary>
    /// What a thread of the pool does: it joins, unless it comes too late or there are as many threads at work as processors.
    /// </summary>
    void IThreadPoolWorkItem.Execute()
    {
        if (Volatile.Read(ref phase) == Ended) return;
        if (!BusyThreads.TryEnter())
        {
            Interlocked.Decrement(ref asked);
            return;
        }
        try
        {
            // What user's code inside the work sees of its surroundings, such as the culture, is what it sees on the thread that asked.
            if (context is null) Join();
            else ExecutionContext.Run(context, static team => ((ThreadTeam)team!).Join(), this);
        }
        finally
        {
            BusyThreads.Leave();
        }
    }

    static void RunAlone(IPhasedWork work)
    {
        while (work.MoveNext())
            for (int part = 0; part < work.Parts; part++)
                work.Run(part);
    }

    void RunTogether()
    {
        GoOn();
        Work(0);
        // Helpers that have not come yet may stay in the pool's queue for long.
        work = null!;
        error?.Throw();
    }

    void Join() => Work(Interlocked.Increment(ref joined) % parts);

    // Each thread tries the part of its own number first, whose data may be in its core's cache.
    void Work(int first)
    {
        while (Volatile.Read(ref phase) is var number && number != Ended)
        {
            for (int i = 0; i < parts; i++) TryPart((first + i) % parts, number);
            WaitWhile(number);
        }
    }

    // A part that was not taken in this phase was taken in the one before: whoever comes late with an old number gets none.
    void TryPart(int part, int number)
    {
        if (Interlocked.CompareExchange(ref taken[part], number, number - 1) != number - 1) return;
        try
        {
            // Parts before one that failed are done, so that the error does not depend on who was first.
            if (part < Volatile.Read(ref failed)) work.Run(part);
        }
        catch (Exception exception)
        {
            Fail(part, exception);
        }
        if (Interlocked.Decrement(ref missing) == 0) GoOn();
    }

    // By the thread that did the last part; the others see all of this once they see the new number.
    void GoOn()
    {
        bool goesOn = false;
        try
        {
            goesOn = error is null && work.MoveNext();
        }
        catch (Exception exception)
        {
            Fail(-1, exception);
        }
        missing = parts;
        Volatile.Write(ref phase, goesOn ? phase + 1 : Ended);
        if (goesOn) AskForHelp();
    }

    void AskForHelp()
    {
        for (int free = BusyThreads.Free; free > 0 && Volatile.Read(ref asked) < threads - 1; free--)
        {
            Interlocked.Increment(ref asked);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    void Fail(int part, Exception exception)
    {
        lock (taken)
        {
            if (part >= failed) return;
            error = ExceptionDispatchInfo.Capture(exception);
            Volatile.Write(ref failed, part);
        }
    }

    void WaitWhile(int number)
    {
        for (int spins = 0; Volatile.Read(ref phase) == number; spins++)
        {
            if (spins < SpinsBeforeYielding) Thread.SpinWait(8);
            else if (spins < SpinsBeforeSleeping) Thread.Yield();
            else Thread.Sleep(1);
        }
    }
}

/// <summary>Counts the threads that are at work in teams: more than there are processors would only wait for each other.</summary>
static class BusyThreads
{
    static int count;

    [ThreadStatic]
    static bool isBusy;

    /// <summary>Processors that no team's thread uses.</summary>
    public static int Free => Environment.ProcessorCount - Volatile.Read(ref count);

    /// <summary>Counts this thread, which works in any case; false if it is counted already.</summary>
    public static bool Enter()
    {
        if (isBusy) return false;
        isBusy = true;
        Interlocked.Increment(ref count);
        return true;
    }

    /// <summary>Counts this thread if there is a processor for it.</summary>
    public static bool TryEnter()
    {
        if (Interlocked.Increment(ref count) <= Environment.ProcessorCount)
        {
            isBusy = true;
            return true;
        }
        Interlocked.Decrement(ref count);
        return false;
    }

    public static void Leave()
    {
        isBusy = false;
        Interlocked.Decrement(ref count);
    }
}
