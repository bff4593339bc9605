namespace Autograd.Tests;

/// <summary>
/// A test on real data that are too large for the repository: files in the folder that the variable <c>AUTOGRAD_DATA</c> names. Without the
/// file it is skipped, and the runner says so.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class DataFactAttribute : FactAttribute
{
    public DataFactAttribute(string file)
    {
        if (!File.Exists(PathOf(file))) Skip = $"{file} is not in the folder that AUTOGRAD_DATA names.";
    }

    /// <summary>The path of a data file.</summary>
    internal static string PathOf(string file) => Path.Combine(Environment.GetEnvironmentVariable("AUTOGRAD_DATA") ?? "", file);
}
