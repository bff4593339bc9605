using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class EinsumTests
{
    static readonly Tensor A = Data.Normal([2, 3], 1), B = Data.Normal([3, 4], 2), C = Data.Normal([4, 5], 3),
        T = Data.Normal([2, 3, 4], 4);

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

    /// <summary>Repeated letters, ellipses, results that are not written: the notation, and the shapes of its operands.</summary>
    public static TheoryData<string, int[][]> Further => new()
    {
        { "ii->i", [[3, 3]] }, { "ii->", [[4, 4]] }, { "ii", [[3, 3]] }, { "iji->j", [[2, 3, 2]] }, { "iij->ji", [[3, 3, 2]] },
            { "iii->i", [[3, 3, 3]] },
        { "ii->i", [[0, 0]] }, { "ii,ij->j", [[3, 3], [3, 2]] }, { "bii,bi->b", [[2, 3, 3], [2, 3]] }, { "ij,jk", [[2, 3], [3, 4]] },
        { "ba", [[2, 3]] },
        { "i,j", [[2], [3]] }, { "ij,ij", [[2, 3], [2, 3]] }, { "...ij,...jk->...ik", [[5, 2, 3], [5, 3, 4]] },
        { "...ij,...jk->...ik", [[1, 2, 3], [5, 3, 4]] },
        { "...ij,...jk->...ik", [[2, 3], [5, 3, 4]] }, { "...ij,...jk->...ik", [[4, 1, 2, 3], [5, 3, 4]] },
        { "...ij,jk", [[5, 2, 3], [3, 4]] },
        { "i...->...i", [[2, 3, 4]] }, { "i...j->j...", [[2, 3, 4, 5]] }, { "...,...", [[2, 3], [3]] },
        { "b...,b...->b", [[2, 3, 4], [2, 3, 4]] },
        { "...->", [[2, 3]] }, { "...i,ij->...j", [[2, 5, 3], [3, 4]] }, { "bhi,hij->bhj", [[2, 3, 4], [3, 4, 5]] },
        { "bij,bj->bi", [[2, 3, 4], [2, 4]] },
        { "bi,bj->bij", [[2, 3], [2, 4]] }, { "bi,bi->b", [[2, 3], [2, 3]] }, { "ij,bj->bi", [[3, 4], [2, 4]] },
        { "i,ijk->jk", [[2], [2, 3, 4]] },
        { "ijk,ikl,lj->il", [[2, 3, 4], [2, 4, 5], [5, 3]] }, { "aib,jab->ij", [[2, 3, 4], [5, 2, 4]] }, { ",i->i", [[], [3]] },
        { "->", [[]] },
    };

    [Theory]
    [MemberData(nameof(Further))]
    public void ItIsTheSumOfProducts(string notation, int[][] shapes)
    {
        Tensor[] operands = [.. shapes.Select((shape, i) => Data.Normal(Shape.Create(shape), (ulong)i + 1))];
        var actual = Einsum(notation, operands);
        var expected = ByDefinition(notation, operands);
        Assert.Equal(expected.Shape, actual.Shape);
        foreach (var (e, a) in expected.ToDoubles().Zip(actual.ToDoubles())) Assert.Equal(e, a, 1e-13);
    }

    // Every letter runs through its axis; those of an ellipsis are capitals here, aligned at Z.
    static Tensor ByDefinition(string notation, Tensor[] operands)
    {
        string[] sides = notation.Split("->"), inputs = sides[0].Split(',');
        var lengths = new Dictionary<char, int>();
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = inputs[i]
                .Replace("...", Capitals(operands[i].Rank - inputs[i].Count(char.IsAsciiLetter)), StringComparison.Ordinal);
            for (int axis = 0; axis < inputs[i].Length; axis++)
                lengths[inputs[i][axis]] = Math.Max(lengths.GetValueOrDefault(inputs[i][axis]), operands[i].Shape[axis]);
        }
        string capitals = Capitals(lengths.Keys.Count(char.IsAsciiLetterUpper)), all = string.Concat(inputs);
        string output = sides.Length == 2
            ? sides[1].Replace("...", capitals, StringComparison.Ordinal)
            : capitals + string.Concat(
                all.Where(letter => char.IsAsciiLetterLower(letter) && all.Count(other => other == letter) == 1).Order());
        char[] letters = [.. lengths.Keys];
        var sums = new double[output.Aggregate(1, (count, letter) => count * lengths[letter])];
        int terms = letters.Aggregate(1, (count, letter) => count * lengths[letter]);
        for (int term = 0; term < terms; term++)
        {
            var at = new Dictionary<char, int>();
            int rest = term;
            foreach (char letter in letters) (at[letter], rest) = (rest % lengths[letter], rest / lengths[letter]);
            double product = 1;
            for (int i = 0; i < inputs.Length; i++)
                product *= operands[i].At([.. inputs[i].Select((letter, axis) => operands[i].Shape[axis] == 1 ? 0 : at[letter])]);
            sums[output.Aggregate(0, (position, letter) => position * lengths[letter] + at[letter])] += product;
        }
        return Tensor.From(sums, Shape.Create([.. output.Select(letter => lengths[letter])]));

        static string Capitals(int count) => "UVWXYZ"[(6 - count)..];
    }

    [Fact]
    public void ABatchOfVectorsTimesAMatrixIsOneProduct()
    {
        using var tape = new Tape();
        var (x, w) = (tape.Watch(A), tape.Watch(B));
        foreach (var (notation, left, right) in new[] { ("bi,ij->bj", x, w), ("ij,bi->bj", w, x) })
        {
            int before = tape.Position;
            Einsum(notation, left, right);
            Assert.Equal(1, tape.Position - before);
        }
    }

    [Theory]
    [InlineData("ij->ij", "2 operands")]
    [InlineData("ij,jk->ik->i", "2 operands")]
    [InlineData("ii,jk->ik", "axis i", "length 2", "3")]
    [InlineData("ijk,jk->i", "each axis of operand 0")]
    [InlineData("ij...k,jk->i", "each axis of operand 0")]
    [InlineData("......,jk->j", "each axis of operand 0")]
    [InlineData("i1,jk->i", "by a letter")]
    [InlineData("ij,ik->jk", "axis i")]
    [InlineData("...,...->...", "axis ...")]
    [InlineData("ij,jk->il", "must name axes")]
    [InlineData("ij,jk->ii", "must name axes")]
    [InlineData("ij,jk->i.k", "must name axes")]
    public void NotationsThatDoNotFitAreErrors(string notation, params string[] parts) =>
        Expect.Mentions(Assert.Throws<ShapeException>(() => Einsum(notation, A, B)), ["Einsum", .. parts]);
}
