using System.Runtime.ExceptionServices;

namespace Autograd;

/// <summary>Runs the parts of a pass on several threads at once.</summary>
internal static class ScanThreads
{
    public delegate void Part(int thread, SpinBarrier barrier);

    /// <summary>Runs all parts, the first on this thread, and waits for them. The first error is thrown.</summary>
    public static void Run(int threads, Part part)
    {
        var barrier = new SpinBarrier(threads);
        ExceptionDispatchInfo? error = null;
        using var done = new CountdownEvent(threads - 1);
        for (int i = 1; i < threads; i++)
            ThreadPool.UnsafeQueueUserWorkItem(
                thread =>
                {
                    Guarded(thread);
                    done.Signal();
                },
                i,
                preferLocal: false);
        Guarded(0);
        done.Wait();
        error?.Throw();

        void Guarded(int thread)
        {
            try
            {
                part(thread, barrier);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref error, ExceptionDispatchInfo.Capture(exception), null);
                // The others must not wait for this part.
                barrier.Leave();
            }
        }
    }
}
