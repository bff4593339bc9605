using static Autograd.Functions;

namespace Autograd.GradBench.Evaluations;

/// <summary>
/// A determinant by expansion along the first row. Minors of few rows are expanded all at once, from the last row up; larger ones one after
/// the other, and once more for their gradient. Nothing is shared between minors, as the evaluation has it: l! products of l elements.
/// </summary>
sealed class Determinant
{
    const int MostRowsAtOnce = 8;

    readonly Tensor matrix;

    // By number of rows left: the columns left of all minors with so many.
    readonly int[][] columns;

    Determinant(Input input)
    {
        int size = input["ell"].Whole(least: 1);
        matrix = Reshape(input["A"].Tensor(size * size), [size, size]);
        columns = ColumnsLeft(Math.Min(size, MostRowsAtOnce));
    }

    public static Evaluation Evaluation { get; } = new("det", new Dictionary<string, Function>
    {
        ["primal"] = input => new Determinant(input).Value,
        ["gradient"] = input => new Determinant(input).Gradient,
    });

    Tensor Value() => Of(matrix);

    Tensor Gradient() => Reshape(Differentiate.Gradient(Of, matrix), [matrix.ElementCount]);

    Tensor Of(Tensor a)
    {
        int size = a.Shape[0];
        if (size < columns.Length) return AtOnce(a);
        var minors = Enumerable.Range(0, size).Select(column => Checkpoint.Run(() => Of(Minor(a, column))));
        return Sum(a[0] * Signs(size) * Stack([.. minors]));
    }

    Tensor AtOnce(Tensor a)
    {
        int size = a.Shape[0];
        var minors = GatherAlong(a[size - 1], columns[1], columns[1].Length);
        for (int rows = 2; rows <= size; rows++)
        {
            var elements = GatherAlong(a[size - rows], columns[rows], columns[rows].Length);
            minors = MatVec(Reshape(elements * minors, [-1, rows]), Signs(rows));
        }
        return minors[0];
    }

    // Without the first row and a column.
    static Tensor Minor(Tensor a, int column)
    {
        var (below, last) = (a[1..], a.Shape[1] - column - 1);
        return Concatenate(1, Slice(below, 1, 0, column), Slice(below, 1, column + 1, last));
    }

    static Tensor Signs(int count) => Tensor.From([.. Enumerable.Range(0, count).Select(column => column % 2 == 0 ? 1.0 : -1)]);

    static int[][] ColumnsLeft(int size)
    {
        var left = new int[size + 1][];
        left[size] = [.. Enumerable.Range(0, size)];
        for (int rows = size; rows > 1; rows--)
        {
            var minors = left[rows].Chunk(rows);
            left[rows - 1] = [.. minors.SelectMany(minor => minor.SelectMany(removed => minor.Where(column => column != removed)))];
        }
        return left;
    }
}
