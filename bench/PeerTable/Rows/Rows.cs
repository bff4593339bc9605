namespace Autograd.PeerTable;

/// <summary>The rows of the table, by groups.</summary>
static partial class Rows
{
    /// <summary>Every group, in the order of the table.</summary>
    public static readonly (string Name, Func<int, IEnumerable<Row>> Of)[] Groups =
    [
        ("cells", Cells),
        ("shapes", Shapes),
        ("double", Doubles),
        ("xgrad", InputGradients),
        ("stack", Stacks),
        ("lengths", Lengths),
        ("infer", Inference),
        ("stream", Streams),
        ("whole", Whole),
        ("conv", _ => Convolutions()),
        ("attention", Attentions),
        ("ctc", _ => Ctc()),
        ("check", _ => Checks()),
        ("rtrl", _ => Rules()),
        ("reservoir", _ => Reservoirs()),
        ("eager", Eager),
        ("matmul", _ => Products()),
        ("bulk", _ => Bulk()),
    ];

    /// <summary>The names of all groups, for messages.</summary>
    public static string GroupNames => string.Join(", ", Groups.Select(known => known.Name));

    /// <summary>Rows that are asked for, each with its group.</summary>
    public static IEnumerable<(string Group, Row Row)> Asked(Options options) =>
        from known in Groups
        where options.Groups is null || options.Groups.Contains(known.Name)
        from row in known.Of(options.Threads)
        where options.Filter is null || row.What.Contains(options.Filter, StringComparison.Ordinal)
        select (known.Name, row);
}
