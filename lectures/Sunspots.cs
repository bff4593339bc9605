using Autograd.Data;

namespace Autograd.Lectures;

/// <summary>
/// The yearly mean number of sunspots, 1700 to 2008, as counted before the revision of 2015 (National Geophysical Data Center, public
/// domain; the copy of statsmodels 0.13). What linear
/// and nonlinear forecasts have been compared on since Yule 1927; the years to 1920 usually train, 1921 to 1955 or 1979 test.
/// </summary>
static class Sunspots
{
    /// <summary>The first year.</summary>
    public const int FirstYear = 1700;

    /// <summary>One number a year.</summary>
    public static double[] Load()
    {
        using var stream = typeof(Sunspots).Assembly.GetManifestResourceStream("sunspots.csv")
            ?? throw new InvalidOperationException("sunspots.csv is not part of this assembly.");
        using var reader = new StreamReader(stream);
        return SeriesTable.Parse(reader.ReadToEnd(), columns: ["SUNACTIVITY"])["SUNACTIVITY"];
    }
}
