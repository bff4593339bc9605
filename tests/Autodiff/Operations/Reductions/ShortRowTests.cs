using static Autograd.Functions;

namespace Autograd.Tests.Autodiff.Operations;

/// <summary>Short rows are computed several at once: a row has the bits that it has alone.</summary>
public class ShortRowTests
{
    static readonly (string Name, Func<Tensor, Tensor> Of)[] Functions =
    [
        ("Sum", x => Sum(x, -1)), ("Max", x => Max(x, -1)), ("Min", x => Min(x, -1)), ("Norm", x => Norm(x, -1)),
        ("LogSumExp", x => LogSumExp(x, -1)), ("Softmax", x => Softmax(x)), ("LogSoftmax", x => LogSoftmax(x)),
        ("Standardise", x => Standardise(x)),
        ("ArgMax", x => ArgMax(x)), ("ArgMin", x => ArgMin(x)), ("ArgMin across", x => Reshape(ArgMin(Transpose(x), 0), [-1])),
    ];

    public static TheoryData<ElementType, bool> Kinds => new()
    {
        { ElementType.Float32, false }, { ElementType.Float32, true }, { ElementType.Float64, false }, { ElementType.Float64, true },
    };

    [Theory, MemberData(nameof(Kinds))]
    public void ARowIsWhatItIsAlone(ElementType type, bool hasEdges)
    {
        foreach (int length in Enumerable.Range(1, 34))
        {
            foreach (int count in (int[])[3, 8, 9, 64, 75, 130])
            {
                var x = hasEdges ? WithEdges(type, count, length) : 3 * Data.Normal([count, length], (ulong)length, type);
                foreach (var (name, of) in Functions)
                {
                    var all = Reshape(of(x), [count, -1]);
                    for (int row = 0; row < count; row++)
                        Assert.True(Bits(all[row]).SequenceEqual(Bits(of(x[row..(row + 1)]))), $"{name}, row {row} of {x.Shape}");
                }
            }
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void ARowThatStandsInAColumnIsWhatItIsAlone(ElementType type, bool hasEdges)
    {
        (string, Func<Tensor, int, Tensor>)[] transforms =
            [("Softmax", Softmax), ("LogSoftmax", LogSoftmax), ("Standardise", (x, axis) => Standardise(x, axis: axis))];
        foreach (int length in (int[])[1, 5, 24, 25, 511, 513, 1030])
        {
            foreach (int count in (int[])[1, 3, 64, 75, 130])
            {
                var rows = hasEdges ? WithEdges(type, count, length) : 3 * Data.Normal([count, length], (ulong)length, type);
                foreach (var (name, of) in transforms)
                {
                    Assert.True(Bits(of(Transpose(rows), 0)).SequenceEqual(Bits(Transpose(of(rows, 1)))), $"{name} of {rows.Shape}");
                    var blocks = Permute(BroadcastTo(rows.Reshape(count, 1, length), [count, 3, length]), 1, 2, 0);
                    Assert.True(Bits(of(blocks, 1)[2]).SequenceEqual(Bits(Transpose(of(rows, 1)))), $"{name} of {blocks.Shape}");
                }
            }
        }
    }

    // Few different numbers, many of them at the ends of what there is; most rows have none.
    static Tensor WithEdges(ElementType type, int count, int length)
    {
        var random = new System.Random(count * 100 + length);
        double tiny = type == ElementType.Float32 ? 1e-30 : 1e-200;
        double[] edges = [0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, -800, tiny, -tiny];
        var numbers = new double[count * length];
        for (int row = 0; row < count; row++)
        {
            bool hasEdges = random.Next(90) < 3 || count < 64;
            for (int i = 0; i < length; i++)
                numbers[row * length + i] = hasEdges && random.Next(3) == 0 ? edges[random.Next(edges.Length)] : random.Next(-2, 3);
        }
        // A sum of nothing but −0 is 0.
        numbers.AsSpan(0, length).Fill(-0.0);
        return Data.Of(type, [count, length], numbers);
    }

    // Any NaN is as good as another.
    static IEnumerable<long> Bits(Tensor tensor) =>
        tensor.ToDoubles().Select(number => double.IsNaN(number) ? -1 : BitConverter.DoubleToInt64Bits(number));
}
