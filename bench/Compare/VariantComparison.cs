namespace Autograd.Bench;

/// <summary>Variants of the LSTM and the other element type, compiled, against the plain LSTM.</summary>
sealed class VariantComparison(CompareOptions options, Progress progress, CancellationToken cancel)
{
    readonly TextTable table = new("T, batch, inputs, hidden", "cell", "type", "minimum ms", "median ms", "to plain");

    public void Run(TextWriter writer)
    {
        using PeerProcess single = Child.Serve("scan"), normalised = Child.Serve("scan"), zoneout = Child.Serve("scan"),
            doubles = Child.Serve("scan", type: ElementType.Float64);
        foreach (var size in CompareOptions.Sizes.TakeWhile(_ => !cancel.IsCancellationRequested))
            Add(new Contest(options, progress, cancel).Run(
                StepComparisonTable.SizeText(size),
                [
                    new("lstm", "float", single, size), new("lstm", "double", doubles, size), new("layernorm", "float", normalised, size),
                    new("zoneout", "float", zoneout, size),
                ]));
        progress.Clear();
        table.Write(writer);
    }

    void Add(IReadOnlyList<Times> all)
    {
        foreach (var times in all.Where(times => times.Count > 0 || times.Failure is not null))
            table.Add(
                StepComparisonTable.SizeText(times.Contender.Size), times.Contender.Cell, times.Failure
                ?? times.Contender.Name, TextTable.Number(times.Minimum),
                TextTable.Number(times.Median), TextTable.Times(times.Minimum / all[0].Minimum));
    }
}
