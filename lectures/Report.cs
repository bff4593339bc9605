namespace Autograd.Lectures;

/// <summary>What a demonstration writes: at once to the console, at the end to the page.</summary>
/// <remarks>After the run was stopped each method throws <see cref="OperationCanceledException"/>, which ends the demonstration.</remarks>
public sealed class Report
{
    readonly List<Block> blocks = [];
    readonly List<Measurement> measures = [];
    readonly Turns.Turn console;
    readonly RandomKey key;
    readonly int first;
    readonly Fault? fault;

    internal Report(Demonstration demonstration, RunOptions options, Turns.Turn console, CancellationToken cancellation)
    {
        (Demonstration, Quick, Seeds, Cancellation) = (demonstration, options.Quick, options.Seeds, cancellation);
        (first, fault) = (options.First, options.Planted ? demonstration.Fault : null);
        this.console = console;
        key = new RandomKey(0).For(demonstration.Id);
    }

    /// <summary>What is demonstrated.</summary>
    public Demonstration Demonstration { get; }

    /// <summary>Whether seconds count: all demonstrations together are to take five minutes on two cores.</summary>
    public bool Quick { get; }

    /// <summary>How many seeds to run: 10, or 2 if <see cref="Quick"/>, or what the command line says.</summary>
    public int Seeds { get; }

    /// <summary>Ends long work.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>All that was measured so far.</summary>
    public IReadOnlyList<Measurement> Measures => measures;

    /// <summary>All that was written so far, but for the measures.</summary>
    internal IReadOnlyList<Block> Blocks => blocks;

    /// <summary>The random numbers of a run, counted from 0; others for each demonstration.</summary>
    public RandomKey Key(int run) => key with { Seed = (ulong)(first + run) };

    /// <summary>The cell that the verdict rests on, or what the row's <see cref="Fault"/> makes of it when that is planted.</summary>
    public Layers.Cell<TState> Cell<TState>(Layers.Cell<TState> cell) => fault is null ? cell : fault.Cell(cell);

    /// <summary>As <see cref="Cell"/>, for any other mechanism.</summary>
    public T Part<T>(string name, T part)
        where T : class => fault is null ? part : fault.Part(name, part);

    /// <summary>A line or a paragraph.</summary>
    public void Text(string line)
    {
        Add(new TextBlock(line));
        console.Line(line);
    }

    /// <summary>Text whose lines and spaces stay as they are.</summary>
    public void Preformatted(string text)
    {
        Add(new PreformattedBlock(text));
        foreach (string line in text.TrimEnd('\n').Split('\n')) console.Line("  | " + line);
    }

    /// <summary>A table; columns that hold numbers are aligned right.</summary>
    /// <exception cref="ArgumentException">A row has more or fewer cells than the header.</exception>
    public void Table(string[] header, IEnumerable<string[]> rows)
    {
        string[][] all = [.. rows];
        foreach (string[] row in all)
            if (row.Length != header.Length)
                throw new ArgumentException($"Report.Table: a row has {row.Length} cells, the header {header.Length}: " +
                    $"{string.Join(" | ", row)}.", nameof(rows));
        Add(new TableBlock(header, all));
        foreach (string line in TextTable.Lines(header, all)) console.Line(line);
    }

    /// <summary>One measured number. The verdict is that all of them hold.</summary>
    /// <param name="what">What was measured.</param>
    /// <param name="value">The number; NaN never holds.</param>
    /// <param name="limit">What was to be reached, such as "at most 1e-10".</param>
    /// <param name="holds">Whether it was.</param>
    public void Measure(string what, double value, string limit, bool holds) => Add(new Measurement(what, value, limit, holds
        && !double.IsNaN(value)));

    /// <summary>One measured number of a claim that a lecture makes and that may not show: then the verdict is "not shown".</summary>
    /// <inheritdoc cref="Measure"/>
    public void Claim(string what, double value, string limit, bool holds) =>
        Add(new Measurement(what, value, limit, holds && !double.IsNaN(value), IsClaim: true));

    void Add(Measurement measured)
    {
        Cancellation.ThrowIfCancellationRequested();
        measures.Add(measured);
        console.Line($"  {(measured.Holds ? "ok  " : measured.IsClaim ? "not shown" : "NOT ")} {measured.What}: {measured.Number} " +
            $"({measured.Limit})");
    }

    /// <summary>How far long work has come; nothing of it stays.</summary>
    public void Progress(string what, double fraction)
    {
        Cancellation.ThrowIfCancellationRequested();
        console.Progress($"{Demonstration.Id} {what}", fraction);
    }

    /// <summary>A picture on the page.</summary>
    public void Chart(Chart chart)
    {
        Add(new ChartBlock(chart));
        console.Line($"  [chart: {chart.Title}]");
    }

    void Add(Block block)
    {
        Cancellation.ThrowIfCancellationRequested();
        blocks.Add(block);
    }
}

/// <summary>A piece of the page.</summary>
abstract record Block;

sealed record TextBlock(string Line) : Block;

sealed record PreformattedBlock(string Text) : Block;

sealed record TableBlock(string[] Header, string[][] Rows) : Block;

sealed record ChartBlock(Chart Chart) : Block;
