using System.Collections.Concurrent;
using Autograd.Layers;
using Autograd.Optimizers;
using Autograd.Tests.Autodiff;
using static Autograd.Functions;

namespace Autograd.Tests.Optimizers;

public sealed class SweepTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("sweep").FullName;
    readonly ConcurrentBag<(string, int)> ran = [];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string File => Path.Combine(folder, "runs", "sweep.jsonl");

    Sweep<double> Of(int threads, string? file, int seeds = 3, Action<SweepRun<double>>? begin = null) =>
        new([("slow", 0.01), ("fast", 0.1), ("off", double.NaN)], seeds, run =>
        {
            ran.Add((run.Name, run.Seed));
            begin?.Invoke(run);
            return Train(run);
        })
        { Threads = threads, File = file };

    static double Train(SweepRun<double> run)
    {
        var model = Recurrent.Over(new GruCell(2, 5, run.Key));
        run.ParameterCount = model.ParameterCount;
        var x = run.Key.For("x").Normal([6, 3, 2]);
        if (double.IsNaN(run.Setting)) throw new InvalidOperationException("a rate, \"please\"");
        var loop = new TrainingLoop(new Adam(model.Parameters, run.Setting), _ => Mean(Square(model.Forward(x) - 0.5)))
        {
            Validation = () => Mean(Square(model.Forward(x)[^1] - 0.5)).ToScalar(),
            ValidateEvery = 5,
        };
        return loop.Run(15, run.Progress, run.Cancellation).Best!.Value;
    }

    static List<(string, int, double, string)> Bits(SweepTable table) =>
        [.. table.Rows.SelectMany(row => row.Results).Select(run => (run.Setting, run.Seed, run.Value,
            string.Join(' ', run.Curve.Select(point => $"{point.Step}:{BitConverter.DoubleToInt64Bits(point.Value)}")) + run.Error))];

    [Fact]
    public void RunsInParallelHaveTheBitsOfRunsAlone()
    {
        var (alone, together) = (Of(1, null), Of(4, null));
        var table = together.Run();
        Assert.True(table.IsComplete);
        Assert.Equal(Bits(alone.Run()), Bits(table));
        foreach (var run in table.Rows.SelectMany(row => row.Results).Where(run => run.Error is null))
            Assert.Equal(alone.RunAlone(run.Setting, run.Seed), run.Value);
        Assert.Equal([0, 0, 3], table.Rows.Select(row => row.Failed));
        Assert.Contains("InvalidOperationException: a rate", table.Rows[2].Results[0].Error, StringComparison.Ordinal);
        // Seeds differ, and settings do.
        Assert.Equal(6, table.Rows.Take(2).SelectMany(row => row.Results).Select(run => run.Value).Distinct().Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    public void AKilledSweepGoesOnWithWhatIsMissing(int lines)
    {
        var whole = Of(1, File).Run();
        string[] all = System.IO.File.ReadAllLines(File);
        Assert.Equal(9, all.Length);
        // Killed in the middle of a line.
        System.IO.File.WriteAllText(
            File, string.Concat(all.Take(lines).Select(line => line + "\n")) + (lines < 9 ? all[lines][..(all[lines].Length / 2)] : ""));
        ran.Clear();
        var table = Of(2, File).Run();
        Assert.Equal(9 - lines, ran.Count);
        Assert.Equal(Bits(whole), Bits(table));
        Assert.Equal(9, System.IO.File.ReadAllLines(File).Length);
        Assert.Equal(whole.Rows.Select(row => row.ParameterCount), table.Rows.Select(row => row.ParameterCount));
    }

    [Fact]
    public void ACancelledSweepKeepsWhatIsFinishedAndNothingOfTheRest()
    {
        using var cancel = new CancellationTokenSource();
        var table = Of(1, File, begin: run =>
        {
            if (run is { Name: "fast", Seed: 1 }) cancel.Cancel();
        }).Run(cancellation: cancel.Token);
        Assert.False(table.IsComplete);
        Assert.Equal([3, 1, 0], table.Rows.Select(row => row.Results.Count));
        Assert.Equal(Bits(Of(1, null).Run()), Bits(Of(1, File).Run()));
    }

    [Fact]
    public void ProgressComesOneRunAtATime()
    {
        var reports = new List<SweepProgress>();
        Of(4, null).Run(new Told(reports.Add));
        Assert.Equal(Enumerable.Range(1, 9), reports.Select(report => report.Finished));
        Assert.Throws<TimeZoneNotFoundException>(() => Of(2, File).Run(new Told(_ => throw new TimeZoneNotFoundException())));
        // What had finished is kept.
        Assert.NotEmpty(System.IO.File.ReadAllLines(File));
    }

    [Fact]
    public void EqualSettingsAreRefused()
    {
        Assert.Throws<ArgumentException>(() => new Sweep<double>([("a", 1), ("a", 2)], 1, _ => 0));
        Expect.Mentions(Assert.Throws<ArgumentException>(() => new Sweep<double>([("a", 1), ("b", 1)], 1, _ => 0)), "a", "b", "equal");
        Assert.Throws<ArgumentException>(() => new Sweep<double>([], 1, _ => 0));
        Assert.Throws<ArgumentException>(() => new Sweep<double>([(" ", 1)], 1, _ => 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sweep<double>([("a", 1)], 0, _ => 0));
    }

    [Theory]
    [InlineData("""{"setting":"other","seed":0,"value":1,"seconds":1,"curve":[]}""")]
    [InlineData("""{"setting":"slow","seed":0}""")]
    [InlineData("""{"setting":"slow","seed":"0","value":1,"seconds":1,"curve":[[1]]}""")]
    [InlineData("no json")]
    public void AFileOfSomethingElseIsRefusedAndStaysAsItIs(string line)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, line + "\n");
        Expect.Mentions(Assert.Throws<SweepException>(() => Of(1, File).Run()), "line 1", File);
        Assert.Equal(line + "\n", System.IO.File.ReadAllText(File));
        Assert.Empty(ran);
    }

    [Fact]
    public void TwoSweepsDoNotWriteOneFile()
    {
        int failed = 0;
        Of(1, File, seeds: 1, begin: _ => failed += Assert.Throws<IOException>(() => Of(1, File).Run()) is null ? 0 : 1).Run();
        Assert.Equal(3, failed);
    }

    [NeedsFact(Need.FullDisk)]
    public void AFullDiskLosesNoRun()
    {
        var error = Assert.Throws<LogException>(() => Of(2, "/dev/full").Run());
        Assert.True(error.Table!.IsComplete);
        Assert.Equal(Bits(Of(1, null).Run()), Bits(error.Table));
    }

    [Fact]
    public void MeansAndIntervalsAreThoseOfStudent()
    {
        double[] values = [1, 2, 4];
        var row = new Sweep<int>([("a", 1)], 3, run => values[run.Seed]).Run().Rows[0];
        Assert.Equal(7.0 / 3, row.Mean, 1e-12);
        // s = √(7/3), t = 4.302652729696142 with two degrees of freedom (published tables).
        Assert.Equal(4.302652729696142 * Math.Sqrt(7.0 / 3 / 3), row.HalfWidth!.Value, 1e-9);
        Assert.Equal((1, 4), (row.Best, row.Worst));
        // Of −1, 0 and 1 over and over: the interval is t times what is known.
        foreach (int runs in (int[])[2, 3, 4, 8, 31, 102])
        {
            double[] given = [.. Enumerable.Range(0, runs).Select(i => i % 3 - 1.0)];
            double mean = given.Average(), spread = Math.Sqrt(given.Sum(value => (value - mean) * (value - mean)) / (runs - 1) / runs);
            Assert.Equal(
                MathNet.Numerics.Distributions.StudentT.InvCDF(0, 1, runs - 1, 0.975) * spread,
                new Sweep<int>([("a", 1)], runs, run => given[run.Seed]).Run().Rows[0].HalfWidth!.Value, 1e-7);
        }
    }

    [Fact]
    public void TablesAreTextCsvAndPage()
    {
        var table = Of(2, null).Run();
        string[] lines = table.ToString().Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("setting", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"InvalidOperationException: a rate, \"\"please\"\"\"\r\n", table.ToCsv(), StringComparison.Ordinal);
        Assert.Equal(11, table.ToCsv().Split("\r\n").Length);
        System.Xml.Linq.XDocument.Parse(table.ToChart().ToSvg());
        Assert.Contains("fill-opacity", table.ToHtml(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    [InlineData(12_345)]
    public void SizesAreMatchedByTheirParameters(int parameters)
    {
        static long Count(int units) => new LstmCell(3, units, new RandomKey(1)).ParameterCount;
        int size = ParameterMatch.Size(parameters, Count);
        long distance = Math.Abs(Count(size) - parameters);
        Assert.True(distance <= Math.Abs(Count(size + 1) - parameters));
        Assert.True(size == 1 || distance < Math.Abs(Count(size - 1) - parameters) || distance == 0);
        Assert.Throws<ArgumentException>(() => ParameterMatch.Size(100, _ => 7));
    }

    sealed class Told(Action<SweepProgress> tell) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => tell(value);
    }
}
