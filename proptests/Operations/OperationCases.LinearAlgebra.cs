using static Autograd.Functions;

namespace Autograd.PropertyTests;

static partial class OperationCases
{
    /// <summary>Functions of matrices that are far from singular.</summary>
    internal static IEnumerable<OperationCase> LinearAlgebra =>
    [
        new("Solve", "", draw => System(draw, (a, b) => Solve(Regular(a), b))),
        new("SolvePositiveDefinite", "", draw => System(draw, (a, b) => SolvePositiveDefinite(Definite(a), b))),
        new("TriangularSolve", "", draw =>
        {
            var (upper, transposed) = (draw.Flag(), draw.Flag());
            return System(draw, (a, b) => TriangularSolve(Regular(a), b, upper, transposed));
        }),
        OfMatrix("Inverse", a => Inverse(Regular(a))),
        OfMatrix("Cholesky", a => Cholesky(Definite(a))),
        OfMatrix("LogDeterminant", a => LogDeterminant(Regular(a))),
        OfMatrix("MatrixExponential", a => MatrixExponential(0.7 * a)),
        OfMatrix("Qr", a => Joined(Qr(Regular(a)))),
        new("Qr", "tall", draw =>
        {
            int size = draw.Whole(1, 2), more = draw.Whole(1, 2);
            return new Trial(x => Joined(Qr(Concatenate(0, Regular(x[0]), x[1]))), Values(draw, size, size), Values(draw, more, size));
        }),
        OfMatrix("SymmetricEigen", a => SymmetricEigen(Apart(a)) is var (values, vectors)
            ? Joined((Reshape(values, [.. values.Shape.Lengths[..^1], 1, values.Shape[^1]]), vectors)) : a),
        OfMatrix("SingularValues", a => SingularValues(Apart(a))),
        new("SingularValues", "wide", draw =>
        {
            int size = draw.Whole(1, 2);
            return new Trial(x => SingularValues(Concatenate(1, Apart(x[0]), x[1])), Values(draw, size, size), Values(draw, size, 1));
        }),
        new("LeastSquares", "", draw =>
        {
            int size = draw.Whole(1, 3), more = draw.Whole(0, 2), columns = draw.Whole(1, 2);
            double ridge = draw.OneOf(0, 0.7);
            return new Trial(
                x => LeastSquares(Concatenate(0, Regular(x[0]), x[1]), x[2], ridge), Values(draw, size, size), Values(draw, more, size),
                Values(draw, size + more, columns));
        }),
    ];

    static OperationCase OfMatrix(string function, Func<Tensor, Tensor> apply) => new(
        function,
        "",
        draw =>
        {
            int size = draw.Whole(0, 9) == 9 ? 0 : draw.Whole(1, 3);
            int[] batch = draw.Flag() ? [] : [draw.Whole(1, 2)];
            return new Trial(x => apply(x[0]), draw.Values([.. batch, size, size], Domain.Any));
        });

    static Trial System(Draw draw, Func<Tensor, Tensor, Tensor> apply)
    {
        int size = draw.Whole(0, 9) == 9 ? 0 : draw.Whole(1, 3), columns = draw.Whole(1, 2);
        int[] left = draw.Flag() ? [] : [2], right = draw.Flag() ? [] : [draw.OneOf(1, 2)];
        return new Trial(
            x => apply(x[0], x[1]), draw.Values([.. left, size, size], Domain.Any), draw.Values([.. right, size, columns], Domain.Any));
    }

    static Tensor Values(Draw draw, int rows, int columns) => draw.Values([rows, columns], Domain.Any);

    // With a diagonal that is larger than the rest of each row and column.
    static Tensor Regular(Tensor a) => 0.3 * a + 2 * Tensor.Identity(a.Shape[^1], a.ElementType);

    static Tensor Definite(Tensor a) => MatMul(a, a, transposeLeft: true) + 2 * Tensor.Identity(a.Shape[^1], a.ElementType);

    // With values near 1, 3, 5.
    static Tensor Apart(Tensor a)
    {
        int n = a.Shape[^1];
        var diagonal = Tensor.From([.. Enumerable.Range(0, n * n).Select(i => i / n == i % n ? 2.0 * (i % n) + 1 : 0)], [n, n]);
        return 0.2 * a + diagonal.As(a.ElementType);
    }

    static Tensor Joined((Tensor Upper, Tensor Lower) parts) => Concatenate(-2, parts.Upper, parts.Lower);
}
