using Autograd.Optimizers;

namespace Autograd.PropertyTests;

/// <summary>What holds of the table of a sweep, whatever its runs give.</summary>
public class SweepTableLaws
{
    /// <summary>
    /// The curve of a setting is, at each step, the mean that a sweep of the values of that step has, and its band reaches the half-width
    /// of that mean to both sides. Runs that failed are in neither.
    /// </summary>
    [Law(40)]
    public void BandsReachAHalfWidthToBothSidesOfTheMeans(Draw draw)
    {
        var trial = draw.Of(RandomTrial);
        var chart = trial.Table(0).ToChart();
        var rows = Enumerable.Range(0, trial.Steps).Select(step => trial.Table(step).Rows).ToArray();
        string[] shown = [.. rows[0].Where(row => row.Failed < trial.Seeds).Select(row => row.Setting)];
        Assert.Equal(shown, chart.All.Select(series => series.Name));
        foreach (var series in chart.All)
        {
            var (lows, highs) = Assert.NotNull(series.Band);
            Assert.Equal(Enumerable.Range(0, trial.Steps).Select(step => (double)step), series.Xs);
            for (int step = 0; step < trial.Steps; step++)
            {
                var row = rows[step].Single(row => row.Setting == series.Name);
                double half = row.HalfWidth ?? 0, rounding = Near.Rounding(Math.Abs(row.Mean) + half);
                Assert.Equal(row.Mean, series.Ys[step], rounding);
                Assert.Equal(row.Mean - half, lows[step], rounding);
                Assert.Equal(row.Mean + half, highs[step], rounding);
                // One run alone says nothing of others; of several that differ the band has a width.
                Assert.Equal(trial.Seeds - row.Failed < 2, highs[step] - lows[step] <= rounding);
            }
        }
    }

    // Values by setting, seed and step, and which runs fail.
    sealed record SweepTrial(double[,,] Values, bool[,] Fails)
    {
        public int Seeds => Values.GetLength(1);

        public int Steps => Values.GetLength(2);

        /// <summary>The table of runs that report all values and end with that of a step.</summary>
        public SweepTable Table(int last)
        {
            var settings = Enumerable.Range(0, Values.GetLength(0)).Select(setting => ($"setting {setting}", setting)).ToArray();
            return new Sweep<int>(settings, Seeds, run =>
            {
                for (int step = 0; step < Steps; step++) run.Report(step, Values[run.Setting, run.Seed, step]);
                return Fails[run.Setting, run.Seed] ? throw new InvalidOperationException() : Values[run.Setting, run.Seed, last];
            })
            { Threads = 1 }.Run();
        }
    }

    static SweepTrial RandomTrial(Draw draw)
    {
        int settings = draw.Whole(1, 3), seeds = draw.Whole(1, 5), steps = draw.Whole(1, 3);
        var (values, fails) = (new double[settings, seeds, steps], new bool[settings, seeds]);
        double scale = Math.Pow(10, draw.Whole(-2, 3));
        for (int setting = 0; setting < settings; setting++)
        {
            for (int seed = 0; seed < seeds; seed++)
            {
                fails[setting, seed] = draw.Whole(0, 3) == 3;
                // Apart from each other, whatever is drawn.
                for (int step = 0; step < steps; step++) values[setting, seed, step] = scale * (seed + draw.Number(-0.4, 0.4));
            }
        }
        return new(values, fails);
    }
}
