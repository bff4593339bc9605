namespace Autograd.Operations;

/// <summary>
/// An operation on the matrices in the two innermost axes, one for each place of the leading axes, which are the same in all operands. It
/// is computed in double whatever the element type is.
/// </summary>
abstract class MatrixOperation : Operation
{
    /// <summary>What was called, for errors.</summary>
    public virtual string Caller => Name;

    // The axes of a matrix are no rows of a batch.
    public sealed override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) =>
        operands[0].Rank > 2 && !hasRows.Contains(false);

    public sealed override Tensor Map(MappedCall call) => Dispatcher.Apply(this, call.SpreadAll());

    public sealed override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
    {
        var shape = operands[0].Shape;
        int count = shape.Product(0, shape.Rank - 2);
        bool isSingle = result.ElementType == ElementType.Float32;
        var values = new double[operands.Length][];
        for (int i = 0; i < values.Length; i++) values[i] = Doubles(operands[i]);
        double[] results = new double[result.ElementCount];
        for (int i = 0; i < count; i++)
        {
            var matrix = new MatrixOfBatch(this, shape, i, count);
            Compute(matrix, Part(values[0], i, count), values.Length > 1 ? Part(values[1], i, count) : default, Part(results, i, count));
        }
        if (!isSingle) results.CopyTo(result.WriteSpan<double>());
        else for (int i = 0; i < results.Length; i++) result.WriteSpan<float>()[i] = (float)results[i];
    }

    /// <summary>Fills the result for the matrices at one place of the leading axes.</summary>
    protected abstract void Compute(MatrixOfBatch matrix, ReadOnlySpan<double> first, ReadOnlySpan<double> second, Span<double> result);

    static Span<double> Part(double[] all, int index, int count) => all.AsSpan(index * (all.Length / count), all.Length / count);

    static double[] Doubles(Tensor x)
    {
        var numbers = new double[x.ElementCount];
        if (x.ElementType == ElementType.Float64) x.ReadSpan<double>().CopyTo(numbers);
        else for (int i = 0; i < numbers.Length; i++) numbers[i] = x.ReadSpan<float>()[i];
        return numbers;
    }
}

/// <summary>Which matrix is worked on, for errors.</summary>
readonly struct MatrixOfBatch(MatrixOperation operation, Shape shape, int index, int count)
{
    public int Rows => shape[^2];

    public int Columns => shape[^1];

    /// <summary>An element that is NaN or infinite would become part of everything.</summary>
    public void CheckFinite(ReadOnlySpan<double> elements)
    {
        for (int i = 0; i < elements.Length; i++)
            if (!double.IsFinite(elements[i]))
                throw Error(FormattableString.Invariant(
                    $"has {elements[i]} in row {i / Columns}, column {i % Columns}; all elements must be finite"));
    }

    public MatrixException Error(string what)
    {
        string which = count > 1 ? FormattableString.Invariant($"matrix {index} of {shape}") : $"the matrix {shape}";
        return new($"{operation.Caller}: {which} {what}.");
    }
}
