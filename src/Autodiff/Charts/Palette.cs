using System.Globalization;

namespace Autograd.Charts;

/// <summary>Colours that stay apart for the colour-blind: Okabe and Ito 2008 for series, a rise in brightness for heat.</summary>
static class Palette
{
    static readonly string[] Series = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000", "#8c6d31", "#7f7f7f"];

    // Viridis at even distances (van der Walt and Smith 2015).
    static readonly (int R, int G, int B)[] Heat =
        [(68, 1, 84), (71, 44, 122), (59, 81, 139), (44, 113, 142), (33, 144, 141), (39, 173, 129), (92, 200, 99), (170, 220, 50),
            (253, 231, 37)];

    public static string Of(int index) => Series[index % Series.Length];

    /// <summary>The colour of a share between 0 and 1; grey for NaN.</summary>
    public static string OfShare(double share)
    {
        if (double.IsNaN(share)) return "#cccccc";
        double position = Math.Clamp(share, 0, 1) * (Heat.Length - 1);
        int index = Math.Min((int)position, Heat.Length - 2);
        var (a, b, part) = (Heat[index], Heat[index + 1], position - index);
        return string.Create(CultureInfo.InvariantCulture, $"#{Mix(a.R, b.R, part):x2}{Mix(a.G, b.G, part):x2}{Mix(a.B, b.B, part):x2}");
    }

    static int Mix(int a, int b, double part) => (int)Math.Round(a + (b - a) * part);
}
