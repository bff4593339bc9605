using System.Globalization;
using System.Text;

namespace Autograd.Tests.Autodiff;

/// <summary>The format of snapshots, and what becomes of files that are damaged, foreign or of another version.</summary>
public sealed class SnapshotFileTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("autograd").FullName;

    string At(string name) => Path.Combine(folder, name);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void ASnapshotSaysWhereItWasSaved()
    {
        Snapshot.Save(At("x"), ("", new Thing(1)));
        var origin = Snapshot.Load(At("x"), ("", new Thing(2)));
        Assert.Equal(SnapshotOrigin.Here, origin);
        Assert.Equal(SnapshotOrigin.Here, Snapshot.Verify(At("x")));
        Assert.Null(origin!.Warning);
        using var file = SafetensorsFile.Open(At("x"));
        Assert.Equal("autograd 2", file.Metadata[".format"]);
        Assert.Equal(8, file.Metadata[".crc32c"].Length);
    }

    [Fact]
    public void WhatMayChangeBitsIsSaid()
    {
        var here = SnapshotOrigin.Here;
        Expect.MentionsIn(
            (here with { RoundsOnce = !here.RoundsOnce, VectorBits = 128 }).Warning, "bits may differ", "128 bits",
            "Autograd.Reproducible");
        Expect.MentionsIn((here with { Version = "9.9.9" }).Warning, "bits may differ", "9.9.9", here.Version);
        Expect.MentionsIn((here with { Runtime = ".NET 99" }).Warning, ".NET 99");
        Expect.MentionsIn((here with { Architecture = "Other" }).Warning, "Other");
        // The order of sums does not depend on it.
        Assert.Null((here with { VectorBits = here.VectorBits / 2 }).Warning);
    }

    [Fact]
    public void AForeignFileHasNoOrigin()
    {
        Safetensors.Write(
            At("x"), [("values", Tensor.Ones([3]))], new Dictionary<string, string> { ["note"] = "of somebody else", ["step"] = "4" });
        var thing = new Thing(2);
        Assert.Null(Snapshot.Load(At("x"), new LoadOptions { AllowsMissing = true }, ("", thing)));
        Assert.Equal(4, thing.Step);
        Expect.Mentions(Assert.Throws<TensorFileException>(() => Snapshot.Verify(At("x"))), At("x"), "no snapshot");
    }

    // Whatever is changed anywhere in the file, nothing of it is believed. What was there is there still.
    [Fact]
    public void NoChangeOfASnapshotIsBelieved()
    {
        Snapshot.Save(At("x"), ("", new Thing(1)));
        byte[] bytes = File.ReadAllBytes(At("x"));
        var thing = new Thing(2);
        for (uint i = 0; i < 10_000; i++)
        {
            byte[] changed = Changed(bytes, i);
            if (changed.AsSpan().SequenceEqual(bytes)) continue;
            File.WriteAllBytes(At("y"), changed);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<TensorFileException>(() => Snapshot.Load(At("y"), ("", thing)));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, changed.Length + (16 << 20));
            Assert.Throws<TensorFileException>(() => Snapshot.Verify(At("y")));
        }
        Assert.Equal((2, 2), (thing.Step, thing.Values.At(0)));
        Snapshot.Load(At("x"), ("", thing));
        Assert.Equal((1, 1), (thing.Step, thing.Values.At(0)));
    }

    // A part of the file, or some bytes that are others: also in names and texts.
    static byte[] Changed(byte[] bytes, uint number)
    {
        var key = new RandomKey(number);
        byte[] changed = number % 8 == 0 ? bytes[..key.Whole(99, bytes.Length)] : [.. bytes];
        for (uint j = 0; j <= number % 4 && changed.Length > 0; j++)
            changed[key.Whole(j, changed.Length)] ^= (byte)(1 << key.Whole(50 + j, 8));
        return changed;
    }

    [Fact]
    public void ASnapshotOfAnotherVersionIsNamed()
    {
        var texts = new Dictionary<string, string> { [".format"] = "autograd 7", [".crc32c"] = new('0', 8) };
        Safetensors.Write(At("x"), [("values", Tensor.Ones([3]))], texts);
        Expect.Mentions(
            Assert.Throws<TensorFileException>(() => Snapshot.Load(At("x"), ("", new Thing(1)))), At("x"), "autograd 7", "autograd 2");
        texts[".format"] = "autograd 2";
        Safetensors.Write(At("x"), [("values", Tensor.Ones([3]))], texts);
        Expect.Mentions(Assert.Throws<TensorFileException>(() => Snapshot.Load(At("x"), ("", new Thing(1)))), "damaged");
        texts.Remove(".crc32c");
        Safetensors.Write(At("x"), [("values", Tensor.Ones([3]))], texts);
        Expect.Mentions(Assert.Throws<TensorFileException>(() => Snapshot.Load(At("x"), ("", new Thing(1)))), "checksum");
    }

    [Fact]
    public void NamesOfTheFormatAreNotThoseOfParts()
    {
        var part = SavedState.Of(state => state.Add(".crc32c", () => "", _ => { }));
        Expect.Mentions(Assert.Throws<ArgumentException>(() => Snapshot.Save(At("x"), ("", part))), ".crc32c", "dot");
        Snapshot.Save(At("x"), ("part", part));
        Snapshot.Verify(At("x"));
    }

    // Tensors of all sizes, also none, on both sides of the blocks' borders; what is in the file is what its page says.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(262_144)]
    [InlineData(700_001)]
    public void TheChecksumIsThatOfTheFile(int count)
    {
        Tensor[] values =
            [Data.Normal([count], 1), Tensor.Zeros([0, 3]), Data.Normal([count], 2).As(ElementType.Float64).Detach(),
            Tensor.Zeros([0], ElementType.Float64)];
        var part = SavedState.Of(state =>
        {
            for (int i = 0; i < values.Length; i++)
            {
                int number = i;
                state.Add(number.ToString(CultureInfo.InvariantCulture), () => values[number], value => values[number] = value);
            }
        });
        Snapshot.Save(At("x"), ("", part));
        string written = SafetensorsFile.Open(At("x")).Metadata[".crc32c"];
        byte[] bytes = File.ReadAllBytes(At("x"));
        int place = bytes.AsSpan().IndexOf("\".crc32c\":\""u8) + "\".crc32c\":\"".Length;
        bytes.AsSpan(place, 8).Fill((byte)'0');
        Assert.Equal(written, Checksum(bytes).ToString("x8", CultureInfo.InvariantCulture));
        var before = values.ToArray();
        for (int i = 0; i < values.Length; i++) values[i] = Tensor.Zeros(values[i].Shape, values[i].ElementType);
        Snapshot.Load(At("x"), ("", part));
        for (int i = 0; i < values.Length; i++) Assert.Equal(before[i].ToDoubles(), values[i].ToDoubles());
        Snapshot.Verify(At("x"));
    }

    [Fact]
    public void TheLastFewAndTheBestAreKept()
    {
        var snapshots = new SnapshotFolder(At("run"), last: 2, best: 1);
        Assert.Empty(snapshots.Files);
        Assert.Null(snapshots.Load(("", new Thing(1))));
        double[] losses = [5, 3, 4, double.NaN, 6];
        for (int step = 0; step < losses.Length; step++) snapshots.Save(step, losses[step], ("", new Thing(step)));
        Assert.Equal([(1, 3), (3, double.NaN), (4, 6)], snapshots.Files.Select(file => (file.Step, file.Loss)));
        File.WriteAllText(At("run/step-of-another.safetensors"), "");
        Assert.Equal(3, snapshots.Files.Count);
        var thing = new Thing(9);
        Assert.Equal(4, snapshots.Load(("", thing))!.Step);
        Assert.Equal(4, thing.Step);
        Assert.Equal(1, snapshots.LoadBest(("", thing))!.Step);
        Assert.Equal(1, thing.Step);
    }

    [Fact]
    public void WhatIsDamagedIsPassedOverAndWhatIsOtherIsNot()
    {
        var snapshots = new SnapshotFolder(At("run"), last: 3);
        for (int step = 0; step < 3; step++) snapshots.Save(step, step, ("", new Thing(step)));
        byte[] bytes = File.ReadAllBytes(snapshots.Files[2].Path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(snapshots.Files[2].Path, bytes);
        File.WriteAllBytes(snapshots.Files[0].Path, bytes[..20]);
        var thing = new Thing(9);
        Assert.Equal(1, snapshots.Load(("", thing))!.Step);
        Assert.Equal(1, thing.Step);
        Expect.Mentions(
            Assert.Throws<TensorFileException>(() => snapshots.Load(("", thing), ("more", new Thing(0)))), "Missing", "more.values");
        File.WriteAllBytes(snapshots.Files[1].Path, bytes);
        Expect.Mentions(Assert.Throws<TensorFileException>(() => snapshots.Load(("", thing))), "damaged");
        Assert.Equal(1, thing.Step);
    }

    [Fact]
    public void KeysComeBack()
    {
        RandomKey[] keys = [new(7), new RandomKey(ulong.MaxValue).For("a").At(3).At(-1), new RandomKey(1).At(0), new(0, 5, 6)];
        foreach (var key in keys)
        {
            var (saved, loaded) = (key, new RandomKey(99));
            Snapshot.Save(At("x"), ("", SavedState.Of(state => state.Add("key", () => saved, _ => { }))));
            Snapshot.Load(At("x"), ("", SavedState.Of(state => state.Add("key", () => loaded, value => loaded = value))));
            Assert.Equal(saved, loaded);
            Assert.Equal(saved.At(2).Uniform(3), loaded.At(2).Uniform(3));
        }
        Safetensors.Write(At("x"), [], new Dictionary<string, string> { ["key"] = "1 2" });
        var part = SavedState.Of(state => state.Add("key", () => new RandomKey(1), _ => { }));
        Expect.Mentions(Assert.Throws<TensorFileException>(() => Snapshot.Load(At("x"), ("", part))), "key", "\"1 2\"");
    }

    // The files of version 0.1.0 are read by every later one.
    [Fact]
    public void FilesOfThisVersionAreReadForEver()
    {
        string golden = Path.Combine(AppContext.BaseDirectory, "Autodiff", "Files", "Golden");
        var thing = new Thing(0) { Name = "" };
        Assert.Equal("0.1.0", Snapshot.Load(Path.Combine(golden, "snapshot-2.safetensors"), ("thing", thing))!.Version);
        Assert.Equal((17, "Größe 大きさ"), (thing.Step, thing.Name));
        foreach (var (name, value) in GoldenTensors())
        {
            SafetensorsTests.Same(value, Safetensors.Read(Path.Combine(golden, "tensors.safetensors"))[name]);
            SafetensorsTests.Same(value, Npz.Read(Path.Combine(golden, "arrays.npz"))[name]);
        }
        SafetensorsTests.Same(GoldenTensors()[0].Value, Npy.Read(Path.Combine(golden, "array.npy")));
        // And they are still written alike, but for what a snapshot says of the machine.
        Safetensors.Write(At("x"), GoldenTensors(), new Dictionary<string, string> { ["note"] = "ü" });
        Assert.Equal(File.ReadAllBytes(Path.Combine(golden, "tensors.safetensors")), File.ReadAllBytes(At("x")));
        Npy.Write(At("x"), GoldenTensors()[0].Value);
        Assert.Equal(File.ReadAllBytes(Path.Combine(golden, "array.npy")), File.ReadAllBytes(At("x")));
    }

    static (string Name, Tensor Value)[] GoldenTensors() =>
    [
        ("w", Tensor.From(new[] { 0, -0f, float.NaN, BitConverter.Int32BitsToSingle(0x7FC12345), float.Epsilon, float.NegativeInfinity })
            .Reshape(2, 3)),
        ("größe", Tensor.From(new[] { 1.0 / 3, double.MaxValue })), ("nothing", Tensor.Zeros([3, 0])), ("scalar", Tensor.Scalar(2f)),
    ];

    // From the definition, bit by bit.
    static uint Checksum(byte[] bytes)
    {
        uint sum = uint.MaxValue;
        foreach (byte next in bytes)
        {
            sum ^= next;
            for (int bit = 0; bit < 8; bit++) sum = (sum & 1) == 0 ? sum >> 1 : (sum >> 1) ^ 0x82F63B78;
        }
        return ~sum;
    }

    sealed class Thing(int step) : ISaved
    {
        public int Step { get; private set; } = step;

        public string Name { get; set; } = "Größe 大きさ";

        public Tensor Values { get; private set; } = Tensor.Full([3], step);

        public void Describe(SavedState state)
        {
            state.Add("step", () => Step, value => Step = (int)value);
            state.Add("name", () => Name, value => Name = value);
            state.Add("values", () => Values, value => Values = value);
        }
    }
}
