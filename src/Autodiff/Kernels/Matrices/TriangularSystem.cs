using System.Numerics.Tensors;

namespace Autograd.Kernels;

/// <summary>Substitution in a triangular matrix of which the other triangle is not read.</summary>
static class TriangularSystem
{
    /// <summary>x of T·x = b, or of Tᵀ·x = b, for every column of b.</summary>
    public static void Solve(
        ReadOnlySpan<double> triangle, ReadOnlySpan<double> right, Span<double> x, (int Size, int Columns) extent, bool upper,
        bool transposed)
    {
        var (n, columns) = extent;
        right.CopyTo(x);
        bool isForward = upper == transposed;
        for (int step = 0; step < n; step++)
        {
            int i = isForward ? step : n - 1 - step;
            var row = x.Slice(i * columns, columns);
            for (int before = 0; before < step; before++)
            {
                int j = isForward ? before : n - 1 - before;
                double factor = triangle[transposed ? j * n + i : i * n + j];
                if (factor != 0) TensorPrimitives.MultiplyAdd(x.Slice(j * columns, columns), -factor, row, row);
            }
            TensorPrimitives.Divide(row, triangle[i * n + i], row);
        }
    }
}
