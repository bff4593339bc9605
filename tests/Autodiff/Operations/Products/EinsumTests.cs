using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class EinsumTests
{
    static readonly Tensor A = Data.Normal([2, 3], 1), B = Data.Normal([3, 4], 2), C = Data.Normal([4, 5], 3), T = Data.Normal([2, 3, 4], 4);

    public static TheoryData<string, int> Notations => new()
    {
        { "ij,jk->ik", 0 }, { "ij,jk->ki", 1 }, { "ij,jk,kl->il", 2 }, { "ij->ji", 3 }, { "ij->", 4 }, { "ij->j", 5 }, { "ij,ij->", 6 },
        { "ij,ij->ij", 7 }, { "ij,kl->ijkl", 8 }, { "ijk,jk->ik", 9 }, { "ijk,ij->kij", 10 }, { "bij, bkj -> bik", 11 }, { "ij,jk->j", 12 },
    };

    [Theory]
    [MemberData(nameof(Notations))]
    public void ItIsWhatTheNotationSays(string notation, int number)
    {
        var (actual, expected) = number switch
        {
            0 => (Einsum(notation, A, B), MatMul(A, B)),
            1 => (Einsum(notation, A, B), Transpose(MatMul(A, B))),
            2 => (Einsum(notation, A, B, C), MatMul(MatMul(A, B), C)),
            3 => (Einsum(notation, A), Transpose(A)),
            4 => (Einsum(notation, A), Sum(A)),
            5 => (Einsum(notation, A), Sum(A, 0)),
            6 => (Einsum(notation, A, 2 * A), Sum(A * (2 * A))),
            7 => (Einsum(notation, A, A), A * A),
            8 => (Einsum(notation, A, B), A.Reshape(2, 3, 1, 1) * B),
            9 => (Einsum(notation, T, B), Sum(T * B, 1)),
            10 => (Einsum(notation, T, A), Permute(T * A.Reshape(2, 3, 1), 2, 0, 1)),
            11 => (Einsum(notation, T, T), MatMul(T, T, transposeRight: true)),
            _ => (Einsum(notation, A, B), Sum(A, 0) * Sum(B, 1)),
        };
        Assert.Equal(expected.Shape, actual.Shape);
        foreach (var (e, a) in expected.ToDoubles().Zip(actual.ToDoubles())) Assert.Equal(e, a, 1e-13);
    }

    [Theory]
    [InlineData("ij,jk", "2 operands")]
    [InlineData("ij->ij", "2 operands")]
    [InlineData("ii,jk->ik", "letter of its own")]
    [InlineData("ijk,jk->i", "letter of its own")]
    [InlineData("i1,jk->i", "letter of its own")]
    [InlineData("ij,ik->jk", "axis i")]
    [InlineData("ij,jk->il", "must name axes")]
    [InlineData("ij,jk->ii", "must name axes")]
    public void NotationsThatDoNotFitAreErrors(string notation, string part) =>
        Expect.Mentions(Assert.Throws<ShapeException>(() => Einsum(notation, A, B)), "Einsum", part);
}
