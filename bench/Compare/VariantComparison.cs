using Autograd.Layers;

namespace Autograd.Bench;

/// <summary>Variants of the LSTM and the other element type, compiled, against the plain LSTM.</summary>
internal sealed class VariantComparison(CompareOptions options, Progress progress, CancellationToken cancel)
{
    static readonly RandomKey Key = new(1);

    readonly TextTable table = new("T, batch, inputs, hidden", "cell", "path", "minimum ms", "median ms", "to plain");

    public void Run(TextWriter writer)
    {
        foreach (var size in CompareOptions.Sizes.TakeWhile(_ => !cancel.IsCancellationRequested))
        {
            var all = new Contest(options, progress, cancel).Run(StepComparisonTable.SizeText(size), Variants(size));
            foreach (var times in all.Where(times => times.Count > 0))
                table.Add(
                    StepComparisonTable.SizeText(size), times.Contender.Cell, times.Contender.Name, TextTable.Number(times.Minimum), TextTable.Number(times.Median),
                    TextTable.Times(times.Minimum / all[0].Minimum));
        }

        progress.Clear();
        table.Write(writer);
    }

    static IEnumerable<IContender> Variants(PeepholeLstmSize size)
    {
        var plain = new LstmCell(size.Inputs, size.Hidden, Key);
        yield return Step("LSTM", plain, size, ElementType.Float32);
        yield return Step("LSTM, double", plain, size, ElementType.Float64);
        yield return Step("layer-normalised", new LayerNormLstmCell(size.Inputs, size.Hidden, Key), size, ElementType.Float32);
        yield return Step("zoneout 0.1", Zoneout.Around(new LstmCell(size.Inputs, size.Hidden, Key), Key.For("zoneout"), 0.1), size, ElementType.Float32);
    }

    // The path is known once the step has run.
    static OwnStep Step<TState>(string name, Cell<TState> cell, PeepholeLstmSize size, ElementType type)
    {
        var layer = Recurrent.Over(cell);
        layer.Train(step: 1);
        var step = TrainingSteps.Over(layer, size, type);
        step.Run();
        return new(name, layer.LastPath.Execution == Execution.Compiled ? "scan" : $"{layer.LastPath}", step);
    }
}
