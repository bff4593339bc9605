using System.Diagnostics;

namespace Autograd.Distributed;

/// <summary>
/// The messages between a rank and rank 0 in a sweep: a report, which may be followed by the line of a finished run, and the answer to it.
/// Each report is answered at once, whatever it says, so both know that the other is alive.
/// </summary>
static unsafe class RunMessages
{
    public const int ReportTag = (1 << 14) + 8, LineTag = ReportTag + 1, AnswerTag = ReportTag + 2;

    /// <summary>How long a loop sleeps when it has found nothing to do; runs take much longer.</summary>
    public const int PollMilliseconds = 2;

    /// <summary>The minimum rate at which a rank reports.</summary>
    public static TimeSpan Interval(Communicator communicator)
    {
        var usual = TimeSpan.FromMilliseconds(100);
        return usual < communicator.Timeout / 4 ? usual : communicator.Timeout / 4;
    }

    public static T[] Room<T>(int count)
        where T : unmanaged
        => GC.AllocateArray<T>(count, pinned: true);

    public static Transfer Send<T>(Communicator communicator, T[] pinned, int to, int tag)
        where T : unmanaged
    {
        fixed (T* data = pinned) return communicator.BeginSend(data, (long)pinned.Length * sizeof(T), to, tag);
    }

    public static Transfer Receive<T>(Communicator communicator, T[] pinned, int from, int tag)
        where T : unmanaged
    {
        fixed (T* data = pinned) return communicator.BeginReceive(data, (long)pinned.Length * sizeof(T), from, tag);
    }
}

/// <summary>What a rank reports, as numbers in memory that does not move.</summary>
sealed class RunReport
{
    public int[] Numbers { get; } = RunMessages.Room<int>(4);

    /// <summary>Whether the sweep is cancelled here.</summary>
    public bool IsCancelled { get => Numbers[0] != 0; set => Numbers[0] = value ? 1 : 0; }

    /// <summary>Whether a run can be begun.</summary>
    public bool IsFree { get => Numbers[1] != 0; set => Numbers[1] = value ? 1 : 0; }

    /// <summary>Whether no run is under way.</summary>
    public bool IsIdle { get => Numbers[2] != 0; set => Numbers[2] = value ? 1 : 0; }

    /// <summary>How many bytes of a finished run follow; 0 for none.</summary>
    public int LineBytes { get => Numbers[3]; set => Numbers[3] = value; }
}

/// <summary>What rank 0 answers.</summary>
sealed class RunAnswer
{
    /// <summary>Go on; there will be no more runs; no more runs, and those under way are to end; all ranks are done.</summary>
    public const int GoOn = 0, NoMore = 1, Stop = 2, End = 3;

    public RunAnswer() => Numbers[1] = -1;

    public int[] Numbers { get; } = RunMessages.Room<int>(2);

    public int What { get => Numbers[0]; set => Numbers[0] = value; }

    /// <summary>The number of the run that is to be begun; −1 for none.</summary>
    public int Run { get => Numbers[1]; set => Numbers[1] = value; }
}

/// <summary>When something was last heard of a rank.</summary>
sealed class Heard
{
    long last = Stopwatch.GetTimestamp();

    public TimeSpan Ago => Stopwatch.GetElapsedTime(last);

    public void Now() => last = Stopwatch.GetTimestamp();
}
