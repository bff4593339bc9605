using Autograd.Layers;

namespace Autograd.Bench;

/// <summary>Time of a compiled training step of an LSTM against the length of the sequence; it is to grow in proportion, and allocate nothing that grows.</summary>
internal sealed class GrowthComparison(CompareOptions options, Progress progress, CancellationToken cancel)
{
    static readonly PeepholeLstmSize[] Sizes = [new(0, 32, 65, 128), new(0, 1, 16, 32)];

    int[] Lengths => options.Quick ? [100, 1000] : [100, 1000, 10_000];

    public void Run(TextWriter writer)
    {
        var table = new TextTable("batch, inputs, hidden", "T", "minimum us per time step", "median us per time step", "to the shortest", "allocated bytes");
        foreach (var size in Sizes)
            Add(table, [.. Lengths.Select(length => size with { Time = length })]);
        progress.Clear();
        table.Write(writer);
        writer.WriteLine();
    }

    void Add(TextTable table, PeepholeLstmSize[] sizes)
    {
        LayerStep[] steps = [.. sizes.Select(size => TrainingSteps.Layer("lstm", size, ElementType.Float32, Execution.Compiled))];
        var all = new Contest(options, progress, cancel).Run("growth", steps.Select((step, i) => new OwnStep("lstm", $"T = {sizes[i].Time}", step)));
        for (int i = 0; i < all.Count; i++)
            if (all[i].Count > 0)
                table.Add(
                    $"{sizes[i].Batch}, {sizes[i].Inputs}, {sizes[i].Hidden}", $"{sizes[i].Time}", TextTable.Number(PerTime(all[i].Minimum, i)), TextTable.Number(PerTime(all[i].Median, i)),
                    TextTable.Times(PerTime(all[i].Minimum, i) / PerTime(all[0].Minimum, 0)), $"{StepCommand.AllocatedBytes(steps[i])}");

        double PerTime(double milliseconds, int i) => 1000 * milliseconds / sizes[i].Time;
    }
}
