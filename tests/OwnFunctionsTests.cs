using System.Text.RegularExpressions;
using Autograd.Tests.Autodiff;

namespace Autograd.Tests;

/// <summary>
/// Functions of the platform differ in the last digit, so that nothing that is trained or generated depends on them (docs/design/bits.md).
/// </summary>
public partial class OwnFunctionsTests
{
    // Pictures, the numeric side of checks, and the distribution that intervals of sweeps come from.
    static readonly string[] Exceptions = ["/Autodiff/Charts/", "/Autodiff/Checking/", "/Optimizers/Sweeps/Spread.cs"];

    [NeedsFact(Need.Sources)]
    public void ThePlatformsAreUsedNowhereElse()
    {
        var folder = Path.Combine(Sources.Folder(), "src");
        var uses = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(file => file.Replace('\\', '/'))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !Exceptions.Any(file.Contains))
            .SelectMany(file => Use().Matches(File.ReadAllText(file)).Select(match => $"{Path.GetFileName(file)}: {match}"));
        Assert.Empty(uses);
    }

    [Theory]
    [InlineData(0.0), InlineData(1.0), InlineData(-2.5), InlineData(700.0), InlineData(-800.0), InlineData(1e-310), InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity), InlineData(0.1), InlineData(12345.678)]
    public void ThoseOfNumbersAreThoseOfTensors(double x)
    {
        var tensor = Tensor.Scalar(x, ElementType.Float64);
        Assert.Equal(Functions.Exp(tensor).ToScalar(), Elementary.Exp(x));
        Assert.Equal(Functions.Log(tensor).ToScalar(), Elementary.Log(x));
        Assert.Equal(Functions.Cos(tensor).ToScalar(), Elementary.Cos(x));
        Assert.Equal(Functions.Power(tensor, 1.7).ToScalar(), Elementary.Pow(x, 1.7));
    }

    [GeneratedRegex(@"\bMathF?\.(Exp|Log|Log2|Log10|Pow|Sin|Cos|SinCos|Tan|Tanh|Sinh|Cosh|Asin|Acos|Atan|Atan2|Cbrt)\(")]
    private static partial Regex Use();
}
