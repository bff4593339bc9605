using static System.FormattableString;

namespace Autograd.Data;

/// <summary>
/// Cuts series into windows for forecasting: <see cref="Window"/> steps that are seen, then <see cref="Horizon"/> steps to be predicted,
/// one window every <see cref="Stride"/> steps. Window i sees the steps <c>i · stride … i · stride + window − 1</c>, and its targets are
/// the <c>horizon</c> steps that follow. There are ⌊(T − window − horizon) / stride⌋ + 1 of them.
/// </summary>
/// <remarks>
/// Windows overlap when the stride is below window + horizon: split the series into training and test parts before cutting it. Immutable
/// and safe to use from many threads.
/// </remarks>
public sealed class SeriesWindows
{
    readonly double[,] series;

    /// <summary>Cuts several series side by side.</summary>
    /// <param name="series">The series, <c>[time, features]</c>. They are copied.</param>
    /// <param name="window">The number of steps seen; at least 1.</param>
    /// <param name="horizon">The number of steps to be predicted; at least 1.</param>
    /// <param name="stride">The distance between windows; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is below 1.</exception>
    /// <exception cref="ArgumentException">The series are too short for one window, have no feature, or hold NaN or an infinity; the
    /// message names its place.</exception>
    public SeriesWindows(double[,] series, int window, int horizon = 1, int stride = 1)
    {
        ArgumentNullException.ThrowIfNull(series);
        Window = Require.AtLeast("SeriesWindows", nameof(window), window, 1);
        Horizon = Require.AtLeast("SeriesWindows", nameof(horizon), horizon, 1);
        Stride = Require.AtLeast("SeriesWindows", nameof(stride), stride, 1);
        this.series = Finite((double[,])series.Clone());
        long rest = series.GetLength(0) - ((long)window + horizon);
        if (rest < 0)
            throw new ArgumentException(
                Invariant($"SeriesWindows: the series has {series.GetLength(0)} steps; a window of {window} and a horizon of {horizon} ")
                + Invariant($"need {(long)window + horizon}."), nameof(series));
        Count = (int)(rest / stride) + 1;
    }

    /// <summary>Cuts one series; it becomes the only feature.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A length is below 1.</exception>
    /// <exception cref="ArgumentException">The series is too short for one window, or holds NaN or an infinity.</exception>
    public SeriesWindows(ReadOnlySpan<double> series, int window, int horizon = 1, int stride = 1)
        : this(Column(series), window, horizon, stride)
    {
    }

    /// <summary>The number of windows; at least 1.</summary>
    public int Count { get; }

    /// <summary>The number of features.</summary>
    public int Features => series.GetLength(1);

    /// <summary>The number of steps seen.</summary>
    public int Window { get; }

    /// <summary>The number of steps to be predicted.</summary>
    public int Horizon { get; }

    /// <summary>The distance between windows.</summary>
    public int Stride { get; }

    /// <summary>Some windows as a batch.</summary>
    /// <param name="windows">The numbers of the windows, from 0; repetitions are allowed.</param>
    /// <param name="type">The element type of both tensors.</param>
    /// <returns>The steps seen, <c>[window, batch, features]</c>, and those that follow, <c>[horizon, batch, features]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such window.</exception>
    public (Tensor Inputs, Tensor Targets) Batch(ReadOnlySpan<int> windows, ElementType type = ElementType.Float32)
    {
        foreach (int window in windows)
            if ((uint)window >= (uint)Count)
                throw new ArgumentOutOfRangeException(
                    nameof(windows), window,
                    Invariant($"SeriesWindows.Batch: window {window} does not exist; at least 0 and below {Count} was expected."));
        return (Cut(windows, 0, Window, type), Cut(windows, Window, Horizon, type));
    }

    /// <summary>All windows as one batch, in order.</summary>
    /// <returns>See <see cref="Batch"/>.</returns>
    public (Tensor Inputs, Tensor Targets) All(ElementType type = ElementType.Float32) => Batch([.. Enumerable.Range(0, Count)], type);

    Tensor Cut(ReadOnlySpan<int> windows, int offset, int steps, ElementType type)
    {
        var cut = new double[steps, windows.Length, Features];
        for (int row = 0; row < windows.Length; row++)
            for (int t = 0; t < steps; t++)
                for (int f = 0; f < Features; f++)
                    cut[t, row, f] = series[windows[row] * Stride + offset + t, f];
        return Tensor.From(cut).As(type);
    }

    static double[,] Column(ReadOnlySpan<double> series)
    {
        var column = new double[series.Length, 1];
        for (int t = 0; t < series.Length; t++) column[t, 0] = series[t];
        return column;
    }

    static double[,] Finite(double[,] series)
    {
        if (series.GetLength(1) == 0) throw new ArgumentException("SeriesWindows: the series has no features.", nameof(series));
        for (int t = 0; t < series.GetLength(0); t++)
            for (int f = 0; f < series.GetLength(1); f++)
                if (!double.IsFinite(series[t, f]))
                    throw new ArgumentException(
                        Invariant($"SeriesWindows: the series is {series[t, f]} at step {t}, feature {f}; all must be finite."),
                        nameof(series));
        return series;
    }
}
