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
