using System.Runtime.InteropServices;

namespace Autograd.Tests.Autodiff;

/// <summary>Whatever bits a tensor has, whatever its shape and its name, they come back from every format.</summary>
public sealed class RoundTripTests : IDisposable
{
    const int Trips = 5_000;

    readonly string folder = Directory.CreateTempSubdirectory("autograd").FullName;

    string At(string name) => Path.Combine(folder, name);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void SafetensorsAndSnapshots()
    {
        for (uint i = 0; i < Trips; i++)
        {
            var (names, tensors) = Draw(new RandomKey(i));
            if (i % 2 == 0)
            {
                Safetensors.Write(At("x"), names.Zip(tensors));
                var read = Safetensors.Read(At("x"));
                Assert.Equal(names.Length, read.Count);
                for (int j = 0; j < names.Length; j++) SafetensorsTests.Same(tensors[j], read[names[j]]);
                continue;
            }
            var loaded = tensors.Select(tensor => Tensor.Zeros(tensor.Shape, tensor.ElementType)).ToArray();
            Snapshot.Save(At("x"), ("part", Of(names, tensors)));
            Snapshot.Load(At("x"), ("part", Of(names, loaded)));
            for (int j = 0; j < names.Length; j++) SafetensorsTests.Same(tensors[j], loaded[j]);
        }
    }

    [Fact]
    public void Arrays()
    {
        for (uint i = 0; i < Trips; i++)
        {
            var (names, tensors) = Draw(new RandomKey(i).For("arrays"));
            if (i % 2 == 0)
            {
                Npz.Write(At("x"), names.Select(name => name.Replace('/', '-').Replace('\\', '-')).Zip(tensors));
                var read = Npz.Read(At("x"));
                for (int j = 0; j < names.Length; j++)
                    SafetensorsTests.Same(tensors[j], read[names[j].Replace('/', '-').Replace('\\', '-')]);
                continue;
            }
            Npy.Write(At("x"), tensors[0]);
            SafetensorsTests.Same(tensors[0], Npy.Read(At("x")));
        }
    }

    static ISaved Of(string[] names, Tensor[] tensors) => SavedState.Of(state =>
    {
        for (int i = 0; i < names.Length; i++)
        {
            int number = i;
            state.Add(names[i], () => tensors[number], value => tensors[number] = value);
        }
    });

    static (string[] Names, Tensor[] Tensors) Draw(RandomKey key)
    {
        int count = 1 + key.Whole(0, 3);
        return (
            [.. Enumerable.Range(0, count).Select(i => $"{i}{Name(key.For("name").At(i))}")],
            [.. Enumerable.Range(0, count).Select(i => Value(key.For("value").At(i)))]);
    }

    // Letters of all planes, but no halves of pairs.
    static string Name(RandomKey key)
    {
        string[] some =
            ["a", ".", "/", "..", "\\", "ü", "大", "\U0001F600", " ", "\"", "\n", "\u0001", "e\u0301", "\u202E", "'", "%", "\uFFFF"];
        return string.Concat(Enumerable.Range(0, key.Whole(0, 6)).Select(i => some[key.Whole(1 + (uint)i, some.Length)]));
    }

    // Any bits: numbers of all sizes, zeros of both signs, infinities, NaN with a load and without.
    static Tensor Value(RandomKey key)
    {
        int[] lengths = [.. Enumerable.Range(0, key.Whole(0, 5)).Select(axis => key.Whole(1 + (uint)axis, 5))];
        var shape = Shape.Create(lengths);
        byte[] bytes = new byte[shape.ElementCount * sizeof(double)];
        for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)key.Whole(100 + (uint)i, 256);
        ulong[] special = [0, 1ul << 63, 0x7FF0000000000000, 0x7FF0000000000001, 0xFFF8000000001234, 1, ulong.MaxValue];
        var whole = MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan());
        for (int i = 0; i < whole.Length; i++)
            if (key.Whole(50, 2) == 0) whole[i] = special[key.Whole(9000 + (uint)i, special.Length)];
        if (key.Whole(51, 2) == 0) return Tensor.From(MemoryMarshal.Cast<byte, double>(bytes.AsSpan()).ToArray(), shape);
        for (int i = 0; i < whole.Length; i++) whole[i] = whole[i] >> 32 | whole[i] << 32;
        return Tensor.From(MemoryMarshal.Cast<byte, float>(bytes.AsSpan(0, bytes.Length / 2)).ToArray(), shape);
    }
}
