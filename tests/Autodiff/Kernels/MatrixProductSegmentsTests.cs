namespace Autograd.Tests.Autodiff.Kernels;

public class MatrixProductSegmentsTests
{
    readonly struct Segments(List<(int Rows, float[] Left, float[] Right)> list) : ISegments<float>
    {
        public int Count => list.Count;

        public int Rows(int segment) => list[segment].Rows;

        public ReadOnlySpan<float> Left(int segment) => list[segment].Left;

        public ReadOnlySpan<float> Right(int segment) => list[segment].Right;
    }

    [Theory]
    [InlineData(1, 1, new int[] { })]
    [InlineData(1, 1, new[] { 1 })]
    [InlineData(5, 40, new[] { 3, 0, 8, 1 })]
    [InlineData(33, 17, new[] { 0, 0 })]
    [InlineData(33, 17, new[] { 32, 32, 32, 32, 32, 32, 32, 32, 32, 32 })]
    [InlineData(4, 70, new[] { 300, 1, 255, 256, 257 })]
    [InlineData(0, 3, new[] { 2 })]
    [InlineData(3, 0, new[] { 2 })]
    public void TheSumOfAllProducts(int leftColumns, int rightColumns, int[] rows)
    {
        foreach (bool accumulate in new[] { false, true })
        {
            var (list, expected, actual) = Problem(leftColumns, rightColumns, rows, accumulate);
            var segments = new Segments(list);
            MatrixProduct.MultiplyTransposedSegments<float, Segments>(ref segments, leftColumns, rightColumns, actual, accumulate);
            MatrixProductTests.Compare(expected, actual, rows.Sum());
        }
    }

    [Fact]
    public void TheDivisionIntoSegmentsDoesNotMatter()
    {
        float[] left = MatrixProductTests.Numbers<float>(600 * 12, 1), right = MatrixProductTests.Numbers<float>(600 * 20, 2);
        float[] whole = Multiply([600]), parts = Multiply([1, 0, 99, 256, 200, 44]);
        Assert.Equal(whole, parts);
        float[] Multiply(int[] rows)
        {
            var list = new List<(int, float[], float[])>();
            int start = 0;
            foreach (int count in rows)
            {
                list.Add((count, left[(start * 12)..((start + count) * 12)], right[(start * 20)..((start + count) * 20)]));
                start += count;
            }
            var segments = new Segments(list);
            var result = new float[240];
            MatrixProduct.MultiplyTransposedSegments<float, Segments>(ref segments, 12, 20, result, accumulate: false);
            return result;
        }
    }

    [Fact]
    public void ShortSegmentsAreErrors()
    {
        var segments = new Segments([(2, new float[5], new float[8])]);
        var error = Assert.Throws<ArgumentException>(
            () => MatrixProduct.MultiplyTransposedSegments<float, Segments>(ref segments, 3, 4, new float[12], false));
        Expect.Mentions(error, "MultiplyTransposedSegments", "left", "6", "5");
    }

    /// <summary>Whichever of them, on either side, by whatever amount; and nothing is computed before.</summary>
    [Fact]
    public void ASegmentThatIsTooShortIsRefused()
    {
        var random = new Random(5);
        for (int trial = 0; trial < 300; trial++)
        {
            int leftColumns = random.Next(1, 20), rightColumns = random.Next(1, 20), count = random.Next(1, 6), which = random.Next(count);
            var list = new List<(int Rows, float[] Left, float[] Right)>();
            for (int i = 0; i < count; i++)
            {
                int size = random.Next(i == which ? 1 : 0, 9);
                list.Add((size, new float[size * leftColumns], new float[size * rightColumns]));
            }
            var (rows, left, right) = list[which];
            bool isLeft = random.Next(2) == 0;
            int needed = (isLeft ? left : right).Length, length = random.Next(needed);
            list[which] = isLeft ? (rows, left[..length], right) : (rows, left, right[..length]);
            var segments = new Segments(list);
            var result = MatrixProductTests.Numbers<float>(leftColumns * rightColumns, 3);
            var before = result.ToArray();
            string side = isLeft ? "left" : "right";
            var error = Assert.Throws<ArgumentException>(side, () =>
                MatrixProduct.MultiplyTransposedSegments<float, Segments>(ref segments, leftColumns, rightColumns, result, false));
            Expect.Mentions(error, "MatrixProduct.MultiplyTransposedSegments", side, $"needs {needed} elements", $"has {length}");
            Assert.Equal(before, result);
        }
    }

    static (List<(int, float[], float[])> Segments, double[] Expected, float[] Target) Problem(
        int leftColumns, int rightColumns, int[] rows, bool accumulate)
    {
        var list = new List<(int, float[], float[])>();
        var target = MatrixProductTests.Numbers<float>(leftColumns * rightColumns, 9);
        var expected = Array.ConvertAll(target, x => accumulate ? x : 0.0);
        foreach (int count in rows)
        {
            float[] left = MatrixProductTests.Numbers<float>(count * leftColumns, 1),
                right = MatrixProductTests.Numbers<float>(count * rightColumns, 2);
            list.Add((count, left, right));
            for (int row = 0; row < count; row++)
                for (int i = 0; i < leftColumns; i++)
                    for (int j = 0; j < rightColumns; j++)
                        expected[i * rightColumns + j] += (double)left[row * leftColumns + i] * right[row * rightColumns + j];
        }
        return (list, expected, target);
    }
}
