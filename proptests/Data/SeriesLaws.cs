using System.Globalization;
using Autograd.Data;

namespace Autograd.PropertyTests;

/// <summary>What holds for every series.</summary>
public class SeriesLaws
{
    const int Trials = 200;

    [Law(Trials)]
    public void AWrittenTableIsReadToTheBit(Draw draw)
    {
        var trial = draw.Of(draw =>
        {
            var numbers = new double[draw.Whole(1, 20), draw.Whole(1, 5)];
            for (int t = 0; t < numbers.GetLength(0); t++)
                for (int column = 0; column < numbers.GetLength(1); column++)
                    numbers[t, column] = draw.Number(-1, 1) * Math.Pow(10, draw.Whole(-300, 300));
            return (Numbers: numbers, Separator: draw.OneOf(',', ';', '\t'), End: draw.OneOf("\n", "\r\n", "\r"), Quoted: draw.Flag(),
                Header: draw.Flag());
        });
        int columns = trial.Numbers.GetLength(1);
        string Field(string text) => trial.Quoted ? $"\"{text}\"" : text;
        var lines = Enumerable.Range(0, trial.Numbers.GetLength(0))
            .Select(t => Enumerable.Range(0, columns)
                .Select(column => trial.Numbers[t, column].ToString("R", CultureInfo.InvariantCulture)))
            .Select(row => string.Join(trial.Separator, row.Select(Field)));
        if (trial.Header)
            lines = lines.Prepend(string.Join(trial.Separator, Enumerable.Range(0, columns).Select(column => Field($"c{column}"))));
        var table = SeriesTable.Parse(string.Join(trial.End, lines), separator: trial.Separator);
        Assert.Equal(trial.Numbers.Cast<double>(), table.ToTensor(ElementType.Float64).ToArray<double>());
    }

    [Law(Trials)]
    public void WindowsAreSlicesOfTheSeries(Draw draw)
    {
        var trial = draw.Of(
            draw => (Length: draw.Whole(2, 60), Window: draw.Whole(1, 20), Horizon: draw.Whole(1, 5), Stride: draw.Whole(1, 7)));
        double[] series = [.. Enumerable.Range(0, trial.Length).Select(t => (double)t)];
        int needed = trial.Window + trial.Horizon;
        if (needed > trial.Length)
        {
            Assert.Throws<ArgumentException>(() => new SeriesWindows(series, trial.Window, trial.Horizon, trial.Stride));
            return;
        }
        var windows = new SeriesWindows(series, trial.Window, trial.Horizon, trial.Stride);
        var (x, y) = windows.All();
        int[] starts = [.. Enumerable.Range(0, trial.Length).Where(start => start % trial.Stride == 0 && start + needed <= trial.Length)];
        Assert.Equal(starts.Length, windows.Count);
        for (int row = 0; row < starts.Length; row++)
        {
            for (int t = 0; t < trial.Window; t++) Assert.Equal(starts[row] + t, x.At(t, row, 0));
            for (int t = 0; t < trial.Horizon; t++) Assert.Equal(starts[row] + trial.Window + t, y.At(t, row, 0));
        }
    }
}
