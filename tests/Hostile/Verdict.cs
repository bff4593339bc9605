using System.Collections;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Autograd.Hostile;

/// <summary>What is wrong with the outcome of a call.</summary>
static class Verdict
{
    public const string Accepted = "accepted", NotFinite = "NaN or infinity from finite arguments";

    const int MostDepth = 4, MostElements = 1000, MostOfSequence = 50;

    /// <summary>What is wrong with an exception that came out of a member, or null.</summary>
    public static string? Of(Exception thrown, MethodBase member) => thrown switch
    {
        ArgumentException error when IsForeign(error, member) => $"{thrown.GetType().Name} of something else",
        FromUserException or OperationCanceledException or ObjectDisposedException => null,
        ArgumentException or IOException or UnauthorizedAccessException or InvalidDataException => null,
        // How much there is, is the machine's; an array longer than any machine allows is a size that was not checked.
        OutOfMemoryException => thrown.Message.Contains("dimensions", StringComparison.Ordinal) ? "no array is that long" : null,
        _ when IsOfLibrary(thrown.GetType()) || (IsDocumented(thrown) && !IsThrownBySystem(thrown)) => null,
        _ => thrown.GetType().Name,
    };

    /// <summary>What is wrong with a result, or null.</summary>
    public static string? Of(object? result, Sample sample) =>
        sample.IsRefused ? Accepted
        : sample.IsFinite && !IsFinite(result) ? NotFinite
        : null;

    /// <summary>Whether no NaN or infinity stands in a result, in its parts and properties, as far as one can look.</summary>
    public static bool IsFinite(object? value) => IsFinite(value, 0, new(ReferenceEqualityComparer.Instance));

    static bool IsFinite(object? value, int depth, HashSet<object> seen)
    {
        if (value is null or string || depth > MostDepth) return true;
        if (!value.GetType().IsValueType && !seen.Add(value)) return true;
        return Parts(value) is { } parts ? parts.All(part => IsFinite(part, depth + 1, seen)) : IsFiniteNumber(value);
    }

    static bool IsFiniteNumber(object value) => value switch
    {
        double number => double.IsFinite(number),
        float number => float.IsFinite(number),
        Tensor tensor => tensor.ElementCount > MostElements || Read(tensor).All(double.IsFinite),
        _ => true,
    };

    // Those of a sequence come out of what makes them as one asks, so that what it throws is seen too; it may have no end.
    static IEnumerable<object?>? Parts(object value) => value switch
    {
        Tensor => null,
        ITuple tuple => Enumerable.Range(0, tuple.Length).Select(i => tuple[i]),
        ICollection { Count: > MostElements } => [],
        ICollection list => list.Cast<object?>(),
        IEnumerable sequence when IsPlain(sequence.GetType()) => sequence.Cast<object?>().Take(MostOfSequence),
        _ => IsOfLibrary(value.GetType()) || IsPair(value.GetType()) ? Properties(value) : null,
    };

    // What is made by yield or by a query is of no public type.
    static bool IsPlain(Type type) => !IsOfLibrary(type) || !type.IsPublic;

    static bool IsPair(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>);

    // One that throws is called as a member of its own.
    static IEnumerable<object?> Properties(object value)
    {
        foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetIndexParameters().Length > 0 || property.PropertyType.IsByRefLike || property.GetMethod is null) continue;
            object? part = null;
            try
            {
                part = property.GetValue(value);
            }
            catch (TargetInvocationException)
            {
            }
            yield return part;
        }
    }

    /// <summary>The method of the library in which an exception was thrown or let through first.</summary>
    public static string PlaceOf(Exception thrown) =>
        new StackTrace(thrown, true).GetFrames()
            .FirstOrDefault(frame => frame.GetMethod()?.DeclaringType is { } type && IsOfLibrary(type)) is { } found
            ? $"{Path.GetFileName(found.GetFileName())}:{found.GetFileLineNumber()}"
            : "?";

    static double[] Read(Tensor tensor)
    {
        try
        {
            return tensor.ToDoubles();
        }
        catch (InvalidOperationException)
        {
            return [];
        }
    }

    // An index or a length somewhere inside, of which the caller knows nothing: what made it was not checked.
    static bool IsForeign(ArgumentException error, MethodBase member) =>
        IsThrownBySystem(error) && error is not ArgumentNullException
        && !Array.Exists(member.GetParameters(), parameter => parameter.Name == error.ParamName) && !IsOfFile(error);

    // What is no name of a file, the system says itself.
    static bool IsOfFile(ArgumentException error) => error.ParamName is "path" or "fileName";

    static bool IsOfLibrary(Type type) => type.Assembly.GetName().Name!.StartsWith("Autograd.", StringComparison.Ordinal);

    static bool IsDocumented(Exception thrown) =>
        thrown is InvalidOperationException or NotSupportedException or KeyNotFoundException or FormatException or ArithmeticException
        && thrown is not (OverflowException or DivideByZeroException);

    // "Sequence contains no elements" says nothing of what was wrong.
    static bool IsThrownBySystem(Exception thrown) =>
        new StackTrace(thrown).GetFrame(0)?.GetMethod()?.DeclaringType?.Namespace?.StartsWith("System", StringComparison.Ordinal) == true;
}
