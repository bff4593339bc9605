namespace Autograd.Layers;

/// <summary>Modified Gram–Schmidt, twice over, on a normal matrix: orthonormal rows, or columns if those are fewer.</summary>
sealed class OrthogonalInitializer(double gain) : Initializer
{
    public override Tensor Create(Shape shape, RandomKey key, ElementType type)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Rank != 2) throw new ShapeException($"Orthogonal: the shape is {shape}; a matrix is needed.");
        int rows = Math.Min(shape[0], shape[1]), columns = Math.Max(shape[0], shape[1]);
        var matrix = new double[rows * columns];
        key.FillNormal<double>(matrix);
        for (int i = 0; i < rows; i++) Orthonormalize(matrix, i, columns);
        for (int i = 0; i < matrix.Length; i++) matrix[i] *= gain;
        var tensor = Tensor.From(matrix, [rows, columns]);
        return (shape[0] <= shape[1] ? tensor : Functions.Transpose(tensor)).As(type);
    }

    // The second pass removes what rounding left of the earlier rows after the first.
    static void Orthonormalize(double[] matrix, int row, int columns)
    {
        var own = matrix.AsSpan(row * columns, columns);
        for (int pass = 0; pass < 2; pass++)
        {
            for (int other = 0; other < row; other++) Remove(own, matrix.AsSpan(other * columns, columns));
            double norm = Math.Sqrt(Dot(own, own));
            foreach (ref double x in own) x /= norm;
        }
    }

    static void Remove(Span<double> own, ReadOnlySpan<double> direction)
    {
        double share = Dot(own, direction);
        for (int i = 0; i < own.Length; i++) own[i] -= share * direction[i];
    }

    static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++) sum += left[i] * right[i];
        return sum;
    }
}
