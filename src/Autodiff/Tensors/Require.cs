using static System.FormattableString;

namespace Autograd.Tensors;

/// <summary>
/// Conditions on plain arguments, with uniform error messages: they name the operation, the argument and its value.
/// </summary>
static class Require
{
    public static double Finite(string operation, string name, double value) =>
        double.IsFinite(value) ? value : throw OutOfRange(operation, name, value, "finite");

    /// <summary>For what is kept in single precision, where a larger number would be infinite.</summary>
    public static double FiniteFloat(string operation, string name, double value) =>
        float.IsFinite((float)value) ? value : throw OutOfRange(operation, name, value, "finite as a float");

    public static double Positive(string operation, string name, double value) =>
        double.IsFinite(value) && value > 0 ? value : throw OutOfRange(operation, name, value, "positive and finite");

    public static double NotNegative(string operation, string name, double value) =>
        double.IsFinite(value) && value >= 0 ? value : throw OutOfRange(operation, name, value, "finite and not negative");

    /// <summary>0 ≤ value &lt; 1.</summary>
    public static double Fraction(string operation, string name, double value) =>
        value is >= 0 and < 1 ? value : throw OutOfRange(operation, name, value, "at least 0 and below 1");

    /// <summary>0 &lt; value ≤ 1.</summary>
    public static double Share(string operation, string name, double value) =>
        value is > 0 and <= 1 ? value : throw OutOfRange(operation, name, value, "above 0 and at most 1");

    public static double AtLeast(string operation, string name, double value, double least) =>
        double.IsFinite(value) && value >= least ? value
        : throw OutOfRange(operation, name, value, Invariant($"finite and at least {least}"));

    public static long AtLeast(string operation, string name, long value, long least) =>
        value >= least ? value : throw OutOfRange(operation, name, value, Invariant($"at least {least}"));

    public static int AtLeast(string operation, string name, int value, int least) => (int)AtLeast(operation, name, (long)value, least);

    /// <summary>0 ≤ value &lt; count.</summary>
    public static int Within(string operation, string name, int value, int count) =>
        (uint)value < (uint)count ? value : throw OutOfRange(operation, name, value, Invariant($"from 0 to {count - 1}"));

    /// <summary>One of the values of an enumeration.</summary>
    public static T Defined<T>(string operation, string name, T value)
        where T : struct, Enum
        => Enum.IsDefined(value) ? value : throw OutOfRange(operation, name, value, $"a value of {typeof(T).Name}");

    /// <summary>The length of an array: 0 ≤ value ≤ <see cref="Array.MaxLength"/>. Products of sizes are taken in long or double.</summary>
    public static int Length(string operation, string name, double value) =>
        value >= 0 && value <= Array.MaxLength ? (int)value
        : throw OutOfRange(operation, name, value, Invariant($"from 0 to {Array.MaxLength} elements"));

    /// <summary>The sequence, in which nothing is null.</summary>
    public static IReadOnlyList<T> NoNull<T>(string operation, string name, IReadOnlyList<T> values)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(values, name);
        for (int i = 0; i < values.Count; i++)
            if (values[i] is null) throw new ArgumentException(Invariant($"{operation}: {name}[{i}] is null."), name);
        return values;
    }

    /// <summary>Text that files can hold: half a surrogate pair would come back as something else.</summary>
    /// <param name="operation">Which operation.</param>
    /// <param name="what">What the text is, in words.</param>
    /// <param name="text">The text, not null.</param>
    public static void Unicode(string operation, string what, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                throw new ArgumentException($"{operation}: {what} \"{text}\" is no valid Unicode.");
            i++;
        }
    }

    /// <summary>The result of a function passed as an argument; not null.</summary>
    public static T Result<T>(string operation, T? result)
        where T : class
        => result ?? throw new ArgumentException($"{operation}: the function gave null; it must give a {typeof(T).Name}.");

    static ArgumentOutOfRangeException OutOfRange<T>(string operation, string name, T value, string condition) =>
        new(name, value, Invariant($"{operation}: {name} must be {condition}; it is {value}."));
}
