using System.Buffers.Binary;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Autograd.Optimizers;
using Autograd.Tests.Autodiff;
using static Autograd.Functions;

namespace Autograd.Tests.Optimizers;

public sealed class LogTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("logs").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string In(string name) => Path.Combine(folder, "new", name);

    static TrainingLoop Loop(out Parameter w)
    {
        var parameter = w = new Parameter("w", Tensor.From([1.0, 2]));
        return new TrainingLoop(new Adam([parameter], 0.1), batch => Sum(Square(parameter - batch)))
        {
            Validation = () => Sum(Square(parameter)).ToScalar(),
            ValidateEvery = 4,
        };
    }

    [Fact]
    public void LinesOfJsonHoldEveryReport()
    {
        var reports = new List<TrainingProgress>();
        using (var log = new JsonLinesLog(In("log.jsonl")))
            Loop(out _).Run(10, TrainingProgress.To(log, TrainingProgress.To(reports.Add)));
        var lines = File.ReadLines(In("log.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(reports.Select(at => (at.Step, at.Loss, at.MeanLoss)), lines.Select(
            line => (line.GetProperty("step").GetInt64(), line.GetProperty("loss").GetDouble(),
                line.GetProperty("mean_loss").GetDouble())));
        Assert.Equal(
            [4L, 8], lines.Where(line => line.TryGetProperty("validation", out _)).Select(line => line.GetProperty("step").GetInt64()));
    }

    [Fact]
    public void ATornLineIsCutOffAndTheLogGoesOn()
    {
        Directory.CreateDirectory(In(""));
        File.WriteAllText(In("log.jsonl"), "{\"step\":1}\n{\"step\":2,\"lo");
        using (var log = new JsonLinesLog(In("log.jsonl"), every: 5)) Loop(out _).Run(10, log);
        string[] lines = File.ReadAllLines(In("log.jsonl"));
        // Each fifth, and those with a validation.
        Assert.Equal([1, 4, 5, 8, 10], lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt32()));
        // It can be followed while it is written.
        using var open = new JsonLinesLog(In("log.jsonl"));
        Assert.Equal(5, File.ReadAllLines(In("log.jsonl")).Length);
    }

    [Fact]
    public void NumbersThatJsonHasNotAreTexts()
    {
        using (var log = new JsonLinesLog(In("log.jsonl")))
            log.Report(new(1, 2, double.NaN, double.PositiveInfinity, 0.1, null, null, default));
        var line = JsonDocument.Parse(File.ReadAllText(In("log.jsonl"))).RootElement;
        Assert.Equal(("NaN", "Infinity"), (line.GetProperty("loss").GetString(), line.GetProperty("mean_loss").GetString()));
    }

    [Fact]
    public void EventFilesAreFramedWithTheirChecksums()
    {
        string file;
        using (var log = new TensorBoardLog(folder))
        {
            file = log.File;
            Loop(out _).Run(4, log);
            log.Add("gradient norm", 300, 1.5);
        }
        var records = Records(File.ReadAllBytes(file));
        Assert.Equal(6, records.Count);
        Assert.Contains("brain.Event:2"u8.ToArray(), records[0]);
        Assert.Contains("validation"u8.ToArray(), records[4]);
        // Event { 1: double, 2: 300, 5 { 1 { 1: "gradient norm", 2: 1.5f } } }, byte by byte.
        byte[] wanted = [0x10, 0xAC, 0x02, 0x2A, 22, 0x0A, 20, 0x0A, 13, .. "gradient norm"u8, 0x15, 0, 0, 0xC0, 0x3F];
        Assert.Equal(0x09, records[5][0]);
        Assert.Equal(wanted, records[5][9..]);
    }

    // RFC 3720, B.4, against which the framing is checked too.
    [Fact]
    public void TheChecksumIsCastagnolis()
    {
        Assert.Equal(0x8a9136aau, Castagnoli(new byte[32]));
        Assert.Equal(0xe3069283u, Castagnoli("123456789"u8));
    }

    [Fact]
    public void TwoLogsOfOneSecondHaveFilesOfTheirOwn()
    {
        using var first = new TensorBoardLog(folder, clock: new Still());
        using var second = new TensorBoardLog(folder, clock: new Still());
        Assert.NotEqual(first.File, second.File);
    }

    [NeedsFact(Need.FullDisk)]
    public void AFullDiskIsATypedErrorAndLosesNothingOfTheRun()
    {
        var undisturbed = Loop(out var w);
        undisturbed.Run(12);
        foreach (var log in (IProgress<TrainingProgress>[])[new JsonLinesLog("/dev/full"), new TensorBoardLog(new Small(200))])
        {
            var loop = Loop(out var parameter);
            var reports = new List<TrainingProgress>();
            Assert.Equal(
                log is JsonLinesLog ? "/dev/full" : ((TensorBoardLog)log).File,
                Assert.Throws<LogException>(() => loop.Run(12, TrainingProgress.To(log, TrainingProgress.To(reports.Add)))).Path);
            Assert.Equal(log is JsonLinesLog ? 1 : 2, reports.Count);
            loop.Run(12);
            Assert.Equal(w.ToDoubles(), parameter.ToDoubles());
            (log as IDisposable)?.Dispose();
        }
        Assert.Throws<LogException>(
            () => new TensorBoardLog(new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0)));
    }

    [Fact]
    public void AMeterHasTheNumbers()
    {
        var seen = new List<(string Name, double Value)>();
        using var meter = new TrainingMeter();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == TrainingMeter.Name) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument, value));
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument, value));
        listener.Start();
        meter.Report(new(1, 2, 7, 7, 0.5, null, null, TimeSpan.FromSeconds(3)));
        meter.Report(new(2, 2, 6, 6.5, 0.25, 5, 5, TimeSpan.FromSeconds(4)));
        Assert.Equal([7.0, 6], Of("loss"));
        Assert.Equal([0.5, 0.25], Of("learning_rate"));
        Assert.Equal([5.0], Of("validation"));
        Assert.Equal([1.0, 1], Of("steps"));
        Assert.Equal([3.0, 1], Of("step.duration"));

        void Add(Instrument instrument, double value) => seen.Add((instrument.Name, value));
        IEnumerable<double> Of(string name) => seen.Where(one => one.Name == "autograd.training." + name).Select(one => one.Value);
    }

    static RunRecord Record(ulong seed, int steps, out TrainingLoop loop)
    {
        var w = new Parameter("w", new RandomKey(seed).Normal([3]));
        loop = new TrainingLoop(new Sgd([w], 0.1), batch => Sum(Square(w - batch))) { Validation = () => 1.5, ValidateEvery = 2 };
        Assert.False(loop.Resume());
        var run = new RunRecord("a <test>", ("seed", $"{seed}"), ("text", "a\"b")) { DataHash = RunRecord.Hash([1, 2]), Command = "again" };
        loop.Run(steps, run);
        run.AddSample("A sample", "x < y");
        run.Gradients = PostMortem.Of(() => Sum(w * w), [w]);
        run.Finish([w]);
        return run;
    }

    [Fact]
    public void ARunIsRunAgainToTheSameHash()
    {
        Record(1, 10, out _).Save(In("run"));
        var before = RunRecord.Load(Path.Combine(In("run"), "run.json"));
        Assert.Equal("1", before["seed"]);
        Record(ulong.Parse(before["seed"], null), 10, out _).ThrowIfUnlike(before);
        Expect.Mentions(
            Assert.Throws<InvalidOperationException>(() => Record(2, 10, out _).ThrowIfUnlike(before)), "configuration", "seed 2");
        Expect.Mentions(Assert.Throws<InvalidOperationException>(() => Record(1, 8, out _).ThrowIfUnlike(before)), "steps", "8");
        var other = Record(1, 10, out _);
        other.Finish([new Parameter("w", Tensor.Zeros([3]))]);
        Expect.Mentions(Assert.Throws<InvalidOperationException>(() => other.ThrowIfUnlike(before)), "hash of the parameters");
        Assert.Throws<KeyNotFoundException>(() => before["none"]);
        Assert.Throws<ArgumentException>(() => new RunRecord("", ("a", "1"), ("a", "2")));
        File.WriteAllText(In("other.json"), "{}");
        Assert.Throws<FormatException>(() => RunRecord.Load(In("other.json")));
        Assert.Throws<LogException>(() => other.Save(Path.Combine(In("other.json"), "run")));
    }

    [Fact]
    public void APageHasAllOfARunAndNothingFromElsewhere()
    {
        string page = Record(1, 10, out _).ToHtml();
        foreach (string part in (string[])["a &lt;test&gt;", "x &lt; y", "a&quot;b", "again", RunRecord.Hash([1, 2]), "largest gradient",
            "<svg"])
            Assert.Contains(part, page, StringComparison.Ordinal);
        foreach (string from in (string[])["http://", "https://", "<script", "src=", "@import"])
            Assert.DoesNotContain(from, page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void APageLoadsItselfAgainOnlyWhereItIsAskedTo()
    {
        var run = Record(1, 10, out _);
        Assert.DoesNotContain("http-equiv", run.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("<meta http-equiv=\"refresh\" content=\"3\">", run.ToHtml(reload: 3), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => run.ToHtml(reload: -1));
    }

    [Fact]
    public void OfALongRunSomePointsAreKept()
    {
        var run = new RunRecord("");
        for (int step = 1; step <= 100_000; step++) run.Report(new(step, 100_000, step, step, 0.1, null, null, default));
        Assert.True(run.ToHtml().Length < 60_000);
        Assert.Equal(100_000, run.Steps);
    }

    static List<byte[]> Records(ReadOnlySpan<byte> file)
    {
        var records = new List<byte[]>();
        while (file.Length > 0)
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
            Assert.Equal(Masked(file[..8]), BinaryPrimitives.ReadUInt32LittleEndian(file[8..]));
            Assert.Equal(Masked(file.Slice(12, length)), BinaryPrimitives.ReadUInt32LittleEndian(file[(12 + length)..]));
            records.Add(file.Slice(12, length).ToArray());
            file = file[(16 + length)..];
        }
        return records;
    }

    static uint Masked(ReadOnlySpan<byte> data)
    {
        uint sum = Castagnoli(data);
        return ((sum >> 15) | (sum << 17)) + 0xa282ead8;
    }

    // Bit by bit, with the reflected polynomial.
    static uint Castagnoli(ReadOnlySpan<byte> data)
    {
        uint sum = ~0u;
        foreach (byte next in data)
        {
            sum ^= next;
            for (int bit = 0; bit < 8; bit++) sum = (sum >> 1) ^ ((sum & 1) * 0x82f63b78u);
        }
        return ~sum;
    }

    // A disk with so much space.
    sealed class Small(int bytes) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Length + buffer.Length > bytes) throw new IOException("There is no space left.");
            base.Write(buffer);
        }
    }

    sealed class Still : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }
}
