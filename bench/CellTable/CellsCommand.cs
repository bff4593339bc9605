using Autograd.Bench.Cells;

namespace Autograd.Bench;

/// <summary>Times training steps of the cells of the bench.</summary>
static class CellsCommand
{
    static readonly RandomKey Key = new(Seed: 1);

    public static void Run(ReadOnlySpan<string> arguments)
    {
        var options = CellsOptions.Parse(arguments);
        if (options.Explains) Explain(options);
        else CompareCommand.UntilStopped((progress, cancel) => new CellTable(options, progress, cancel).Run(Console.Out));
    }

    /// <summary>The steps of a cell, on each path.</summary>
    /// <exception cref="UsageException">The cell cannot have that size.</exception>
    public static CellSteps Steps(BenchCell cell, PeepholeLstmSize size, int threads)
    {
        try
        {
            return cell.Use(size, Key, new CellSteps.Maker(threads));
        }
        catch (ArgumentException error)
        {
            throw new UsageException($"--shape {StepComparisonTable.SizeText(size)}: {error.Message}");
        }
    }

    static void Explain(CellsOptions options)
    {
        foreach (var size in options.Sizes)
            foreach (var cell in options.Cells)
                Console.WriteLine(Steps(cell, size, options.Threads).Explain());
    }
}
