using System.Numerics.Tensors;

namespace Autograd.Layers;

/// <summary>
/// The space of v, vA, vA², … (Arnoldi 1951): orthonormal rows V with VA = HV but for the last row, whose image leaves the space. H is
/// what A does within the space; the outer eigenvalues of A are among its own long before the space is whole.
/// </summary>
sealed class KrylovSpace
{
    // Where so much of an image is removed, rounding leaves too much of the earlier rows in it
    // (Daniel, Gragg, Kaufman and Stewart 1976).
    const double LeastLeft = 0.7;

    readonly FixedWeights matrix;
    readonly int n, most;
    readonly double[] rows, h;

    /// <summary>Starts with one row.</summary>
    /// <param name="matrix">A, in double.</param>
    /// <param name="most">How many images of rows there can be.</param>
    /// <param name="key">Draws the first row.</param>
    public KrylovSpace(Tensor matrix, int most, RandomKey key)
    {
        this.matrix = new(matrix);
        this.most = most;
        n = matrix.Shape[0];
        rows = new double[(most + 1) * n];
        h = new double[most * (most + 1)];
        key.Normal([n], 1, ElementType.Float64).AsSpan<double>().CopyTo(Row(0));
        Divide(Row(0), LinearAlgebra.Length(Row(0)));
    }

    /// <summary>Number of rows whose image is known.</summary>
    public int Size { get; private set; }

    /// <summary>How long the part of the last image is that leaves the space.</summary>
    public double Outside { get; private set; }

    /// <summary>H, <c>[Size, Size]</c>.</summary>
    public Tensor Inside
    {
        get
        {
            var inside = new double[Size * Size];
            for (int i = 0; i < Size; i++) h.AsSpan(i * (most + 1), Size).CopyTo(inside.AsSpan(i * Size));
            return Tensor.From(inside, [Size, Size]);
        }
    }

    /// <summary>Takes the image of one more row.</summary>
    /// <returns>False where nothing of it leaves the space but rounding, so that there is no further row.</returns>
    public bool Grow()
    {
        var shares = h.AsSpan(Size * (most + 1), most + 1);
        var image = Row(Size + 1);
        matrix.Times(Tensor.From(Row(Size), [1, n])).AsSpan<double>().CopyTo(image);
        Size++;
        double whole = LinearAlgebra.Length(image);
        Outside = Leave(image, shares);
        if (Outside < LeastLeft * whole) Outside = Leave(image, shares);
        if (Outside <= n * LinearAlgebra.Epsilon * whole) return false;
        shares[Size] = Outside;
        Divide(image, Outside);
        return true;
    }

    // Removes the shares along all rows, adds them to those known, and returns the length of what is left.
    double Leave(Span<double> image, Span<double> shares)
    {
        for (int i = 0; i < Size; i++) shares[i] += LinearAlgebra.Remove(image, Row(i));
        return LinearAlgebra.Length(image);
    }

    Span<double> Row(int i) => rows.AsSpan(i * n, n);

    static void Divide(Span<double> row, double length) => TensorPrimitives.Divide(row, length, row);
}
