using System.Globalization;

namespace Autograd.Lectures;

/// <summary>Numbers as text, the same on every machine.</summary>
public static class Numbers
{
    const double LargestInFull = 1e7, SmallestInFull = 1e-3;

    /// <summary>Five digits; whole numbers below ten million in full: 0.69315, 1000, 1.2E-05.</summary>
    public static string Short(double value)
    {
        double size = Math.Abs(value);
        if (value == Math.Truncate(value) && size < LargestInFull) return value.ToString("0", CultureInfo.InvariantCulture);
        return value.ToString(size is < SmallestInFull or >= LargestInFull ? "0.###E+0" : "G5", CultureInfo.InvariantCulture);
    }

    /// <summary>A time in seconds: 12.3 s.</summary>
    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";
}
