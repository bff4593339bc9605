using static Autograd.Functions;

namespace Autograd.Tests.Autodiff.Operations.Shapes;

/// <summary>Operations that move elements by runs and blocks, against moving them one by one, at sizes around those of a block.</summary>
public class RunTests
{
    static readonly int[][] Orders =
    [
        [0, 1, 2, 3], [0, 1, 3, 2], [0, 2, 1, 3], [0, 3, 1, 2], [1, 0, 2, 3],
        [1, 2, 3, 0], [2, 3, 0, 1], [3, 2, 1, 0], [3, 0, 1, 2], [2, 0, 3, 1],
    ];

    static readonly int[][] Lengths =
        [[1, 1, 1, 1], [2, 3, 4, 5], [1, 17, 1, 33], [16, 2, 15, 3], [33, 1, 2, 17], [3, 16, 16, 1], [65, 2, 1, 71]];

    public static TheoryData<int[], int[]> Cases
    {
        get
        {
            var cases = new TheoryData<int[], int[]>();
            foreach (int[] lengths in Lengths)
                foreach (int[] order in Orders)
                    cases.Add(lengths, order);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void APermutationMovesEveryElement(int[] lengths, int[] order)
    {
        foreach (var type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            var x = Numbers(lengths).As(type);
            var y = Permute(x, order);
            Assert.Equal(order.Select(axis => lengths[axis]), y.Shape.Lengths.ToArray());
            foreach (int[] at in Places(lengths))
                Assert.Equal(x.At(at), y.At(Array.ConvertAll(order, axis => at[axis])));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void SlicesAndPadsMoveRuns(int step)
    {
        int[] lengths = [4, 5, 4];
        for (int axis = 0; axis < 3; axis++)
        {
            var x = Numbers(lengths);
            var slice = Slice(x, axis, 1, 2, step);
            foreach (int[] at in Places(slice.Shape.Lengths.ToArray()))
                Assert.Equal(x.At([.. at.Select((i, a) => a == axis ? 1 + i * step : i)]), slice.At(at));
            var pad = Pad(x, axis, 2, 1);
            foreach (int[] at in Places(pad.Shape.Lengths.ToArray()))
                Assert.Equal(At(x, at, axis, at[axis] - 2), pad.At(at));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void AFlipTurnsOneAxis(int axis)
    {
        int[] lengths = [3, 4, 5];
        var (x, y) = (Numbers(lengths), Flip(Numbers(lengths), axis));
        foreach (int[] at in Places(lengths))
            Assert.Equal(x.At(at), y.At([.. at.Select((i, a) => a == axis ? lengths[a] - 1 - i : i)]));
    }

    // Rows around the lengths of a block, and of the runs that are added by halves.
    [Theory]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(513)]
    [InlineData(1024)]
    [InlineData(2500)]
    public void LongRowsAreSummedByBlocks(int length)
    {
        double[] x = new RandomKey(1).Normal([length], type: ElementType.Float64).ToDoubles();
        double largest = x.Max(), sum = x.Sum(element => Math.Exp(element - largest));
        double tolerance = 8 * (1 + Math.Log2(length)) * double.BitIncrement(1) - 8 * (1 + Math.Log2(length));
        Assert.Equal(largest + Math.Log(sum), LogSumExp(Tensor.From(x)).ToScalar(), 16 * tolerance);
        double[] shares = Softmax(Tensor.From(x)).ToDoubles();
        for (int i = 0; i < length; i++) Assert.Equal(Math.Exp(x[i] - largest) / sum, shares[i], 16 * tolerance);
    }

    static double At(Tensor x, int[] at, int axis, int position) =>
        position < 0 || position >= x.Shape[axis] ? 0 : x.At([.. at.Select((i, a) => a == axis ? position : i)]);

    static Tensor Numbers(int[] lengths) =>
        Tensor.From([.. Enumerable.Range(0, lengths.Aggregate((a, b) => a * b)).Select(i => i + 1.0)], [.. lengths]);

    static IEnumerable<int[]> Places(int[] lengths)
    {
        var at = new int[lengths.Length];
        for (int axis = 0; axis >= 0;)
        {
            yield return [.. at];
            for (axis = lengths.Length - 1; axis >= 0 && ++at[axis] == lengths[axis]; axis--) at[axis] = 0;
        }
    }
}
