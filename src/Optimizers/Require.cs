using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>Conditions on numbers that several constructors share, with the one wording of their errors.</summary>
static class Require
{
    // The smallest normal float, rounded up: below it 1/epsilon overflows and in time so do the parameters.
    const double SmallestEpsilon = 1e-37;

    internal static double NotNegative(string operation, string name, double value) => double.IsFinite(value) && value >= 0
        ? value
        : throw new ArgumentOutOfRangeException(name, value, Invariant($"{operation}: {name} must be finite and not negative; it is {value}."));

    internal static double Positive(string operation, string name, double value) => double.IsFinite(value) && value > 0
        ? value
        : throw new ArgumentOutOfRangeException(name, value, Invariant($"{operation}: {name} must be positive and finite; it is {value}."));

    internal static double Fraction(string operation, string name, double value) => value is >= 0 and < 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, Invariant($"{operation}: {name} must be at least 0 and below 1; it is {value}."));

    internal static double Epsilon(string operation, string name, double value) => double.IsFinite(value) && value >= SmallestEpsilon
        ? value
        : throw new ArgumentOutOfRangeException(
            name, value, Invariant($"{operation}: {name} must be finite and at least {SmallestEpsilon}, so that a float can hold it; it is {value}."));

    internal static long AtLeast(string operation, string name, long value, long least) => value >= least
        ? value
        : throw new ArgumentOutOfRangeException(name, value, Invariant($"{operation}: {name} must be at least {least}; it is {value}."));
}
