using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>Conditions on numbers that several constructors share, with the one wording of their errors.</summary>
static class Require
{
    // The smallest normal float, rounded up: below it 1/epsilon overflows and in time so do the parameters.
    const double SmallestEpsilon = 1e-37;

    internal static Constant ConstantRate(string operation, double learningRate) =>
        new(NotNegative(operation, nameof(learningRate), learningRate));

    internal static double NotNegative(string operation, string name, double value) =>
        double.IsFinite(value) && value >= 0 ? value : throw OutOfRange(operation, name, value, "finite and not negative");

    internal static double Positive(string operation, string name, double value) =>
        double.IsFinite(value) && value > 0 ? value : throw OutOfRange(operation, name, value, "positive and finite");

    internal static double Fraction(string operation, string name, double value) =>
        value is >= 0 and < 1 ? value : throw OutOfRange(operation, name, value, "at least 0 and below 1");

    internal static double Share(string operation, string name, double value) =>
        value is > 0 and <= 1 ? value : throw OutOfRange(operation, name, value, "above 0 and at most 1");

    internal static double Divisor(string operation, string name, double value) =>
        double.IsFinite(value) && value >= 1 ? value : throw OutOfRange(operation, name, value, "finite and at least 1");

    internal static double Epsilon(string operation, string name, double value) =>
        double.IsFinite(value) && value >= SmallestEpsilon
            ? value
            : throw OutOfRange(operation, name, value, Invariant($"finite and at least {SmallestEpsilon}, so that a float can hold it"));

    internal static long AtLeast(string operation, string name, long value, long least) =>
        value >= least ? value : throw OutOfRange(operation, name, value, Invariant($"at least {least}"));

    static ArgumentOutOfRangeException OutOfRange<T>(string operation, string name, T value, string condition) =>
        new(name, value, Invariant($"{operation}: {name} must be {condition}; it is {value}."));
}
