using System.Globalization;

namespace Autograd.Charts;

/// <summary>From numbers to places on the paper, linear or logarithmic, with ticks at round numbers.</summary>
sealed class Axis
{
    const int MostTicks = 7, MostMinorDecades = 2, MostDecadeTicks = 9;
    const double Rounding = 1e-9;

    readonly bool isLogarithmic;
    readonly double low, high, start, end;

    Axis(bool isLogarithmic, double low, double high, double start, double end)
    {
        this.isLogarithmic = isLogarithmic;
        this.low = low;
        this.high = high;
        this.start = start;
        this.end = end;
    }

    /// <summary>An axis from place <paramref name="start"/> to <paramref name="end"/> on which all numbers have room.</summary>
    public static Axis Over(
        IEnumerable<double> numbers, bool isLogarithmic, (double Low, double High)? range, double margin, double start, double end)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double number in numbers)
        {
            if (!IsDrawable(number, isLogarithmic)) continue;
            (low, high) = (Math.Min(low, number), Math.Max(high, number));
        }
        if (range is { } given) (low, high, margin) = (given.Low, given.High, 0);
        if (!(low <= high)) (low, high) = (isLogarithmic ? 0.1 : 0, 1);
        if (isLogarithmic) (low, high) = (Math.Log10(low), Math.Log10(high));
        // One number is in the middle of others of its size.
        double size = Math.Max(Math.Abs(low), Math.Abs(high)), half = isLogarithmic || size == 0 ? 0.5 : size / 2;
        if (high - low <= 1e-12 * size) (low, high) = (low - half, high + half);
        double room = margin * (high - low);
        return new Axis(isLogarithmic, low - room, high + room, start, end);
    }

    public bool IsDrawable(double number) => IsDrawable(number, isLogarithmic);

    /// <summary>The place of a number; it may lie off the paper.</summary>
    public double Place(double number) => start + (end - start) * ((isLogarithmic ? Math.Log10(number) : number) - low) / (high - low);

    public bool IsInside(double number) => IsDrawable(number)
        && Math.Abs(Place(number) - (start + end) / 2) <= Math.Abs(end - start) / 2 + 0.5;

    /// <summary>Round numbers and what to write at them; those between decades of a logarithmic axis bear no text.</summary>
    public IEnumerable<(double Place, string Text)> Ticks() => isLogarithmic ? Decades() : Steps();

    IEnumerable<(double, string)> Steps()
    {
        double step = RoundStep((high - low) / MostTicks);
        for (double index = Math.Ceiling(low / step - Rounding); index * step <= high + Rounding * step; index++)
            yield return (Place(index * step), Text(index * step, step));
    }

    IEnumerable<(double, string)> Decades()
    {
        int first = (int)Math.Floor(low), last = (int)Math.Ceiling(high);
        if (high - low < 1)
            return NarrowTicks();
        int stride = Math.Max(1, (last - first + MostDecadeTicks - 1) / MostDecadeTicks);
        return WideTicks(first, last, stride);
    }

    IEnumerable<(double, string)> WideTicks(int first, int last, int stride)
    {
        for (int decade = first; decade <= last; decade++)
        {
            double number = Math.Pow(10, decade);
            if (decade % stride == 0 && IsInside(number)) yield return (Place(number), Power(decade));
            if (last - first > MostMinorDecades + 4) continue;
            for (int digit = 2; digit < 10; digit++)
                if (IsInside(digit * number))
                    yield return (Place(digit * number), last - first <= MostMinorDecades && digit is 2 or 5
                    ? (digit * number).ToString("G5", CultureInfo.InvariantCulture) : "");
        }
    }

    // Less than a decade: round steps as on a linear axis.
    IEnumerable<(double, string)> NarrowTicks()
    {
        double from = Math.Pow(10, low), to = Math.Pow(10, high), step = RoundStep((to - from) / MostTicks);
        for (double index = Math.Ceiling(from / step - Rounding); index * step <= to + Rounding * step; index++)
            yield return (Place(index * step), Text(index * step, step));
    }

    static double RoundStep(double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        foreach (double factor in (ReadOnlySpan<double>)[1, 2, 5])
            if (factor * power >= least * (1 - Rounding)) return factor * power;
        return 10 * power;
    }

    static string Text(double number, double step)
    {
        if (Math.Abs(number) < Rounding * step) return "0";
        double size = Math.Abs(number);
        if (size is >= 1e6 or < 1e-4) return number.ToString("0.##E+0", CultureInfo.InvariantCulture);
        int decimals = Math.Max(0, -(int)Math.Floor(Math.Log10(step) + Rounding));
        return number.ToString("F" + decimals, CultureInfo.InvariantCulture);
    }

    static string Power(int decade) => decade is >= -2 and <= 4
        ? Math.Pow(10, decade).ToString("0.##", CultureInfo.InvariantCulture)
        : "1e" + decade.ToString(CultureInfo.InvariantCulture);

    static bool IsDrawable(double number, bool isLogarithmic) => double.IsFinite(number) && (!isLogarithmic || number > 0);
}
