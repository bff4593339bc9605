using Autograd.Optimizers;

namespace Autograd.Distributed;

/// <summary>
/// Rank 0 of a sweep: hands out runs to ranks that have a free thread, itself included, and collects the results.
/// </summary>
sealed class RunGiver(
    Communicator communicator, RunPool pool, CancellationTokenSource ended, IReadOnlyList<int> missing, Action<SweepResult> take)
{
    readonly List<Listener> listeners =
        [.. Enumerable.Range(1, communicator.Size - 1).Select(rank => new Listener(communicator, rank))];
    int next;
    Exception? error;

    bool IsStopped => ended.IsCancellationRequested;

    bool HasMore => next < missing.Count && !IsStopped;

    bool IsAllDone => !HasMore && pool.IsIdle && listeners.All(listener => listener.IsIdle);

    /// <summary>Gives runs until all are done, or the sweep is cancelled and none is under way.</summary>
    /// <returns>What has ended the sweep early; null if nothing has, or it was cancelled.</returns>
    public Exception? Run()
    {
        while (!IsAllDone || listeners.Exists(listener => !listener.HasEnded))
        {
            while (HasMore && pool.IsFree) pool.Begin(missing[next++]);
            bool isQuiet = true;
            if (pool.TryTake() is { } result)
            {
                isQuiet = false;
                Take(result);
            }
            if (pool.Error is not null) ended.Cancel();
            foreach (var listener in listeners) isQuiet &= !Hear(listener);
            if (communicator.Failure is { } failure) throw failure;
            if (isQuiet) Thread.Sleep(RunMessages.PollMilliseconds);
        }
        return error ?? pool.Error;
    }

    // Whether the rank has reported, and has its answer.
    bool Hear(Listener listener)
    {
        if (listener.HasEnded) return false;
        if (!listener.HasReported)
            return listener.Heard.Ago <= communicator.Timeout ? false : throw communicator.Late(nameof(Sweep<int>), [listener.Rank]);
        if (listener.Report.LineBytes > 0) Take(SweepLine.Read(listener.Line()));
        if (listener.Report.IsCancelled) ended.Cancel();
        int run = HasMore && listener.Report.IsFree ? missing[next++] : -1;
        listener.IsIdle = listener.Report.IsIdle && run < 0;
        listener.Answer(IsAllDone ? RunAnswer.End : IsStopped ? RunAnswer.Stop : HasMore ? RunAnswer.GoOn : RunAnswer.NoMore, run);
        return true;
    }

    void Take(SweepResult result)
    {
        try
        {
            if (error is null) take(result);
        }
#pragma warning disable CA1031 // Who is told of progress has thrown; all ranks hear of it when the runs under way have ended.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            error = thrown;
            ended.Cancel();
        }
    }

    /// <summary>What rank 0 knows of another one.</summary>
    sealed class Listener
    {
        readonly Communicator communicator;
        readonly RunAnswer answer = new();
        Transfer arriving;

        public Listener(Communicator communicator, int rank)
        {
            this.communicator = communicator;
            Rank = rank;
            arriving = Next();
        }

        public int Rank { get; }

        public RunReport Report { get; } = new();

        public Heard Heard { get; } = new();

        public bool IsIdle { get; set; }

        public bool HasEnded { get; private set; }

        public bool HasReported => arriving.IsDone();

        public byte[] Line()
        {
            byte[] line = RunMessages.Room<byte>(Report.LineBytes);
            communicator.Wait(nameof(Sweep<int>), [RunMessages.Receive(communicator, line, Rank, RunMessages.LineTag)]);
            return line;
        }

        public void Answer(int what, int run)
        {
            (answer.What, answer.Run) = (what, run);
            communicator.Wait(nameof(Sweep<int>), [RunMessages.Send(communicator, answer.Numbers, Rank, RunMessages.AnswerTag)]);
            Heard.Now();
            HasEnded = what == RunAnswer.End;
            if (!HasEnded) arriving = Next();
        }

        Transfer Next() => RunMessages.Receive(communicator, Report.Numbers, Rank, RunMessages.ReportTag);
    }
}
