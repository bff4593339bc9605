using Autograd.Optimizers;

namespace Autograd.Distributed;

/// <summary>A rank that is given runs of a sweep by rank 0.</summary>
sealed class RunTaker(Communicator communicator, RunPool pool, CancellationTokenSource ended)
{
    readonly RunReport report = new();
    readonly RunAnswer answer = new();
    readonly Heard heard = new();
    readonly TimeSpan interval = RunMessages.Interval(communicator);

    /// <summary>Makes runs until all ranks are done.</summary>
    /// <returns>What has ended them here; null if nothing has.</returns>
    public Exception? Run()
    {
        while (answer.What != RunAnswer.End)
        {
            var result = pool.TryTake();
            bool isFree = answer.What == RunAnswer.GoOn && pool.IsFree && !ended.IsCancellationRequested;
            if (result is not null || isFree || heard.Ago >= interval) Report(result, isFree);
            else Thread.Sleep(RunMessages.PollMilliseconds);
        }
        return pool.Error;
    }

    void Report(SweepResult? result, bool isFree)
    {
        byte[] line = [];
        if (result is not null)
        {
            byte[] text = SweepLine.Of(result);
            line = RunMessages.Room<byte>(text.Length);
            text.CopyTo(line, 0);
        }
        report.IsCancelled = ended.IsCancellationRequested || pool.Error is not null;
        (report.IsFree, report.IsIdle, report.LineBytes) = (isFree, pool.IsIdle, line.Length);
        List<Transfer> transfers =
        [
            RunMessages.Send(communicator, report.Numbers, 0, RunMessages.ReportTag),
            RunMessages.Receive(communicator, answer.Numbers, 0, RunMessages.AnswerTag),
        ];
        if (line.Length > 0) transfers.Add(RunMessages.Send(communicator, line, 0, RunMessages.LineTag));
        communicator.Wait(nameof(Sweep<int>), transfers);
        heard.Now();
        if (answer.What == RunAnswer.Stop) ended.Cancel();
        if (answer.Run >= 0) pool.Begin(answer.Run);
    }
}
