using System.Text.Json;

namespace Autograd.Bench;

/// <summary>
/// Time of a compiled training step of an LSTM against the length of the sequence; it is to grow in proportion, and allocate nothing that
/// grows.
/// </summary>
sealed class GrowthComparison(CompareOptions options, Progress progress, CancellationToken cancel)
{
    static readonly PeepholeLstmSize[] Sizes = [new(0, 32, 65, 128), new(0, 1, 16, 32)];

    int[] Lengths => options.Quick ? [100, 1000] : [100, 1000, 10_000];

    public void Run(TextWriter writer)
    {
        var table = new TextTable(
            "batch, inputs, hidden", "T", "minimum us per time step", "median us per time step", "to the shortest", "allocated bytes");
        foreach (var size in Sizes)
            Add(table, [.. Lengths.Select(length => size with { Time = length })]);
        progress.Clear();
        table.Write(writer);
        writer.WriteLine();
    }

    void Add(TextTable table, PeepholeLstmSize[] sizes)
    {
        if (cancel.IsCancellationRequested) return;
        // A length each, or the memory that long sequences leave behind would be dropped and taken again.
        PeerProcess[] processes = [.. sizes.Select(_ => Child.Serve("scan"))];
        var all = new Contest(options, progress, cancel)
            .Run("growth", sizes.Select((size, i) => new Contender("lstm", $"T = {size.Time}", processes[i], size)));
        foreach (var process in processes) process.Dispose();
        foreach (var times in all.Where(times => times.Count > 0).TakeWhile(_ => !cancel.IsCancellationRequested))
        {
            var size = times.Contender.Size;
            table.Add(
                $"{size.Batch}, {size.Inputs}, {size.Hidden}", $"{size.Time}", TextTable.Number(1000 * times.Minimum / size.Time),
                TextTable.Number(1000 * times.Median / size.Time),
                TextTable.Times(times.Minimum / size.Time / (all[0].Minimum / sizes[0].Time)), $"{AllocatedBytes(size):#,0}");
        }
    }

    long AllocatedBytes(PeepholeLstmSize size)
    {
        progress.Show($"allocation: T = {size.Time}");
        using var line = JsonDocument.Parse(Child.LastLine(
            "step", "--cell", "lstm", "--path", "scan", "--time", $"{size.Time}", "--batch", $"{size.Batch}", "--inputs", $"{size.Inputs}",
            "--hidden", $"{size.Hidden}", "--seconds", "1"));
        return line.RootElement.GetProperty("allocated_bytes").GetInt64();
    }
}
