using System.Collections;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Autograd.Hostile;

/// <summary>What is wrong with the outcome of a call.</summary>
static class Verdict
{
    public const string Accepted = "accepted", NotFinite = "NaN or infinity from finite arguments";

    const int MostDepth = 4, MostElements = 1000;

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
        : sample.IsFinite && !IsFinite(result, 0) ? NotFinite
        : null;

    /// <summary>Whether no NaN or infinity stands in a result, as far as one can look.</summary>
    public static bool IsFinite(object? value, int depth) => value switch
    {
        double number => double.IsFinite(number),
        float number => float.IsFinite(number),
        Tensor tensor => tensor.ElementCount > MostElements || Read(tensor).All(double.IsFinite),
        string => true,
        ITuple tuple => depth > MostDepth || Enumerable.Range(0, tuple.Length).All(i => IsFinite(tuple[i], depth + 1)),
        ICollection list => depth > MostDepth || list.Count > MostElements || list.Cast<object?>().All(part => IsFinite(part, depth + 1)),
        _ => true,
    };

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
