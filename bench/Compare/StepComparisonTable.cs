namespace Autograd.Bench;

/// <summary>Training steps of the published sizes: this library's paths, the step written by hand, other libraries.</summary>
sealed class StepComparisonTable(CompareOptions options, Progress progress, CancellationToken cancel)
{
    static readonly string[] Cells = ["peephole", "lstm", "gru", "rnn"];

    readonly TextTable table =
        new("T, batch, inputs, hidden", "cell", "path", "minimum ms", "median ms", "to hand-written", "to scan, peephole",
        "to scan, same cell");

    string ScanName => options.Threads == 1 ? "scan" : $"scan, {options.Threads} threads";

    public void Run(TextWriter writer)
    {
        progress.Show("starting other libraries");
        using var peers = new Peers(options.Threads);
        foreach (string missing in peers.Missing) progress.Tell(missing);
        using PeerProcess hand = Child.Serve("hand"), eager = Child.Serve("eager"), single = Child.Serve("scan"),
            scan = Child.Serve("scan", options.Threads);
        foreach (var size in CompareOptions.Sizes)
        {
            if (cancel.IsCancellationRequested) break;
            Contender[] own =
            [
                new("peephole", "hand-written", hand, size),
                .. options.Threads == 1 ? Array.Empty<Contender>() : [new("peephole", "scan", single, size)],
                .. Cells.Select(cell => new Contender(cell, ScanName, scan, size)),
                new("peephole", "eager", eager, size),
            ];
            Add(size, new Contest(options, progress, cancel).Run(SizeText(size), [.. own, .. peers.Steps(size)]));
        }

        progress.Clear();
        table.Write(writer);
        foreach (string missing in peers.Missing) writer.WriteLine(missing);
    }

    public static string SizeText(PeepholeLstmSize size) => $"{size.Time}, {size.Batch}, {size.Inputs}, {size.Hidden}";

    void Add(PeepholeLstmSize size, IReadOnlyList<Times> all)
    {
        double Minimum(string cell, string name) =>
            all.First(times => times.Contender.Cell == cell && times.Contender.Name == name).Minimum;
        double hand = Minimum("peephole", "hand-written"), scan = Minimum("peephole", ScanName);
        foreach (var times in all.Where(times => times.Count > 0 || times.Failure is not null)
            .OrderBy(times => Array.IndexOf(Cells, times.Contender.Cell)))
            table.Add(
                SizeText(size), times.Contender.Cell, times.Failure is null ? times.Contender.Name
                : $"{times.Contender.Name}: {times.Failure}",
                TextTable.Number(times.Minimum), TextTable.Number(times.Median), TextTable.Times(times.Minimum / hand),
                TextTable.Times(times.Minimum / scan),
                TextTable.Times(times.Minimum / Minimum(times.Contender.Cell, ScanName)));
    }
}
