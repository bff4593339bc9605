using System.Globalization;

namespace Autograd.Bench;

/// <summary>Reads values of options.</summary>
static class Arguments
{
    public static string OneOf(string option, string value, string[] known) =>
        known.Contains(value) ? value : throw new UsageException($"{option} is one of {string.Join(", ", known)}; it is {value}.");

    public static int Count(string option, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
            ? count
            : throw new UsageException($"{option} is a whole number from 1; it is {value}.");

    public static double Duration(string option, string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds is >= 0 and <= 3600
            ? seconds
            : throw new UsageException($"{option} is a number from 0 to 3600; it is {value}.");
}
