using Autograd.PeerTable;

try
{
    var options = Options.Parse(args);
    Libtorch.Begin(options.Threads);
    var turns = new Turns(options);
    var measured = new List<Measured>();
    string? group = null;
    foreach (var row in Rows.All(options.Threads).Where(row => options.Groups is null || options.Groups.Contains(row.Group)))
    {
        if (group != row.Group)
        {
            group = row.Group;
            Console.WriteLine($"\n## {group}\n\n| what | ours, ms | others, ms | fastest other : ours |\n|---|---|---|---|");
        }
        if (turns.Of(row) is not { } one) continue;
        measured.Add(one);
        string others = string.Join(", ", one.Peers.Select(peer => $"{peer.Key} {peer.Value:G3}"));
        Console.WriteLine($"| {one.What} | {one.Ours:G3} | {others} | {one.Ratio:0.00} |");
    }
    if (options.History is { } folder) Console.WriteLine($"\n{History.Write(folder, options, args, measured)}");
    return 0;
}
catch (ArgumentException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
