using Autograd.Layers;

namespace Autograd.Bench;

/// <summary>Training steps of the published sizes: this library's paths, the step written by hand, other libraries.</summary>
internal sealed class StepComparisonTable(CompareOptions options, Progress progress, CancellationToken cancel)
{
    static readonly string[] Cells = ["peephole", "lstm", "gru", "rnn"];

    readonly TextTable table = new("T, batch, inputs, hidden", "cell", "path", "minimum ms", "median ms", "to hand-written", "to scan, peephole", "to scan, same cell");

    string ScanName => options.Threads == 1 ? "scan" : $"scan, {options.Threads} threads";

    public void Run(TextWriter writer)
    {
        progress.Show("starting other libraries");
        using var peers = new Peers(options.Threads);
        foreach (string missing in peers.Missing) progress.Tell(missing);
        foreach (var size in CompareOptions.Sizes)
        {
            if (cancel.IsCancellationRequested) break;
            Add(size, new Contest(options, progress, cancel).Run(SizeText(size), [.. Own(size), .. peers.Steps(size)]));
        }

        progress.Clear();
        table.Write(writer);
        foreach (string missing in peers.Missing) writer.WriteLine(missing);
    }

    public static string SizeText(PeepholeLstmSize size) => $"{size.Time}, {size.Batch}, {size.Inputs}, {size.Hidden}";

    IEnumerable<IContender> Own(PeepholeLstmSize size)
    {
        yield return new OwnStep("peephole", "hand-written", TrainingSteps.HandWritten(size));
        if (options.Threads > 1) yield return Scan("peephole", "scan", size, 1);
        foreach (string cell in Cells) yield return Scan(cell, ScanName, size, options.Threads);
        yield return new OwnStep("peephole", "eager", TrainingSteps.Layer("peephole", size, ElementType.Float32, Execution.Eager));
    }

    static OwnStep Scan(string cell, string name, PeepholeLstmSize size, int threads) =>
        new(cell, name, TrainingSteps.Layer(cell, size, ElementType.Float32, Execution.Compiled, threads));

    void Add(PeepholeLstmSize size, IReadOnlyList<Times> all)
    {
        double Minimum(string cell, string name) => all.First(times => times.Contender.Cell == cell && times.Contender.Name == name).Minimum;
        double hand = Minimum("peephole", "hand-written"), scan = Minimum("peephole", ScanName);
        foreach (var times in all.Where(times => times.Count > 0 || times.Failure is not null).OrderBy(times => Array.IndexOf(Cells, times.Contender.Cell)))
            table.Add(
                SizeText(size), times.Contender.Cell, times.Failure is null ? times.Contender.Name : $"{times.Contender.Name}: {times.Failure}",
                TextTable.Number(times.Minimum), TextTable.Number(times.Median), TextTable.Times(times.Minimum / hand), TextTable.Times(times.Minimum / scan),
                TextTable.Times(times.Minimum / Minimum(times.Contender.Cell, ScanName)));
    }
}
