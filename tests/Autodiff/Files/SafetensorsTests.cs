using System.Buffers.Binary;
using System.Text;

namespace Autograd.Tests.Autodiff;

public sealed class SafetensorsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("autograd").FullName;

    string At(string name) => Path.Combine(folder, name);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void WhatIsWrittenComesBackToTheBit()
    {
        float[] odd = [0, -0f, float.NaN, BitConverter.Int32BitsToSingle(0x7FC12345), float.Epsilon, float.NegativeInfinity];
        (string, Tensor)[] tensors =
        [
            ("w", Tensor.From(odd).Reshape(2, 3)), ("nothing", Tensor.Zeros([3, 0, 2])), ("scalar", Tensor.Scalar(double.MaxValue)),
            ("Größe 大きさ \"quoted\" \u0001 \U0001F600", Data.Normal([4, 5], 1)), ("", Tensor.Ones([1])),
        ];
        var metadata = new Dictionary<string, string> { ["b"] = "ü\n", ["a"] = "" };
        Safetensors.Write(At("x"), tensors, metadata);
        using var file = SafetensorsFile.Open(At("x"));
        Assert.Equal(metadata, file.Metadata);
        Assert.Equal(tensors.Length, file.Names.Count);
        foreach (var (name, value) in tensors) Same(value, file.Read(name));
    }

    // What anyone would write from the published format, with nothing of this library.
    [Fact]
    public void AReaderFromThePublishedFormatReadsIt()
    {
        Safetensors.Write(
            At("x"), [("b", Tensor.From(new[] { 1f, 2f })), ("a", Tensor.From(new[] { 3.0, 4.0 })), ("c", Tensor.Scalar(5f))]);
        byte[] bytes = File.ReadAllBytes(At("x"));
        int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        Assert.Equal(0, length % 8);
        Assert.Equal(
            """{"a":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},"b":{"dtype":"F32","shape":[2],"data_offsets":[16,24]},"c":"""
            + """{"dtype":"F32","shape":[],"data_offsets":[24,28]}}""",
            Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' '));
        Assert.Equal(4, BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(8 + length + 8)));
        Assert.Equal(2, BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(8 + length + 20)));
        Assert.Equal(8 + length + 28, bytes.Length);
    }

    [Fact]
    public void TheOrderMakesNoDifference()
    {
        (string, Tensor)[] tensors = [("b", Tensor.Ones([2])), ("a", Tensor.Zeros([3])), ("c", Tensor.Scalar(1))];
        Safetensors.Write(At("x"), tensors, new Dictionary<string, string> { ["p"] = "1", ["q"] = "2" });
        Safetensors.Write(At("y"), tensors.Reverse(), new Dictionary<string, string> { ["q"] = "2", ["p"] = "1" });
        Assert.Equal(File.ReadAllBytes(At("x")), File.ReadAllBytes(At("y")));
    }

    [Fact]
    public void SomeRowsAreRead()
    {
        var value = Data.Normal([7, 3], 1);
        Safetensors.Write(At("x"), [("first", Tensor.Ones([5])), ("w", value)]);
        using var file = SafetensorsFile.Open(At("x"));
        Same(value[2..5], file.Read("w", 2..5));
        Same(value[6..7], file.Read("w", ^1..));
        Same(value[3..3], file.Read("w", 3..3));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read("w", 2..8));
    }

    [Fact]
    public void HalfPrecisionIsReadExactly()
    {
        byte[] halves = [.. BitConverter.GetBytes((Half)1.5f), .. BitConverter.GetBytes((Half)(-65504f)), 0x80, 0x3F, 0xC0, 0xC0];
        WriteRaw(
            "x", """{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":"""
            + """{"dtype":"BF16","shape":[2],"data_offsets":[4,8]}}""", halves);
        var all = Safetensors.Read(At("x"));
        Assert.Equal([1.5, -65504], all["h"].ToDoubles());
        Assert.Equal([1, -6], all["b"].ToDoubles());
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "a gap", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""" },
        { "an overlap", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""" },
        { "something behind", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""" },
        { "too much", """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""" },
        { "another length", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}""" },
        { "an overflow", """{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""" },
        { "a negative length", """{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""" },
        { "a broken length", """{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}""" },
        { "an unknown type", """{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}""" },
        { "a name twice", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":"""
            + """{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""" },
        { "metadata that are no texts", """{"__metadata__":{"a":1},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""" },
        { "no shape", """{"a":{"dtype":"F32","data_offsets":[0,8]}}""" },
        { "no object", """[1,2]""" },
        { "two objects", """{}{}""" },
        { "a comment", """{/* */}""" },
        { "depth", "{\"a\":" + new string('[', 100_000) },
        { "nothing", "" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void WhatIsWrongIsSaid(string what, string header)
    {
        WriteRaw("x", header, new byte[8]);
        var error = Assert.Throws<TensorFileException>(() => SafetensorsFile.Open(At("x")));
        Assert.True(error.Message.StartsWith(At("x"), StringComparison.Ordinal), $"{what}: {error.Message}");
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1ul << 63)]
    [InlineData(100_000_001ul)]
    [InlineData(3ul)]
    public void AHeaderCannotClaimMoreThanThereIs(ulong length)
    {
        byte[] bytes = [.. BitConverter.GetBytes(length), (byte)'{', (byte)'}'];
        File.WriteAllBytes(At("x"), bytes);
        Assert.Throws<TensorFileException>(() => SafetensorsFile.Open(At("x")));
    }

    [Fact]
    public void EveryPrefixOfAFileIsRefused()
    {
        Safetensors.Write(At("x"), [("a", Data.Normal([3, 2], 1)), ("b", Tensor.Ones([2]))]);
        byte[] bytes = File.ReadAllBytes(At("x"));
        for (int length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(At("y"), bytes[..length]);
            Assert.Throws<TensorFileException>(() => Safetensors.Read(At("y")));
        }
    }

    // Whatever is changed, nothing happens but an answer or the library's exception.
    [Fact]
    public void ChangedFilesAreReadOrRefused()
    {
        Safetensors.Write(
            At("x"), [("weights", Data.Normal([3, 2], 1)), ("b", Tensor.Ones([2]))], new Dictionary<string, string> { ["k"] = "v" });
        byte[] bytes = File.ReadAllBytes(At("x"));
        int header = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes)), refused = 0;
        for (uint i = 0; i < 10_000; i++)
        {
            byte[] changed = [.. bytes];
            for (uint j = 0; j <= i % 4; j++) changed[new RandomKey(i).Whole(j, header + 8)] = (byte)new RandomKey(i).Whole(100 + j, 256);
            File.WriteAllBytes(At("y"), changed);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Safetensors.Read(At("y"));
            }
            catch (TensorFileException)
            {
                refused++;
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, changed.Length + (16 << 20));
        }
        Assert.InRange(refused, 5_000, 9_999);
    }

    [Fact]
    public void NamesThatCannotBeAreErrors()
    {
        Expect.Mentions(
            Assert.Throws<ArgumentException>(() => Safetensors.Write(At("x"), [("a", Tensor.Ones([1])), ("a", Tensor.Ones([2]))])),
            "\"a\"");
        Expect.Mentions(
            Assert.Throws<ArgumentException>(() => Safetensors.Write(At("x"), [("__metadata__", Tensor.Ones([1]))])), "__metadata__");
        Expect.Mentions(Assert.Throws<ArgumentException>(() => Safetensors.Write(At("x"), [("\uD800", Tensor.Ones([1]))])), "Unicode");
        Safetensors.Write(At("x"), [("a", Tensor.Ones([1]))]);
        Expect.Mentions(Assert.Throws<TensorFileException>(() => SafetensorsFile.Open(At("x")).Read("b")), "\"b\"", "a");
    }

    [Fact]
    public void WhatCannotBeReplacedStays()
    {
        Safetensors.Write(At("x"), [("a", Tensor.Ones([1]))]);
        byte[] before = File.ReadAllBytes(At("x"));
        (string, Tensor)[] ended = [("a", Ended())];
        Assert.Throws<ObjectDisposedException>(() => Safetensors.Write(At("x"), ended));
        Assert.Equal(before, File.ReadAllBytes(At("x")));
        Directory.CreateDirectory(At("folder"));
        Expect.Mentions(Assert.Throws<IOException>(() => Safetensors.Write(At("folder"), [])), "directory");
        Expect.Mentions(Assert.Throws<DirectoryNotFoundException>(() => Safetensors.Write(At("no/x"), [])), "no");
        File.CreateSymbolicLink(At("link"), At("x"));
        Expect.Mentions(Assert.Throws<IOException>(() => Safetensors.Write(At("link"), [])), "link");
        Expect.Mentions(Assert.Throws<IOException>(() => Safetensors.Write("/dev/null", [])), "device");
        Assert.Throws<FileNotFoundException>(() => Safetensors.Read(At("missing")));
        Assert.Equal(before, File.ReadAllBytes(At("x")));
    }

    [Fact]
    public void AFileHalfWrittenIsOverwrittenAndTwoWritersDoNotMix()
    {
        File.WriteAllText(At("x.saving"), new string('?', 10_000));
        Safetensors.Write(At("x"), [("a", Tensor.Ones([1]))]);
        Assert.Equal(["x"], Directory.GetFiles(folder).Select(file => Path.GetFileName(file)));
        using var other = new FileStream(At("x.saving"), FileMode.Create, FileAccess.Write, FileShare.None);
        Assert.Throws<IOException>(() => Safetensors.Write(At("x"), [("a", Tensor.Zeros([1]))]));
        Assert.Equal(1, Safetensors.Read(At("x"))["a"].At(0));
    }

    static Tensor Ended()
    {
        using var tape = new Tape();
#pragma warning disable AG0006 // What has ended is what the test is about.
        return tape.Watch(Tensor.Ones([2])) * 2;
#pragma warning restore AG0006
    }

    internal static void Same(Tensor expected, Tensor actual)
    {
        Assert.Equal((expected.Shape, expected.ElementType), (actual.Shape, actual.ElementType));
        Assert.Equal(Bits(expected), Bits(actual));
    }

    // Of the elements themselves: a conversion would make one NaN of all that signal.
    static byte[] Bits(Tensor tensor) => tensor.ElementType == ElementType.Float32
        ? [.. tensor.AsSpan<float>().ToArray().SelectMany(BitConverter.GetBytes)]
        : [.. tensor.AsSpan<double>().ToArray().SelectMany(BitConverter.GetBytes)];

    void WriteRaw(string name, string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(At(name), [.. BitConverter.GetBytes((ulong)text.Length), .. text, .. data]);
    }

    // Those that are not read are stepped over, and have to be as long as they are.
    [Theory, InlineData("F64", 64), InlineData("U64", 64), InlineData("I32", 32), InlineData("F32", 32), InlineData("BF16", 16),
        InlineData("U16", 16), InlineData("I8", 8), InlineData("BOOL", 8), InlineData("F8_E4M3", 8), InlineData("F6_E2M3", 6),
        InlineData("F4", 4), InlineData("F5", 0)]
    public void EveryTypeOfTheFormatHasItsSize(string type, int bits) => Assert.Equal(bits, SafetensorsEntry.BitsOf(type));
}
