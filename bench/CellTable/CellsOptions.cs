using Autograd.Bench.Cells;

namespace Autograd.Bench;

/// <summary>Which cells to time, at which sizes, and how long.</summary>
sealed record CellsOptions : ITurnOptions
{
    static readonly PeepholeLstmSize[] BothSizes = [new(50, 32, 64, 128), new(100, 1, 16, 32)];

    PeepholeLstmSize[] given = [];

    public IReadOnlyList<BenchCell> Cells { get; private init; } = BenchCells.All;

    public IReadOnlyList<PeepholeLstmSize> Sizes => given.Length == 0 ? BothSizes : given;

    public int Threads { get; private init; } = 1;

    public bool Quick { get; private init; }

    /// <summary>Whether the plans are printed, and nothing is timed.</summary>
    public bool Explains { get; private init; }

    int? GivenRounds { get; init; }

    double? GivenSeconds { get; init; }

    public int Rounds => GivenRounds ?? (Quick ? 2 : 6);

    public double Seconds => GivenSeconds ?? (Quick ? 0.05 : 0.3);

    /// <exception cref="UsageException">An option is unknown, has no value or a wrong one.</exception>
    public static CellsOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new CellsOptions();
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--quick") options = options with { Quick = true };
            else if (arguments[i] == "--explain") options = options with { Explains = true };
            else if (i + 1 < arguments.Length) options = options.With(arguments[i], arguments[++i]);
            else throw new UsageException($"{arguments[i]} is not an option of cells, or its value is missing.");
        }

        return options;
    }

    CellsOptions With(string option, string value) => option switch
    {
        "--cells" => this with { Cells = [.. value.Split(',').Select(Cell)] },
        "--shape" => this with { given = [.. given, Size(option, value)] },
        "--rounds" => this with { GivenRounds = Arguments.Count(option, value) },
        "--seconds" => this with { GivenSeconds = Arguments.Duration(option, value) },
        "--threads" => this with { Threads = Arguments.Count(option, value) },
        _ => throw new UsageException($"{option} is not an option of cells."),
    };

    static BenchCell Cell(string name) => BenchCells.Named(Arguments.OneOf("--cells", name, BenchCells.Names));

    static PeepholeLstmSize Size(string option, string value) =>
        value.Split(',').Select(part => Arguments.Count(option, part)).ToArray() is [var time, var batch, var inputs, var hidden]
            ? new(time, batch, inputs, hidden)
            : throw new UsageException($"{option} is time, batch, inputs and hidden units, such as 50,32,64,128; it is {value}.");
}
