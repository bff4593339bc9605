using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Onnx.Operations;

/// <summary>
/// Operations on matrices, which ONNX does not have, as programs of operations that it has; loops over columns are recurrences. Each takes
/// and gives matrices <c>[batch, rows, columns]</c> in double. Where the library finds that a matrix is singular or not positive definite,
/// these give NaN and infinities.
/// </summary>
static class MatrixPrograms
{
    // Cyclic rotations converge quadratically: matrices of a few hundred rows need no more (Golub and Van Loan, section 8.5).
    const int Sweeps = 12;

    // Terms of the exponential series where the norm is ½ at most: 2⁻¹⁵/15! is below the roundings of double. And how often halves are
    // squared at most, for norms up to 2³⁹.
    const int Terms = 14, Squarings = 40;

    /// <summary>The x with a · x = b.</summary>
    public static Tensor Solve(Tensor a, Tensor b)
    {
        var (steps, reduced) = Eliminate(a, b);
        // Row k of x stands where the pivot of column k was.
        var places = Permute(Slice(steps, 2, 0, 1), 1, 0, 2);
        return TakeAlong(reduced, BroadcastTo(places, b.Shape), 1);
    }

    /// <summary>The x with t · x = b, for one triangle of t, or the transpose of that.</summary>
    public static Tensor TriangularSolve(Tensor t, Tensor b, bool upper, bool transposed)
    {
        var triangle = upper ? Matrices.Upper(t) : Matrices.Lower(t);
        return Solve(transposed ? Matrices.Transposed(triangle) : triangle, b);
    }

    /// <summary>log |det a|.</summary>
    public static Tensor LogDeterminant(Tensor a) => Sum(Log(Abs(Slice(Eliminate(a, a).Steps, 2, 1, 1))), 0, 2);

    /// <summary>The lower triangle L with L · Lᵀ = a, a column of it in each step.</summary>
    public static Tensor Cholesky(Tensor a)
    {
        int n = a.Shape[^1];
        var columns = Loop(Numbers(n), [a], (k, state) =>
        {
            var at = At(k, n);
            var column = MatMul(state[0], Column(at)).Reshape(-1, n);
            var scaled = column / Sqrt(SumKeepingAxes(column * at, 1));
            return (scaled, [state[0] - Column(scaled) * Row(scaled)]);
        }).Outputs;
        return Matrices.Lower(Permute(columns, 1, 2, 0));
    }

    /// <summary>Q above R, by reflections; the diagonal of R is not negative.</summary>
    public static Tensor Qr(Tensor a)
    {
        int m = a.Shape[1], n = a.Shape[2];
        var q = BroadcastTo(Tensor.Identity(m, ElementType.Float64), [a.Shape[0], m, m]);
        var final = Loop(Numbers(n), [a, q], (k, state) =>
        {
            var below = GreaterOrEqual(Tensor.From([.. Enumerable.Range(0, m).Select(i => (double)i)]), k);
            var x = MatMul(state[0], Column(At(k, n))).Reshape(-1, m) * below;
            var (head, at) = (SumKeepingAxes(x * At(k, m), 1), At(k, m));
            var v = x + (1 - 2 * Less(head, 0)) * Sqrt(SumKeepingAxes(x * x, 1)) * at;
            var square = SumKeepingAxes(v * v, 1);
            // Nothing is reflected where nothing is left.
            var over = Where(square, 2 / Where(square, square, 1.0), 0);
            var (row, column) = (Row(v), Column(over * v));
            return (head, [state[0] - column * MatMul(row, state[0]), state[1] - MatMul(state[1], column) * row]);
        }).Final;
        var (r, thin) = (Matrices.Upper(Slice(final[0], 1, 0, n)), Slice(final[1], 2, 0, n));
        var sign = 1 - 2 * Less(Matrices.Diagonal(r), 0);
        return Concatenate(1, thin * Row(sign), r * Column(sign));
    }

    /// <summary>
    /// A row of eigenvalues above the vectors, by rotations of pairs (Jacobi 1846). Values ascend; the largest component of each vector is
    /// positive.
    /// </summary>
    public static Tensor SymmetricEigen(Tensor a)
    {
        int n = a.Shape[^1];
        var v = BroadcastTo(Tensor.Identity(n, ElementType.Float64), a.Shape);
        if (n > 1)
        {
            var final = Loop(Pairs(n), [a, v], (pair, state) =>
                (pair, Rotated(state, At(Slice(pair, 1, 0, 1), n), At(Slice(pair, 1, 1, 1), n)))).Final;
            (a, v) = (final[0], final[1]);
        }
        var values = Matrices.Diagonal(a);
        var order = ArgSort(values, -1);
        v = TakeAlong(v, BroadcastTo(Row(order), v.Shape), 2);
        var largest = TakeAlong(v, Row(ArgMax(Abs(v), 1)), 1);
        return Concatenate(1, Row(TakeAlong(values, order, 1)), v * (1 - 2 * Less(largest, 0)));
    }

    /// <summary>eᵃ: halved until it is small, by the series, and squared as often.</summary>
    public static Tensor Exponential(Tensor a)
    {
        var norm = Max(Sum(Abs(a), 1), 1).Reshape(-1, 1, 1);
        var halvings = Maximum(1 - Floor(-Log(norm) * (1 / Elementary.Log(2))), 0);
        var small = a * Power(0.5 + 0 * halvings, halvings);
        // Horner's scheme with coefficients beside the products: numbers that products are multiplied by become single in ONNX Runtime.
        double factorial = 1;
        double[] coefficients = [1, .. Enumerable.Range(1, Terms).Select(k => 1 / (factorial *= k))];
        var identity = Tensor.Identity(a.Shape[^1], ElementType.Float64);
        var sum = BroadcastTo(coefficients[Terms] * identity, a.Shape);
        for (int k = Terms - 1; k >= 0; k--) sum = MatMul(small, sum) + coefficients[k] * identity;
        return Loop(Numbers(Squarings), [sum], (k, state) =>
            (k, [Where(Less(Row(k), halvings), MatMul(state[0], state[0]), state[0])])).Final[0];
    }

    /// <summary>
    /// What is left of b after a was made a permutation of the identity (Gauss and Jordan), where the pivot of each column is the largest
    /// element in the rows that had none so far.
    /// </summary>
    /// <returns>For each column the number of the pivot's row, and the pivot; and b.</returns>
    static (Tensor Steps, Tensor B) Eliminate(Tensor a, Tensor b)
    {
        int n = a.Shape[^1];
        var (outputs, final, _) = Loop(Numbers(n), [a, b, Tensor.Zeros([a.Shape[0], n], ElementType.Float64)], (k, state) =>
        {
            var column = MatMul(state[0], Column(At(k, n))).Reshape(-1, n);
            var place = ArgMax(Where(state[2], -1.0, Abs(column)), 1).Reshape(-1, 1);
            var at = At(place, n);
            var pivot = SumKeepingAxes(column * at, 1);
            return (Concatenate(1, place, pivot), [Cleared(state[0]), Cleared(state[1]), Maximum(state[2], at)]);

            Tensor Cleared(Tensor rows)
            {
                // Chosen, not multiplied by 0: what is not finite in the other rows stays there.
                var row = SumKeepingAxes(Where(BroadcastTo(Column(at), rows.Shape), rows, 0), 1) / Row(pivot);
                return Where(BroadcastTo(Column(at), rows.Shape), BroadcastTo(row, rows.Shape), rows - Column(column) * row);
            }
        });
        return (outputs, final[1]);
    }

    // The matrix and the vectors after the rotation by which the element of two axes becomes 0.
    static Tensor[] Rotated(Tensor[] state, Tensor p, Tensor q)
    {
        var (ofP, ofQ) = (MatMul(state[0], Column(p)), MatMul(state[0], Column(q)));
        Tensor Element(Tensor column, Tensor at) => SumKeepingAxes(column * Column(at), 1);
        var off = Element(ofQ, p);
        var cotangent = (Element(ofQ, q) - Element(ofP, p)) / (2 * Where(off, off, 1.0));
        var tangent = (1 - 2 * Less(cotangent, 0)) / (Abs(cotangent) + Sqrt(1 + cotangent * cotangent));
        var cosine = 1 / Sqrt(1 + Where(off, tangent * tangent, 0));
        var sine = Where(off, cosine * tangent, 0);
        Tensor Columns(Tensor x)
        {
            var (left, right) = (MatMul(x, Column(p)), MatMul(x, Column(q)));
            return x + ((cosine - 1) * left - sine * right) * Row(p) + (sine * left + (cosine - 1) * right) * Row(q);
        }
        return [Columns(Matrices.Transposed(Columns(state[0]))), Columns(state[1])];
    }

    static Tensor Column(Tensor x) => x.Reshape(-1, x.Shape[^1], 1);

    static Tensor Row(Tensor x) => x.Reshape(-1, 1, x.Shape[^1]);

    // 1 at a number, [batch, 1] to [batch, count].
    static Tensor At(Tensor number, int count) =>
        Equal(number.Reshape(-1, 1), Tensor.From([.. Enumerable.Range(0, count).Select(i => (double)i)]));

    static Tensor Numbers(int count) => Tensor.From([.. Enumerable.Range(0, count).Select(i => (double)i)], [count, 1]);

    static Tensor Pairs(int n)
    {
        var pairs = Enumerable.Range(0, n).SelectMany(p => Enumerable.Range(p + 1, n - p - 1).SelectMany(q => (double[])[p, q]));
        double[] all = [.. Enumerable.Repeat(pairs, Sweeps).SelectMany(sweep => sweep)];
        return Tensor.From(all, [all.Length / 2, 2]);
    }

    // Steps over numbers [steps, …], the same for every matrix.
    static Unrolled<Tensor[]> Loop(Tensor numbers, Tensor[] first, Func<Tensor, Tensor[], (Tensor Output, Tensor[] Next)> step)
    {
        int batch = first[0].Shape[0], steps = numbers.Shape[0], width = numbers.Shape[1];
        var each = BroadcastTo(numbers.Reshape(steps, 1, width), [steps, batch, width]);
        return Recurrent.Over(new StepCell(first, step)).Run(each, first);
    }

    sealed class StepCell(Tensor[] first, Func<Tensor, Tensor[], (Tensor Output, Tensor[] Next)> step) : Cell<Tensor[]>(default)
    {
        public override Tensor[] Initial(int batch, ElementType type) => first;

        public override (Tensor Output, Tensor[] Next) Step(Tensor x, Tensor[] state) => step(x, state);
    }
}
