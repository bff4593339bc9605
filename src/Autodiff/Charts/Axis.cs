using System.Globalization;

namespace Autograd.Charts;

/// <summary>From numbers to places on the paper, linear or logarithmic, with ticks at round numbers.</summary>
sealed class Axis
{
    const int MostTicks = 7, MostMinorDecades = 2, MostDecadeTicks = 9;
    const double Rounding = 1e-9;

    // Below which the steps between ticks would no longer be normal numbers.
    const double LeastSpan = 1e-300;

    // A place far off the paper is cut off anyway, and some readers of SVG fail at large numbers.
    const double Farthest = 5000;

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

    /// <summary>
    /// An axis from place <paramref name="start"/> to <paramref name="end"/> on which all numbers have room, unless a range is given: an
    /// end of it that cannot be drawn is that of the numbers. Any numbers give an axis with a length.
    /// </summary>
    public static Axis Over(
        IEnumerable<double> numbers, bool isLogarithmic, (double Low, double High)? range, double margin, double start, double end)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double number in numbers)
        {
            if (!IsDrawable(number, isLogarithmic)) continue;
            (low, high) = (Math.Min(low, number), Math.Max(high, number));
        }
        if (range is { } given)
        {
            margin = 0;
            if (IsDrawable(given.Low, isLogarithmic)) low = given.Low;
            if (IsDrawable(given.High, isLogarithmic)) high = given.High;
        }
        if (!(low <= high)) (low, high) = (isLogarithmic ? 0.1 : 0, 1);
        if (isLogarithmic) (low, high) = (Math.Log10(low), Math.Log10(high));
        (low, high) = Widened(low, high, isLogarithmic);
        // In halves, as all of the largest numbers do not fit into one.
        double room = margin * (high / 2 - low / 2) * 2;
        (low, high) = Extended(low, high, room);
        return new Axis(isLogarithmic, low, high, start, end);
    }

    static (double Low, double High) Extended(double low, double high, double room) =>
        (Math.Max(low - room, -double.MaxValue), Math.Min(high + room, double.MaxValue));

    // One number, or several that can hardly be told apart, are in the middle of others of their size.
    static (double Low, double High) Widened(double low, double high, bool isLogarithmic)
    {
        double size = Math.Max(Math.Abs(low), Math.Abs(high));
        // Logarithms near 0 are numbers near 1, which are no closer to each other than others.
        double least = Math.Max(LeastSpan, 1e-12 * (isLogarithmic ? Math.Max(1, size) : size));
        if (high - low > least) return (low, high);
        double half = isLogarithmic || size == 0 ? 0.5 : Math.Max(LeastSpan, size / 2);
        return Extended(low, high, half);
    }

    /// <summary>Where a number lies between two others: 0 for the lower one, 1 for the higher one.</summary>
    public static double Share(double number, double low, double high)
    {
        // The largest numbers have no difference; their halves have.
        double scale = double.IsFinite(high - low) ? 1 : 0.5;
        return (number * scale - low * scale) / (high * scale - low * scale);
    }

    public bool IsDrawable(double number) => IsDrawable(number, isLogarithmic);

    /// <summary>
    /// The place of a number; it may lie off the paper, as that of a number not above 0 does on a logarithmic axis. NaN has none.
    /// </summary>
    public double Place(double number) => Math.Clamp(
        start + (end - start) * Share(isLogarithmic ? Math.Log10(Math.Max(0, number)) : number, low, high), -Farthest, Farthest);

    /// <summary>The place of a number, or the nearer end of the axis if it lies beyond.</summary>
    public double PlaceWithin(double number) => Math.Clamp(Place(number), Math.Min(start, end), Math.Max(start, end));

    public bool IsInside(double number) => IsDrawable(number)
        && Math.Abs(Place(number) - (start + end) / 2) <= Math.Abs(end - start) / 2 + 0.5;

    /// <summary>Round numbers and what to write at them; those between decades of a logarithmic axis bear no text.</summary>
    public IEnumerable<(double Place, string Text)> Ticks() => isLogarithmic ? Decades() : Steps(low, high);

    // Equal steps; none between numbers so small or so large that a step would be 0 or infinite.
    IEnumerable<(double, string)> Steps(double from, double to)
    {
        double step = RoundStep(to / MostTicks - from / MostTicks);
        if (!double.IsNormal(step)) yield break;
        double first = Math.Ceiling(from / step - Rounding), last = to / step + Rounding;
        // So many steps fill the axis, whatever rounding makes of them.
        for (int i = 0; i <= MostTicks && first + i <= last; i++)
            if (double.IsFinite((first + i) * step))
                yield return (Place((first + i) * step), Text((first + i) * step, step));
    }

    IEnumerable<(double, string)> Decades()
    {
        int first = (int)Math.Floor(low), last = (int)Math.Ceiling(high);
        // Less than a decade: round steps as on a linear axis.
        if (high - low < 1) return Steps(Math.Pow(10, low), Math.Pow(10, high));
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
