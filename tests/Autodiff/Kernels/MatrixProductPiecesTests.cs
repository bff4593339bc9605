using System.Numerics;
using System.Runtime.InteropServices;

namespace Autograd.Tests.Autodiff.Kernels;

/// <summary>Operands whose columns lie in several places give, bit for bit, what they give where they lie side by side.</summary>
public unsafe class MatrixProductPiecesTests
{
    public static TheoryData<int, int[], int[]> Cases => new()
    {
        { 1, [1], [1] }, { 1, [2, 3], [1, 1] }, { 5, [7], [8, 8, 8, 8] }, { 64, [8, 8, 8, 8], [72] }, { 65, [3, 1, 40], [17, 2] },
        { 300, [72], [2, 2, 2, 2] }, { 9, [300, 1], [5, 70] }, { 2000, [8], [8, 8] }, { 0, [2, 2], [3, 3] },
    };

    [Theory, MemberData(nameof(Cases))]
    public void PiecesAreOneProduct(int rows, int[] left, int[] result)
    {
        foreach (bool accumulate in (bool[])[false, true])
        {
            CheckPieces<float>(rows, left, result, accumulate);
            CheckPieces<double>(rows, left, result, accumulate);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void NarrowTargetsOfATransposedProductAreOneProduct(int rows, int[] left, int[] right)
    {
        foreach (bool accumulate in (bool[])[false, true])
        {
            CheckTransposed<float>(rows, left[0], right, accumulate);
            CheckTransposed<double>(rows, left[0], right, accumulate);
        }
    }

    /// <summary>Two right operands whose products are added up in one place.</summary>
    [Fact]
    public void ATargetMayComeTwice()
    {
        const int Rows = 300, Left = 7, Right = 3;
        double[] left = MatrixProductTests.Numbers<double>(Rows * Left, 1);
        double[] one = MatrixProductTests.Numbers<double>(Rows * Right, 2), two = MatrixProductTests.Numbers<double>(Rows * Right, 3);
        var expected = MatrixProductTests.Numbers<double>(Left * Right, 4);
        var found = (double[])expected.Clone();
        foreach (double[] right in (double[][])[one, two])
            MatrixProduct.Multiply<double>(left, Left, true, right, Right, false, expected, Right, Left, Right, Rows, accumulate: true);
        OnPieces([left, one, two, found], [Left, Right, Right, Right], at =>
        {
            TransposedTarget<double> Target(double* right) =>
                new() { Right = right, RightStride = Right, Columns = Right, Result = at[3].Start, Accumulate = true };
            MatrixProduct.MultiplyTransposed(at[0].Start, Left, Left, Rows, [Target(at[1].Start), Target(at[2].Start)]);
        });
        for (int i = 0; i < found.Length; i++) Assert.Equal(expected[i], found[i], Rows * (double.BitIncrement(1) - 1));
    }

    static void CheckPieces<T>(int rows, int[] leftWidths, int[] resultWidths, bool accumulate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int depth = leftWidths.Sum(), columns = resultWidths.Sum();
        T[] left = MatrixProductTests.Numbers<T>(rows * depth, 1), right = MatrixProductTests.Numbers<T>(depth * columns, 2);
        T[] result = MatrixProductTests.Numbers<T>(rows * columns, 3);
        var packed = new PackedMatrix<T>();
        packed.Pack(right, depth, columns, columns, 1);
        T[][] leftPieces = Apart(left, rows, leftWidths), resultPieces = Apart(result, rows, resultWidths);
        MatrixProduct.Multiply<T>(left, depth, 1, packed, result, columns, rows, accumulate);
        OnPieces(leftPieces, leftWidths, lefts => OnPieces(resultPieces, resultWidths, results =>
            MatrixProduct.MultiplyPieces<T>(lefts, packed, results, rows, accumulate)));
        Assert.Equal(Apart(result, rows, resultWidths), resultPieces);
        Assert.Equal(Apart(left, rows, leftWidths), leftPieces);
    }

    static void CheckTransposed<T>(int rows, int columns, int[] widths, bool accumulate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] left = MatrixProductTests.Numbers<T>(rows * columns, 1);
        T[][] rights = [.. widths.Select((width, i) => MatrixProductTests.Numbers<T>(rows * width, (ulong)i + 2))];
        T[][] expected = [.. widths.Select(width => MatrixProductTests.Numbers<T>(columns * width, 9))];
        T[][] found = [.. expected.Select(part => part.ToArray())];
        OnPieces([left], [columns], a => OnPieces(rights, widths, b =>
        {
            OnPieces(expected, widths, c =>
            {
                for (int i = 0; i < widths.Length; i++)
                    MatrixProduct.MultiplyTransposed(a[0].Start, columns, columns, rows, Targets(b, c, i, 1));
            });
            OnPieces(found, widths, c =>
                MatrixProduct.MultiplyTransposed(a[0].Start, columns, columns, rows, Targets(b, c, 0, widths.Length)));
        }));
        Assert.Equal(expected, found);

        TransposedTarget<T>[] Targets(MatrixPiece<T>[] b, MatrixPiece<T>[] c, int first, int count) =>
            [.. Enumerable.Range(first, count).Select(i => new TransposedTarget<T>
            {
                Right = b[i].Start, RightStride = widths[i], Columns = widths[i], Result = c[i].Start, Accumulate = accumulate,
            })];
    }

    static T[][] Apart<T>(T[] whole, int rows, int[] widths)
    {
        int stride = widths.Sum(), first = 0;
        var parts = new T[widths.Length][];
        for (int i = 0; i < parts.Length; first += widths[i++])
            parts[i] = [.. Enumerable.Range(0, rows).SelectMany(row => whole[(row * stride + first)..(row * stride + first + widths[i])])];
        return parts;
    }

    static void OnPieces<T>(T[][] arrays, int[] widths, Action<MatrixPiece<T>[]> use)
        where T : unmanaged
    {
        var pins = Array.ConvertAll(arrays, array => GCHandle.Alloc(array, GCHandleType.Pinned));
        use([.. pins.Select((pin, i) => new MatrixPiece<T>((T*)pin.AddrOfPinnedObject(), widths[i], widths[i]))]);
        foreach (var pin in pins) pin.Free();
    }
}
