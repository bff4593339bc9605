using System.Diagnostics;

namespace Autograd.Tests;

/// <summary>
/// Text is the same in every country. The tests themselves run without cultures, as the library's programs do; so a program with those of
/// ICU writes it.
/// </summary>
public class CultureTests
{
    [CultureTheory]
    [InlineData("de-DE", "1,5")]
    [InlineData("tr-TR", "1,5")]
    [InlineData("ar-SA", null)]
    [InlineData("fa-IR", null)]
    public void TextDoesNotDependOnTheCulture(string culture, string? half)
    {
        var (plain, written) = (Written(""), Written(culture));
        Assert.Equal("1.5", plain[0]);
        // The culture is really there.
        Assert.Equal(half ?? written[0], written[0]);
        if (half is null) Assert.NotEqual(plain[0], written[0]);
        Assert.True(plain.Length > 100);
        Assert.Equal(plain[1..], written[1..]);
    }

    static string[] Written(string culture)
    {
        string folder = Directory.CreateTempSubdirectory("culture").FullName;
        try
        {
            var start = new ProcessStartInfo("dotnet", [CultureTheoryAttribute.Program, culture, folder])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment.Remove("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT");
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, errors.Result);
            return output.Replace(folder, "", StringComparison.Ordinal).Split('\n');
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

/// <summary>A test that needs ICU; without it, it is skipped, and the runner says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class CultureTheoryAttribute : TheoryAttribute
{
    public CultureTheoryAttribute()
    {
        if (!IsThere()) Skip = "There is no ICU on this machine; libicu (Debian: libicu72) has it.";
    }

    internal static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "Autograd.Cultures.dll");

    // The runtime looks for it under this name and others of the same kind.
    static bool IsThere() => !OperatingSystem.IsLinux() || new[] { "/usr/lib", "/usr/lib64", "/lib" }.Where(Directory.Exists)
        .Any(folder => Directory.EnumerateFiles(folder, "libicuuc.so*", Nearby).Any());

    static EnumerationOptions Nearby => new() { RecurseSubdirectories = true, MaxRecursionDepth = 2 };
}
