using System.Text.RegularExpressions;

namespace Autograd.Tests.Bench;

/// <summary>The table beside other libraries, whose program is outside of the solution.</summary>
public partial class PeerTableTests
{
    static readonly string[] Groups =
    [
        "cells", "shapes", "double", "xgrad", "stack", "lengths", "infer", "stream", "whole", "conv", "attention", "ctc", "check", "rtrl",
        "reservoir", "eager", "matmul", "bulk",
    ];

    [NeedsFact(Need.Sources)]
    public void EveryGroupIsThere()
    {
        string rows = File.ReadAllText(Sources.Folder("bench", "PeerTable", "Rows", "Rows.cs"));
        Assert.Equal(Groups, Group().Matches(rows).Select(match => match.Groups[1].Value));
    }

    [NeedsFact(Need.Sources)]
    public void TheUsageNamesEveryGroup()
    {
        string usage = File.ReadAllText(Sources.Folder("bench", "Program.cs"));
        Assert.Contains($"Groups: {string.Join(", ", Groups)}.", Space().Replace(usage, " "), StringComparison.Ordinal);
    }

    [GeneratedRegex("""^        \("(\w+)", """, RegexOptions.Multiline)]
    private static partial Regex Group();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
