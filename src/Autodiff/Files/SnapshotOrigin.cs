using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Autograd;

/// <summary>What a snapshot was saved with, and whether a run that continues from it has the same bits here.</summary>
/// <param name="Version">Of this library.</param>
/// <param name="Runtime">The runtime and its version.</param>
/// <param name="Architecture">Of the processor: <c>X64</c>, <c>Arm64</c>.</param>
/// <param name="VectorBits">Of the widest vectors that were used.</param>
/// <param name="RoundsOnce"> Whether the sum of a product was rounded once, as by all processors with 256-bit vectors and all Arm
/// processors, and by the others if the switch <c>Autograd.Reproducible</c> is set.
/// </param>
public sealed record SnapshotOrigin(string Version, string Runtime, string Architecture, int VectorBits, bool RoundsOnce)
{
    const string Unknown = "unknown";

    /// <summary>This process.</summary>
    public static SnapshotOrigin Here { get; } = new(
        typeof(SnapshotOrigin).Assembly.GetName().Version!.ToString(3), RuntimeInformation.FrameworkDescription,
        RuntimeInformation.ProcessArchitecture.ToString(), WidestVector, Rounding.IsFused);

    /// <summary>
    /// What may change the last bits of a run that continues here; null if nothing is known to. Neither the width of vectors alone nor the
    /// number of threads does.
    /// </summary>
    public string? Warning => WarningAt(Here);

    internal IEnumerable<(string Name, string Text)> Texts =>
    [
        (".architecture", Architecture), (".rounding", RoundsOnce ? "once" : "twice"), (".runtime", Runtime),
        (".vectors", VectorBits.ToString(CultureInfo.InvariantCulture)), (".version", Version),
    ];

    static int WidestVector => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>What may change the last bits in another process.</summary>
    internal string? WarningAt(SnapshotOrigin other)
    {
        var causes = new List<string>();
        if (RoundsOnce != other.RoundsOnce)
            causes.Add($"sums of products were rounded {Times} (vectors of {VectorBits} bits) and are rounded {other.Times} here "
                + $"({other.VectorBits} bits); with the switch Autograd.Reproducible on both sides they are the same");
        if (Architecture != other.Architecture) causes.Add($"it was saved on {Architecture}, this is {other.Architecture}");
        if (Version != other.Version) causes.Add($"it was saved by version {Version}, this is {other.Version}");
        if (Runtime != other.Runtime) causes.Add($"it was saved under {Runtime}, this is {other.Runtime}");
        return causes.Count == 0 ? null : $"The last bits may differ from those of a run without a break: {string.Join("; ", causes)}.";
    }

    internal static SnapshotOrigin Of(IReadOnlyDictionary<string, string> texts)
    {
        _ = int.TryParse(texts.GetValueOrDefault(".vectors"), NumberStyles.None, CultureInfo.InvariantCulture, out int bits);
        return new(
            texts.GetValueOrDefault(".version", Unknown), texts.GetValueOrDefault(".runtime", Unknown),
            texts.GetValueOrDefault(".architecture", Unknown), bits, texts.GetValueOrDefault(".rounding") == "once");
    }

    string Times => RoundsOnce ? "once" : "twice";
}
