using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Autograd.Tests.Autodiff;

public sealed class NpyTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("autograd").FullName;

    string At(string name) => Path.Combine(folder, name);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<Tensor> Tensors =>
    [
        Tensor.From(new[] { 0, -0f, float.NaN, BitConverter.Int32BitsToSingle(0x7FC12345), float.Epsilon, float.NegativeInfinity })
            .Reshape(2, 3),
        Tensor.Scalar(double.MaxValue), Tensor.Zeros([3, 0, 2]), Tensor.Ones([7], ElementType.Float64), Data.Normal([2, 3, 4, 5], 1),
    ];

    [Theory, MemberData(nameof(Tensors))]
    public void WhatIsWrittenComesBackToTheBit(Tensor tensor)
    {
        Npy.Write(At("x.npy"), tensor);
        SafetensorsTests.Same(tensor, Npy.Read(At("x.npy")));
        Npz.Write(At("x.npz"), [("a", tensor), ("Größe 大きさ", Tensor.Ones([1]))]);
        SafetensorsTests.Same(tensor, Npz.Read(At("x.npz"))["a"]);
        Assert.Equal(2, Npz.Read(At("x.npz")).Count);
    }

    // The bytes of numpy 1.24 for numpy.save(file, numpy.array([[1, 2], [3, 4]], dtype='<f4')) and its transpose in Fortran's order.
    [Fact]
    public void TheBytesAreThoseOfNumpy()
    {
        byte[] Written(string order) =>
        [
            0x93, .. "NUMPY"u8, 1, 0, 118, 0,
            .. Encoding.ASCII.GetBytes($"{{'descr': '<f4', 'fortran_order': {order}, 'shape': (2, 2), }}".PadRight(117) + "\n"),
            .. new float[] { 1, 2, 3, 4 }.SelectMany(BitConverter.GetBytes),
        ];
        Npy.Write(At("x"), Tensor.From(new[,] { { 1f, 2 }, { 3, 4 } }));
        Assert.Equal(
            Encoding.ASCII.GetString(Written("False")[10..128]).TrimEnd(),
            Encoding.ASCII.GetString(File.ReadAllBytes(At("x"))[10..^16]).TrimEnd());
        File.WriteAllBytes(At("y"), Written("False"));
        SafetensorsTests.Same(Tensor.From(new[,] { { 1f, 2 }, { 3, 4 } }), Npy.Read(At("y")));
        File.WriteAllBytes(At("y"), Written("True"));
        SafetensorsTests.Same(Tensor.From(new[,] { { 1f, 3 }, { 2, 4 } }), Npy.Read(At("y")));
    }

    [Fact]
    public void TheSameArraysGiveTheSameBytes()
    {
        Npz.Write(At("x"), [("a", Tensor.Ones([3])), ("b", Tensor.Zeros([2]))]);
        byte[] first = File.ReadAllBytes(At("x"));
        Npz.Write(At("x"), [("a", Tensor.Ones([3])), ("b", Tensor.Zeros([2]))]);
        Assert.Equal(first, File.ReadAllBytes(At("x")));
    }

    [Fact]
    public void CompressedArchivesAreRead()
    {
        Npy.Write(At("x.npy"), Tensor.Zeros([1000]));
        using (var archive = ZipFile.Open(At("x.npz"), ZipArchiveMode.Create))
            archive.CreateEntryFromFile(At("x.npy"), "zeros.npy", CompressionLevel.Optimal);
        SafetensorsTests.Same(Tensor.Zeros([1000]), Npz.Read(At("x.npz"))["zeros"]);
    }

    // A few bytes that claim to be a gigabyte: nothing is allocated for it.
    [Fact]
    public void AnArchiveIsMeasuredBeforeItIsBelieved()
    {
        using (var archive = ZipFile.Open(At("x"), ZipArchiveMode.Create))
        using (var entry = archive.CreateEntry("a.npy", CompressionLevel.Optimal).Open())
            entry.Write(new byte[1 << 21]);
        byte[] bytes = File.ReadAllBytes(At("x"));
        byte[] length = BitConverter.GetBytes(1 << 21);
        int place = bytes.AsSpan().LastIndexOf(length);
        BitConverter.GetBytes((1 << 21) - 1).CopyTo(bytes, place);
        File.WriteAllBytes(At("x"), bytes);
        Expect.Mentions(Assert.Throws<TensorFileException>(() => Npz.Read(At("x"))), "\"a\"", "CRC-32");
    }

    [Fact]
    public void AChangedElementOfAnArchiveIsNoticed()
    {
        Npz.Write(At("x"), [("weights", Tensor.Full([5], 3))]);
        byte[] bytes = File.ReadAllBytes(At("x"));
        bytes[bytes.AsSpan().IndexOf(BitConverter.GetBytes(3f)) + 1] ^= 4;
        File.WriteAllBytes(At("x"), bytes);
        Expect.Mentions(Assert.Throws<TensorFileException>(() => Npz.Read(At("x"))), At("x"), "weights", "damaged");
    }

    // It stands before the array and again in the directory at the end, and no checksum covers it.
    [Theory, InlineData(false), InlineData(true)]
    public void AChangedNameInAnArchiveIsNoticed(bool isInDirectory)
    {
        Npz.Write(At("x"), [("first", Tensor.Ones([1])), ("weights", Tensor.Full([5], 3))]);
        byte[] bytes = File.ReadAllBytes(At("x"));
        bytes[isInDirectory ? bytes.AsSpan().LastIndexOf("weights"u8) : bytes.AsSpan().IndexOf("weights"u8)] ^= 4;
        File.WriteAllBytes(At("x"), bytes);
        Expect.Mentions(Assert.Throws<TensorFileException>(() => Npz.Read(At("x"))), At("x"), "weights", "seights", "damaged");
    }

    // By which a reader decides what the letters of the name are.
    [Fact]
    public void AChangedEncodingOfANameInAnArchiveIsNoticed()
    {
        Npz.Write(At("x"), [("Gr\u00F6\u00DFe", Tensor.Ones([1]))]);
        byte[] bytes = File.ReadAllBytes(At("x"));
        bytes[bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8) + 9] ^= 8;
        File.WriteAllBytes(At("x"), bytes);
        Expect.Mentions(Assert.Throws<TensorFileException>(() => Npz.Read(At("x"))), At("x"), "damaged");
    }

    [Fact]
    public void ArchivesWithACommentAreRead()
    {
        Npz.Write(At("x"), [("a", Tensor.Ones([3]))]);
        using (var archive = ZipFile.Open(At("x"), ZipArchiveMode.Update)) archive.Comment = new string('c', 60_000);
        SafetensorsTests.Same(Tensor.Ones([3]), Npz.Read(At("x"))["a"]);
    }

    // As above 4 GB: the places of the directory and of its entries are 64 bits elsewhere, and -1 where they would be otherwise.
    [Theory, InlineData(false), InlineData(true)]
    public void LargeArchivesAreRead(bool isDamaged)
    {
        Npz.Write(At("y"), [("a", Tensor.Ones([3])), ("b", Tensor.Zeros([2]))]);
        byte[] bytes = File.ReadAllBytes(At("y"));
        int start = bytes.AsSpan().IndexOf("PK\u0001\u0002"u8), end = bytes.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        byte[] directory = [];
        for (int entry = start; entry < end; entry += 46 + 5)
            directory = [.. directory, .. WithWidePlace(bytes[entry..(entry + 46 + 5)])];
        if (isDamaged) directory[^33] ^= 1;
        int wideEnd = start + directory.Length;
        byte[] last = [.. bytes[end..]];
        last.AsSpan(12, 8).Fill(0xFF);
        File.WriteAllBytes(At("x"),
        [
            .. bytes[..start], .. directory, .. "PK\u0006\u0006"u8, .. Bytes(44), .. (byte[])[45, 0, 45, 0], .. new byte[8], .. Bytes(2),
            .. Bytes(2), .. Bytes(directory.Length), .. Bytes(start), .. "PK\u0006\u0007"u8, .. new byte[4], .. Bytes(wideEnd), 1, 0, 0, 0,
            .. last,
        ]);
        if (isDamaged) Expect.Mentions(Assert.Throws<TensorFileException>(() => Npz.Read(At("x"))), "damaged");
        else SafetensorsTests.Same(Tensor.Zeros([2]), Npz.Read(At("x"))["b"]);

        static byte[] Bytes(long number) => BitConverter.GetBytes(number);
    }

    // The size without compression, that with it, and the place of an entry of the directory.
    static byte[] WithWidePlace(byte[] entry)
    {
        long[] numbers = [BitConverter.ToUInt32(entry, 24), BitConverter.ToUInt32(entry, 20), BitConverter.ToUInt32(entry, 42)];
        entry.AsSpan(20, 8).Fill(0xFF);
        entry.AsSpan(42, 4).Fill(0xFF);
        entry[30] = 28;
        return [.. entry, 1, 0, 24, 0, .. numbers.SelectMany(BitConverter.GetBytes)];
    }

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", "'|O'")]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }", "'>f4'")]
    [InlineData("{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }", "'<i8'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", "takes 12 bytes, there are 8")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999, 999999999999), }", "absurd")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", "lacks")]
    [InlineData("{'descr': '<f4', 'shape': (2,), }", "lacks")]
    [InlineData("{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", "twice")]
    [InlineData("__import__('os')", "no dictionary")]
    public void HeadersThatCannotBeReadAreNamed(string header, string reason)
    {
        byte[] length = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
        File.WriteAllBytes(At("x"), [0x93, .. "NUMPY"u8, 1, 0, .. length, .. Encoding.ASCII.GetBytes(header), .. new byte[8]]);
        Expect.Mentions(Assert.Throws<TensorFileException>(() => Npy.Read(At("x"))), reason);
    }

    [Fact]
    public void NamesThatCannotBeAreErrors()
    {
        foreach (string name in new[] { "", "a/b", "..\\b" })
            Assert.Throws<ArgumentException>(() => Npz.Write(At("x"), [(name, Tensor.Ones([1]))]));
        // Halves of surrogate pairs: both would be written as the same other name.
        foreach (string name in new[] { "\uD800", "a\uDC00", "\uDE00\uD83D" })
            Expect.Mentions(Assert.Throws<ArgumentException>(() => Npz.Write(At("x"), [(name, Tensor.Ones([1]))])), "Npz", "Unicode");
        Expect.Mentions(
            Assert.Throws<ArgumentException>(() => Npz.Write(At("x"), [("a", Tensor.Ones([1])), ("a", Tensor.Ones([1]))])), "\"a\"");
        Assert.False(File.Exists(At("x")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ChangedAndCutFilesAreReadOrRefused(bool isArchive)
    {
        if (isArchive) Npz.Write(At("x"), [("weights", Data.Normal([3, 2], 1)), ("b", Tensor.Ones([2], ElementType.Float64))]);
        else Npy.Write(At("x"), Data.Normal([3, 2], 1));
        byte[] bytes = File.ReadAllBytes(At("x"));
        int refused = 0;
        for (uint i = 0; i < 4_000; i++)
        {
            byte[] changed = i < bytes.Length ? bytes[..(int)i] : [.. bytes];
            for (uint j = 0; j <= i % 4 && changed.Length > 0; j++)
                changed[new RandomKey(i).Whole(j, changed.Length)] = (byte)new RandomKey(i).Whole(100 + j, 256);
            File.WriteAllBytes(At("y"), changed);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                if (isArchive) Npz.Read(At("y"));
                else Npy.Read(At("y"));
            }
            catch (TensorFileException)
            {
                refused++;
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, changed.Length + (16 << 20));
        }
        Assert.InRange(refused, 400, 3_999);
    }
}
