using Autograd.PeerTable;

try
{
    var options = Options.Parse(args);
    if (options.IsList)
    {
        foreach (var (name, row) in Rows.Asked(options))
            Console.WriteLine($"{name}: {row.What} [{string.Join("; ", row.Peers.Concat(row.OtherWays).Select(side => side.Name))}]");
        return 0;
    }
    Libtorch.Begin(options.Threads);
    var turns = new Turns(options);
    var measured = new List<Measured>();
    string? group = null;
    foreach (var (name, row) in Rows.Asked(options))
    {
        if (group != name)
        {
            group = name;
            Console.WriteLine($"\n## {group}\n\n| what | ours, ms | others, ms (not counted) | fastest other : ours |\n|---|---|---|---|");
        }
        if (turns.Of(group, row) is not { } one) continue;
        measured.Add(one);
        string uncounted = one.Uncounted is null ? "" : $" ({Listed(one.Uncounted)})";
        Console.WriteLine($"| {one.What} | {one.Ours:G3} | {Listed(one.Peers)}{uncounted} | {one.Ratio:0.00} |");
    }
    if (options.History is { } folder) Console.WriteLine($"\n{History.Write(folder, options, args, measured)}");
    return 0;
}
catch (ArgumentException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}

static string Listed(IReadOnlyDictionary<string, double> times) =>
    string.Join(", ", times.Select(side => $"{side.Key} {side.Value:G3}"));
