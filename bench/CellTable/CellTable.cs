using System.Globalization;
using Autograd.Bench.Cells;
using Autograd.Layers;

namespace Autograd.Bench;

/// <summary>The cells of the bench on each path, in turns in this process.</summary>
sealed class CellTable(CellsOptions options, Progress progress, CancellationToken cancel)
{
    static readonly Execution[] Paths = [Execution.Eager, Execution.Compiled, Execution.Interpreted];

    readonly TextTable table = new(
        "cell", "T, batch, inputs, hidden", "path", "eager ms: minimum", "median", "compiled", "median", "interpreted", "median",
        "products at peak", "eager/compiled", "eager/interpreted", "bytes a step: eager", "compiled", "interpreted", "operation", "copy",
        "rows");

    readonly List<string> reasons = [];
    double peak;

    public void Run(TextWriter writer)
    {
        progress.Show("the matrix product's peak");
        peak = ProductPeak();
        foreach (var size in options.Sizes)
            foreach (var cell in options.Cells.TakeWhile(_ => !cancel.IsCancellationRequested))
                Measure(cell, size);
        progress.Clear();
        table.Write(writer);
        foreach (string reason in reasons) writer.WriteLine(reason);
    }

    void Measure(BenchCell cell, PeepholeLstmSize size)
    {
        var steps = CellsCommand.Steps(cell, size, options.Threads);
        string sizeText = SizeText(steps.InputShape, size.Hidden);
        var taken = new ExecutionPath[Paths.Length];
        var contenders = Paths.Select((path, i) => Contender(cell, size, steps, path, way => taken[i] = way));
        var times = new Contest(options, progress, cancel).Run(sizeText, contenders);
        if (times.Any(time => time.Count == 0)) return;
        Add(cell.Name, sizeText, steps, times);
        foreach (var (path, asked) in taken.Zip(Paths))
            if (path.Execution != asked)
                reasons.Add($"{cell.Name}, {sizeText}: {asked} ran {path}");
    }

    static Contender Contender(BenchCell cell, PeepholeLstmSize size, CellSteps steps, Execution path, Action<ExecutionPath> tell)
    {
        var step = steps.On(path);
        return new(cell.Name, $"{path}", size, seconds =>
        {
            var turn = Turn.Of(step.Run, seconds);
            tell(steps.LastPath);
            return turn;
        });
    }

    void Add(string cell, string size, CellSteps steps, IReadOnlyList<Times> times)
    {
        long[] bytes = [.. Paths.Select(path => StepCommand.AllocatedBytes(steps.On(path)))];
        steps.On(Execution.Compiled).Run();
        var actions = PlanActions.In(steps.Explain());
        table.Add(
        [
            cell, size, $"{steps.LastPath.Execution}",
            .. times.SelectMany(time => new[] { TextTable.Number(time.Minimum), TextTable.Number(time.Median) }),
            TextTable.Number(actions.Flops * steps.InputShape[0] / peak),
            TextTable.Times(times[0].Minimum / times[1].Minimum), TextTable.Times(times[0].Minimum / times[2].Minimum),
            .. bytes.Select(count => count.ToString("N0", CultureInfo.InvariantCulture)),
            $"{actions.Operations}", $"{actions.Copies}", $"{actions.Rows}",
        ]);
    }

    // Floating-point operations in a millisecond, of a product that is large enough for the packing of its operands not to count.
    static double ProductPeak()
    {
        const int Extent = 1024;
        var square = new Parameter("square", Tensor.Ones([Extent, Extent]));
        return 2.0 * Extent * Extent * Extent / Turn.Of(Multiply, 0.5).Min();

        // In the memory of tapes, which comes back: what is new is given by the system page by page.
        void Multiply()
        {
            using var tape = new Tape();
            Functions.MatMul(square, square);
        }
    }

    // The input's own extents: a cell may have its own reading of a size.
    static string SizeText(Shape x, int hidden) => $"{x[0]}, {x[1]}, {x[2]}, {hidden}";
}
