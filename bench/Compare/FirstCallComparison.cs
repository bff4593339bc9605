namespace Autograd.Bench;

/// <summary>How long the first training step of an LSTM takes in a fresh process, and a plan once the planner itself is compiled.</summary>
sealed class FirstCallComparison(CompareOptions options, Progress progress, CancellationToken cancel)
{
    static readonly string[] Names =
        ["first training step of a fresh process", "trace and plan of another size", "first training step of another size",
            "a training step in steady state"];

    public void Run(TextWriter writer)
    {
        var runs = new List<IReadOnlyList<double>>();
        for (int round = 1; round <= options.Rounds && !cancel.IsCancellationRequested; round++)
        {
            progress.Show($"first call: process {round} of {options.Rounds}");
            runs.Add(Child.Numbers("first-call"));
        }

        progress.Clear();
        if (runs.Count == 0) return;
        var table = new TextTable("LSTM 50, 32, 65, 128, compiled", "minimum ms", "median ms");
        for (int i = 0; i < Names.Length; i++)
        {
            double[] sorted = [.. runs.Select(run => run[i]).Order()];
            table.Add(Names[i], TextTable.Number(sorted[0]), TextTable.Number(sorted[sorted.Length / 2]));
        }

        table.Write(writer);
    }
}
