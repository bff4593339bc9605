using System.Collections.Concurrent;
using Autograd.Optimizers;

namespace Autograd.Distributed;

/// <summary>Runs on threads of their own, while the thread that has begun them talks to other ranks.</summary>
sealed class RunPool(int threads, Func<int, SweepResult?> run)
{
    readonly ConcurrentQueue<(SweepResult? Result, Exception? Error)> finished = new();
    int running;

    /// <summary>Whether another run can be begun.</summary>
    public bool IsFree => running < threads && Error is null;

    /// <summary>Whether nothing runs and nothing is left to be taken.</summary>
    public bool IsIdle => running == 0;

    /// <summary>What ended a run that was not to end by it: memory has run out.</summary>
    public Exception? Error { get; private set; }

    public void Begin(int number)
    {
        running++;
        new Thread(() => finished.Enqueue(Made(number))) { IsBackground = true }.Start();
    }

    /// <summary>A run that has finished; null if there is none, or it was cancelled.</summary>
    public SweepResult? TryTake()
    {
        while (finished.TryDequeue(out var one))
        {
            running--;
            Error ??= one.Error;
            if (one.Result is { } result) return result;
        }
        return null;
    }

    (SweepResult? Result, Exception? Error) Made(int number)
    {
        try
        {
            return (run(number), null);
        }
#pragma warning disable CA1031 // It is thrown where the run was begun.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return (null, error);
        }
    }
}
