using static System.FormattableString;

namespace Autograd;

/// <summary>Checks of plain arguments, with messages that name the operation.</summary>
internal static class Arguments
{
    public static void Finite(string operation, string name, double value)
    {
        if (!double.IsFinite(value)) throw new ArgumentOutOfRangeException(name, value, Invariant($"{operation}: {name} must be finite; it is {value}."));
    }

    public static void Positive(string operation, string name, double value)
    {
        if (!(value > 0) || double.IsInfinity(value))
            throw new ArgumentOutOfRangeException(name, value, Invariant($"{operation}: {name} must be positive and finite; it is {value}."));
    }

    public static void AtLeast(string operation, string name, int value, int least)
    {
        if (value < least) throw new ArgumentOutOfRangeException(name, value, $"{operation}: {name} must be at least {least}; it is {value}.");
    }

    /// <summary>0 ≤ value &lt; 1.</summary>
    public static void Fraction(string operation, string name, double value)
    {
        if (!(value >= 0 && value < 1))
            throw new ArgumentOutOfRangeException(name, value, Invariant($"{operation}: {name} must be at least 0 and below 1; it is {value}."));
    }
}
