using System.Numerics;

namespace Autograd.Tests.Autodiff.Kernels;

public class MatrixProductTests
{
    public static TheoryData<bool, bool, bool> Cases => new()
    {
        { false, false, false }, { false, true, false }, { true, false, false }, { true, true, false },
        { false, false, true }, { false, true, true }, { true, false, true }, { true, true, true },
    };

    static readonly int[] Small = [0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 23, 31, 32, 33, 40];

    [Theory, MemberData(nameof(Cases))]
    public void AllSmallSizes(bool transposeA, bool transposeB, bool accumulate)
    {
        foreach (int m in Small)
        {
            foreach (int n in Small)
            {
                foreach (int k in Small)
                {
                    Check<float>(m, n, k, 0, transposeA, transposeB, accumulate);
                    Check<double>(m, n, k, 0, transposeA, transposeB, accumulate);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void EverySizeUpToForty(bool transposeA, bool transposeB, bool accumulate)
    {
        for (int size = 0; size <= 40; size++)
        {
            Check<float>(size, 17, 5, 0, transposeA, transposeB, accumulate);
            Check<float>(6, size, 5, 0, transposeA, transposeB, accumulate);
            Check<float>(6, 17, size, 0, transposeA, transposeB, accumulate);
            Check<double>(size, size, size, 0, transposeA, transposeB, accumulate);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void RowsMayLieFartherApart(bool transposeA, bool transposeB, bool accumulate)
    {
        foreach (var (m, n, k) in new[] { (1, 1, 1), (3, 33, 7), (8, 32, 16), (13, 70, 20), (40, 5, 3), (2, 40, 300) })
        {
            for (int gap = 1; gap <= 17; gap += 8)
            {
                Check<float>(m, n, k, gap, transposeA, transposeB, accumulate);
                Check<double>(m, n, k, gap, transposeA, transposeB, accumulate);
            }
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void LongSums(bool transposeA, bool transposeB, bool accumulate)
    {
        const int Depth = MatrixProductBlock<float>.MaximumDepth, Rows = MatrixProductBlock<float>.MaximumRows;
        foreach (int k in new[] { Rows - 1, Rows, Rows + 1, 2 * Rows + 1, Depth - 1, Depth, Depth + 1, 2 * Depth, 2 * Depth + 3 })
        {
            Check<float>(1, 35, k, 0, transposeA, transposeB, accumulate);
            Check<float>(9, 35, k, 0, transposeA, transposeB, accumulate);
            Check<double>(9, 35, k, 0, transposeA, transposeB, accumulate);
        }
    }

    /// <summary>The right operand is packed and multiplied block by block.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void WideOperands(bool transposeA, bool transposeB, bool accumulate)
    {
        foreach (var (m, n, k, gap) in new[] { (60, 700, 300, 0), (61, 433, 257, 3), (130, 1100, 20, 0) })
        {
            Check<float>(m, n, k, gap, transposeA, transposeB, accumulate);
            Check<double>(m, n, k, gap, transposeA, transposeB, accumulate);
        }
    }

    /// <summary>A single row reads the right operand along its rows.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void ASingleRow(bool transposeA, bool transposeB, bool accumulate)
    {
        foreach (var (n, k, gap) in new[] { (256, 1, 0), (511, 6, 0), (700, 257, 3), (2048, 300, 0), (4500, 515, 1),
            (700, 2 * MatrixProductBlock<float>.MaximumDepth + 3, 1) })
        {
            Check<float>(1, n, k, gap, transposeA, transposeB, accumulate);
            Check<double>(1, n, k, gap, transposeA, transposeB, accumulate);
        }
    }

    [Fact]
    public void APackedOperandGivesTheSame()
    {
        var packed = new PackedMatrix<float>();
        foreach (var (m, n, k) in new[]
            { (1, 1, 1), (5, 40, 9), (12, 3, 30), (0, 4, 4), (4, 0, 4), (4, 4, 0), (33, 65, 300), (2, 8, 4), (3, 601, 20),
                (5, 40, 2 * MatrixProductBlock<float>.MaximumDepth + 1) })
        {
            float[] a = Numbers<float>(m * k, 1), b = Numbers<float>(k * n, 2), expected = new float[m * n],
                actual = Numbers<float>(m * n, 3);
            MatrixProduct.Multiply<float>(a, k, false, b, n, false, expected, n, m, n, k, accumulate: false);
            packed.Pack(b, k, n, n, 1);
            Assert.Equal((k, n), (packed.Rows, packed.Columns));
            MatrixProduct.Multiply<float>(a, k, 1, packed, actual, n, m, accumulate: false);
            Compare(expected.Select(x => (double)x), actual, k);
            // Packed from the transpose.
            var transposed = new float[b.Length];
            for (int i = 0; i < k; i++)
                for (int j = 0; j < n; j++)
                    transposed[j * k + i] = b[i * n + j];
            packed.Pack(transposed, k, n, 1, k);
            MatrixProduct.Multiply<float>(a, k, 1, packed, actual, n, m, accumulate: false);
            Compare(expected.Select(x => (double)x), actual, k);
        }
    }

    [Theory]
    [InlineData(29, 70, 300)]
    [InlineData(9, 2500, 517)]
    public void ARowDoesNotDependOnItsNeighbours(int rows, int n, int k)
    {
        float[] a = Numbers<float>(rows * k, 1), b = Numbers<float>(k * n, 2), all = new float[rows * n], one = new float[n];
        MatrixProduct.Multiply<float>(a, k, false, b, n, false, all, n, rows, n, k, accumulate: false);
        for (int row = 0; row < rows; row++)
        {
            MatrixProduct.Multiply<float>(a.AsSpan(row * k, k), k, false, b, n, false, one, n, 1, n, k, accumulate: false);
            Assert.Equal(all[(row * n)..((row + 1) * n)], one);
        }
    }

    /// <summary>Whichever it is, by whatever amount, with rows apart, transposed or not; and nothing is computed before.</summary>
    [Fact]
    public void AnOperandThatIsTooShortIsRefused()
    {
        var random = new Random(6);
        for (int trial = 0; trial < 300; trial++)
        {
            int m = random.Next(1, 12), n = random.Next(1, 12), k = random.Next(1, 12);
            bool transposeA = random.Next(2) == 0, transposeB = random.Next(2) == 0;
            (int Rows, int Columns)[] sizes = [transposeA ? (k, m) : (m, k), transposeB ? (n, k) : (k, n), (m, n)];
            int[] apart = [.. sizes.Select(size => size.Columns + random.Next(4))];
            int[] needed = [.. sizes.Select((size, i) => (size.Rows - 1) * apart[i] + size.Columns)];
            int which = random.Next(3), length = random.Next(needed[which]);
            float[][] spans = [.. needed.Select((elements, i) => Numbers<float>(i == which ? length : elements, (ulong)i))];
            var before = spans[2].ToArray();
            var error = Assert.Throws<ArgumentException>("abc".Substring(which, 1), () => MatrixProduct.Multiply<float>(
                spans[0], apart[0], transposeA, spans[1], apart[1], transposeB, spans[2], apart[2], m, n, k, accumulate: false));
            Expect.Mentions(error, "MatrixProduct.Multiply", $"needs {needed[which]} elements", $"has {length}");
            Assert.Equal(before, spans[2]);
        }
    }

    [Fact]
    public void BadExtentsAreErrors()
    {
        float[] a = new float[6], b = new float[12], c = new float[8];
        static Action Call(float[] a, float[] b, float[] c, int ldc, int m, int n, int k) =>
            () => MatrixProduct.Multiply<float>(a, k, false, b, n, false, c, ldc, m, n, k, accumulate: false);
        Call(a, b, c, 4, 2, 4, 3)();
        Expect.Mentions(Assert.Throws<ArgumentException>(Call(a[..5], b, c, 4, 2, 4, 3)), "MatrixProduct.Multiply", "[2, 3]", "6", "5");
        Expect.Mentions(Assert.Throws<ArgumentException>(Call(a, b[..11], c, 4, 2, 4, 3)), "[3, 4]", "12", "11");
        Expect.Mentions(Assert.Throws<ArgumentException>(Call(a, b, c[..7], 4, 2, 4, 3)), "8", "7");
        Expect.Mentions(Assert.Throws<ArgumentException>(Call(a, b, c, 3, 2, 4, 3)), "overlap");
        Assert.Throws<ArgumentException>(Call(a, b, c, 4, -2, 4, 3));
        Assert.Throws<ArgumentException>(Call(a, b, c, 4, 2, -4, 3));
        Assert.Throws<ArgumentException>(Call(a, b, c, 4, 2, 4, -3));
    }

    static void Check<T>(int m, int n, int k, int gap, bool transposeA, bool transposeB, bool accumulate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int lda = (transposeA ? m : k) + gap, ldb = (transposeB ? k : n) + gap, ldc = n + gap;
        T[] a = Numbers<T>((transposeA ? k : m) * lda, 1), b = Numbers<T>((transposeB ? n : k) * ldb, 2), c = Numbers<T>(m * ldc, 3);
        var expected = Array.ConvertAll(c, double.CreateChecked);
        for (int row = 0; row < m; row++)
        {
            for (int column = 0; column < n; column++)
            {
                double sum = accumulate ? expected[row * ldc + column] : 0;
                for (int i = 0; i < k; i++)
                    sum += double.CreateChecked(a[transposeA ? i * lda + row : row * lda + i])
                        * double.CreateChecked(b[transposeB ? column * ldb + i : i * ldb + column]);
                expected[row * ldc + column] = sum;
            }
        }
        MatrixProduct.Multiply<T>(a, lda, transposeA, b, ldb, transposeB, c, ldc, m, n, k, accumulate);
        Compare(expected, c, k);
    }

    internal static void Compare<T>(IEnumerable<double> expected, T[] actual, int terms)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double tolerance = (typeof(T) == typeof(float) ? 1.2e-7 : 2.3e-16) * (terms + 2);
        int i = 0;
        foreach (double value in expected)
        {
            double difference = Math.Abs(value - double.CreateChecked(actual[i]));
            if (!(difference <= tolerance)) Assert.Fail($"Element {i} with {terms} terms: expected {value}, was {actual[i]}.");
            i++;
        }
        Assert.Equal(i, actual.Length);
    }

    // Uniform in [−1, 1).
    internal static T[] Numbers<T>(int count, ulong seed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var numbers = new T[count];
        var random = new System.Random((int)seed);
        for (int i = 0; i < count; i++) numbers[i] = T.CreateChecked(2 * random.NextSingle() - 1);
        return numbers;
    }
}
