using System.Globalization;
using System.Numerics;
using static System.FormattableString;

namespace Autograd.Checking;

/// <summary>How large the elements of a tensor are.</summary>
/// <param name="Least">The least finite one; 0 without any.</param>
/// <param name="Most">The largest finite one.</param>
/// <param name="NotFinite">How many are NaN or infinite.</param>
/// <param name="FirstBad">The position of the first that is not finite, or whose magnitude is beyond a bound; −1 without one.</param>
/// <param name="FirstNaN">The position of the first NaN; −1 without one.</param>
readonly record struct Extent(double Least, double Most, int NotFinite, int FirstBad, int FirstNaN)
{
    public double Largest => Math.Max(Math.Abs(Least), Math.Abs(Most));

    public static Extent Of(Tensor tensor, double bound = double.PositiveInfinity) => tensor.ElementType == ElementType.Float32
        ? Of(tensor.ReadSpan<float>(), bound)
        : Of(tensor.ReadSpan<double>(), bound);

    /// <summary>The range in words: <c>from -1.5 to 3, 2 not finite</c>.</summary>
    public override string ToString() => Invariant($"from {NumberText.Of(Least)} to {NumberText.Of(Most)}")
        + (NotFinite > 0 ? Invariant($", {NotFinite} not finite") : "");

    static Extent Of<T>(ReadOnlySpan<T> elements, double bound)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (least, most, notFinite, bad, nan) = (double.PositiveInfinity, double.NegativeInfinity, 0, -1, -1);
        for (int i = 0; i < elements.Length; i++)
        {
            double value = double.CreateTruncating(elements[i]);
            bool isFinite = double.IsFinite(value);
            if (bad < 0 && !(Math.Abs(value) <= bound && isFinite)) bad = i;
            if (nan < 0 && double.IsNaN(value)) nan = i;
            if (isFinite) (least, most) = (Math.Min(least, value), Math.Max(most, value));
            else notFinite++;
        }
        return least <= most ? new(least, most, notFinite, bad, nan) : new(0, 0, notFinite, bad, nan);
    }
}

/// <summary>Numbers in reports: a few digits, independent of the culture.</summary>
static class NumberText
{
    public static string Of(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    public static string Of(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
}
