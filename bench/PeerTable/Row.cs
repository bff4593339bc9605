using System.Text.Json.Serialization;

namespace Autograd.PeerTable;

/// <summary>What a side does.</summary>
/// <param name="Run">What is timed.</param>
/// <param name="Value">A number of what is computed, the same for all sides of a row; asked for once, before anything is timed.</param>
sealed record Work(Action Run, Func<double>? Value = null);

/// <summary>One library's way to do what a row says.</summary>
/// <param name="Name">Who it is.</param>
/// <param name="Make">Prepares it.</param>
sealed record Side(string Name, Func<Work> Make);

/// <summary>A row of the table.</summary>
/// <param name="What">What is done, with its sizes.</param>
/// <param name="Ours">This library.</param>
/// <param name="Peers">Others that do the same.</param>
sealed record Row(string What, Side Ours, params Side[] Peers)
{
    /// <summary>This library in other ways, which are told but do not count.</summary>
    public Side[] OtherWays { get; init; } = [];
}

/// <summary>What was measured of a row: the least milliseconds of each.</summary>
sealed record Measured(string Group, string What, double Ours, IReadOnlyDictionary<string, double> Peers)
{
    /// <summary>Time of the fastest peer over ours; below 1 it is faster. Null without a peer.</summary>
    public double? Ratio => Peers.Count == 0 ? null : Peers.Values.Min() / Ours;

    /// <summary>This library in other ways, and peers that compute other numbers; null if there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? Uncounted { get; init; }
}
