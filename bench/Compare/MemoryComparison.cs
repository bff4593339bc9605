namespace Autograd.Bench;

/// <summary>
/// The most memory of a process that makes one compiled training step of an LSTM, with and without a budget, each in a process of its own.
/// A budget bounds what the recurrence keeps; the sequences themselves grow in proportion to their length.
/// </summary>
sealed class MemoryComparison(CompareOptions options, Progress progress, CancellationToken cancel)
{
    const int Batch = 32, Inputs = 1, Hidden = 128;

    int[] Lengths => options.Quick ? [100, 400] : [100, 400, 1600, 6400, 25_600];

    public void Run(TextWriter writer)
    {
        var table = new TextTable("T", "sequences MB", "no budget MB", "least budget MB", "least without sequences", "over the root of T");
        foreach (int time in Lengths.TakeWhile(_ => !cancel.IsCancellationRequested))
        {
            progress.Show($"memory: T = {time}");
            double sequences = time * (double)Batch * (Inputs + Hidden) * sizeof(float) / 1e6;
            double free = Child.Numbers("memory", $"{time}", "none")[0], least = Child.Numbers("memory", $"{time}", "1")[0];
            table.Add(
                $"{time}", $"{sequences:0.0}", $"{free:0.0}", $"{least:0.0}", $"{least - sequences:0.0}",
                $"{(least - sequences) / Math.Sqrt(time):0.00}");
        }

        progress.Clear();
        writer.WriteLine(
            $"Peak memory of a process, beyond that after a step of T = 8; LSTM {Batch}, {Inputs}, {Hidden}; loss on the final state.");
        table.Write(writer);
        writer.WriteLine();
    }
}
