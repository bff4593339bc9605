namespace Autograd;

/// <summary>
/// Lets some threads wait for each other. What they wait for takes microseconds, so they spin before they give their core away; the platform's barrier puts a
/// thread to sleep, which costs more than the work between two of them.
/// </summary>
internal sealed class SpinBarrier(int threads)
{
    const int SpinsBeforeYielding = 2000;

    int missing = threads;
    int participants = threads;
    volatile int round;

    public void SignalAndWait()
    {
        int mine = round;
        if (Interlocked.Decrement(ref missing) == 0)
        {
            Open();
            return;
        }
        for (int spins = 0; round == mine; spins++)
        {
            if (spins < SpinsBeforeYielding) Thread.SpinWait(8);
            else Thread.Yield();
        }
    }

    /// <summary>One thread will not come any more.</summary>
    public void Leave()
    {
        Interlocked.Decrement(ref participants);
        if (Interlocked.Decrement(ref missing) == 0) Open();
    }

    void Open()
    {
        Volatile.Write(ref missing, Volatile.Read(ref participants));
        round++;
    }
}
