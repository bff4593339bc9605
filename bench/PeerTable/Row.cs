namespace Autograd.PeerTable;

/// <summary>One library's way to do what a row says.</summary>
/// <param name="Name">Who it is.</param>
/// <param name="Make">Prepares it, and gives what is timed.</param>
sealed record Side(string Name, Func<Action> Make);

/// <summary>A row of the table.</summary>
/// <param name="Group">What kind of work.</param>
/// <param name="What">Which, with its sizes.</param>
/// <param name="Ours">This library.</param>
/// <param name="Peers">Others that do the same.</param>
sealed record Row(string Group, string What, Side Ours, params Side[] Peers);

/// <summary>What was measured of a row: the least milliseconds of each.</summary>
sealed record Measured(string Group, string What, double Ours, IReadOnlyDictionary<string, double> Peers)
{
    /// <summary>Time of the fastest peer over ours; below 1 it is faster. Null without a peer.</summary>
    public double? Ratio => Peers.Count == 0 ? null : Peers.Values.Min() / Ours;
}
