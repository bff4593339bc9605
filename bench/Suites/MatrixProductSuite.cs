using System.Numerics;
using BenchmarkDotNet.Attributes;

namespace Autograd.Bench;

/// <summary>Extents of a product [M, K] x [K, N].</summary>
public readonly record struct ProductSize(int M, int K, int N)
{
    /// <inheritdoc/>
    public override string ToString() => $"{M}x{K}x{N}";
}

/// <summary>Matrix products at the sizes of recurrent layers: one step, the recurrent product of a batch, and all steps at once.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class MatrixProductSuite<T> : IFlopCount
    where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly PackedMatrix<T> packed = new();
    Segments segments;
    T[] a = [], b = [], c = [];

    /// <summary>The sizes.</summary>
    public static IEnumerable<ProductSize> Sizes => [new(1, 32, 128), new(32, 128, 512), new(64, 256, 1024), new(1600, 65, 512)];

    /// <summary>The size.</summary>
    [ParamsSource(nameof(Sizes))]
    public ProductSize Size { get; set; }

    double IFlopCount.Flops => 2.0 * Size.M * Size.K * Size.N;

    /// <summary>Fills the operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        a = SuiteData.Numbers<T>(Size.M * Size.K);
        b = SuiteData.Numbers<T>(Size.K * Size.N);
        c = new T[Size.M * Size.N];
        packed.Pack(b, Size.K, Size.N, Size.N, 1);
        segments = new(a, b, Size.K);
    }

    /// <summary>The right operand packed before.</summary>
    [Benchmark(Baseline = true)]
    public void Packed() => MatrixProduct.Multiply(a, Size.K, 1, packed, c, Size.N, Size.M, accumulate: false);

    /// <summary>a b, packed on the way where that pays.</summary>
    [Benchmark]
    public void Plain() => Multiply(transposeA: false, transposeB: false);

    /// <summary>a bᵀ.</summary>
    [Benchmark]
    public void RightTransposed() => Multiply(transposeA: false, transposeB: true);

    /// <summary>aᵀ b.</summary>
    [Benchmark]
    public void LeftTransposed() => Multiply(transposeA: true, transposeB: false);

    /// <summary>aᵀ bᵀ.</summary>
    [Benchmark]
    public void BothTransposed() => Multiply(transposeA: true, transposeB: true);

    /// <summary>aᵀ b with both operands in pieces, as in the gradient of a weight; K is the number of rows over all of them.</summary>
    [Benchmark]
    public void TransposedSegments() =>
        MatrixProduct.MultiplyTransposedSegments<T, Segments>(ref segments, Size.M, Size.N, c, accumulate: false);

    void Multiply(bool transposeA, bool transposeB) => MatrixProduct.Multiply(
        a, transposeA ? Size.M : Size.K, transposeA, b, transposeB ? Size.K
        : Size.N, transposeB, c, Size.N, Size.M, Size.N, Size.K, accumulate: false);

    readonly struct Segments(T[] left, T[] right, int rows) : ISegments<T>
    {
        const int RowsInSegment = 32;

        public int Count => (rows - 1) / RowsInSegment + 1;

        public int Rows(int segment) => Math.Min(RowsInSegment, rows - segment * RowsInSegment);

        public ReadOnlySpan<T> Left(int segment) => Part(left, segment);

        public ReadOnlySpan<T> Right(int segment) => Part(right, segment);

        ReadOnlySpan<T> Part(T[] matrix, int segment)
        {
            int columns = matrix.Length / rows;
            return matrix.AsSpan(segment * RowsInSegment * columns, Rows(segment) * columns);
        }
    }
}
