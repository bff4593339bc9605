namespace Autograd.Operations;

/// <summary>A tensor whose axes have letters.</summary>
readonly record struct EinsumOperand(Tensor Value, string Letters)
{
    /// <summary>The sums over all axes but some.</summary>
    public EinsumOperand Only(string kept)
    {
        var letters = Letters;
        int[] axes = [.. Enumerable.Range(0, letters.Length).Where(axis => !kept.Contains(letters[axis]))];
        return axes.Length == 0 ? this : new(Functions.Sum(Value, axes), Filter(letters, kept.Contains));
    }

    /// <summary>The diagonal, where a letter names two axes.</summary>
    public EinsumOperand Diagonal()
    {
        for (int first = 0; first < Letters.Length; first++)
        {
            int second = Letters.IndexOf(Letters[first], first + 1);
            if (second < 0) continue;
            int[] others = [.. Enumerable.Range(0, Letters.Length).Where(axis => axis != second && axis > first)],
                before = [.. Enumerable.Range(0, first)];
            int length = Value.Shape[first];
            var square = Functions.Permute(Value, [.. before, first, second, .. others]);
            var shape = square.Shape;
            var flat = Functions.Reshape(square, [.. shape.Lengths[..first], length * length, .. shape.Lengths[(first + 2)..]]);
            return new EinsumOperand(Functions.Slice(flat, first, 0, length, length + 1), Letters.Remove(second, 1)).Diagonal();
        }
        return this;
    }

    /// <summary>The tensor with its axes in an order.</summary>
    public Tensor InOrder(string letters)
    {
        if (letters == Letters) return Functions.Unchanged(Value);
        var own = Letters;
        return Functions.Permute(Value, [.. letters.Select(letter => own.IndexOf(letter))]);
    }

    /// <summary>The product with another operand, summed over what is not needed any more; the order of its axes is anything.</summary>
    /// <param name="right">The other.</param>
    /// <param name="needed">Letters that are needed afterwards.</param>
    /// <param name="output">Those of the result, in order.</param>
    public EinsumOperand Times(EinsumOperand right, string needed, string output)
    {
        var left = Only(needed + right.Letters);
        right = right.Only(needed + Letters);
        string shared = Filter(left.Letters, right.Letters.Contains);
        string rows = Filter(left.Letters, letter => !shared.Contains(letter)),
            columns = Filter(right.Letters, letter => !shared.Contains(letter));
        string batch = Filter(shared, needed.Contains), summed = Filter(shared, letter => !needed.Contains(letter));
        if (rows.Length + columns.Length == 0) return left.Elementwise(right, batch, summed);
        // What comes first in the result had better be rows: no permutation is left then.
        if (batch.Length == 0 && columns.Contains(output.FirstOrDefault())) (left, right, rows, columns) = (right, left, columns, rows);
        return summed.Length == 1 && columns.Length == 1 && batch.Length == 0 ? left.TimesMatrix(right, rows, summed, columns)
            : left.TimesMatrices(right, batch, rows, summed, columns);
    }

    EinsumOperand Elementwise(EinsumOperand right, string batch, string summed) =>
        new EinsumOperand(InOrder(batch + summed) * right.InOrder(batch + summed), batch + summed).Only(batch);

    // The left operand keeps its axes: they are rows of one product.
    EinsumOperand TimesMatrix(EinsumOperand right, string rows, string summed, string columns) =>
        new(Functions.MatMul(InOrder(rows + summed), right.Value, transposeRight: right.Letters == columns + summed), rows + columns);

    EinsumOperand TimesMatrices(EinsumOperand right, string batch, string rows, string summed, string columns)
    {
        bool transposesLeft = Letters == batch + summed + rows && Letters != batch + rows + summed;
        bool transposesRight = right.Letters == batch + columns + summed && right.Letters != batch + summed + columns;
        var product = Functions.MatMul(
            transposesLeft ? Matrices(batch, summed, rows) : Matrices(batch, rows, summed),
            transposesRight ? right.Matrices(batch, columns, summed) : right.Matrices(batch, summed, columns),
            transposesLeft, transposesRight);
        var (own, others) = (this, right);
        var lengths = (batch + rows).Select(own.LengthOf).Concat(columns.Select(others.LengthOf));
        return new(Functions.Reshape(product, [.. lengths]), batch + rows + columns);
    }

    // [batch…, first, second], each of the last two a group of axes.
    Tensor Matrices(string batch, string first, string second)
    {
        var own = this;
        return Functions.Reshape(InOrder(batch + first + second), [.. batch.Select(own.LengthOf), Count(first), Count(second)]);
    }

    int LengthOf(char letter) => Value.Shape[Letters.IndexOf(letter)];

    int Count(string letters) => letters.Select(LengthOf).Aggregate(1, (count, length) => count * length);

    static string Filter(string letters, Func<char, bool> condition) => string.Concat(letters.Where(condition));
}
