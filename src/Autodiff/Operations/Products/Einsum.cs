namespace Autograd;

public static partial class Functions
{
    /// <summary>
    /// Sum of products by Einstein's notation: a letter names an axis, letters that are not in the result are summed over.
    /// <c>Einsum("ij,jk->ik", a, b)</c> is the matrix product, <c>"bij,bjk->bik"</c> a batch of them, <c>"i,j->ij"</c> an outer product,
    /// <c>"ij->ji"</c> a transpose, <c>"ij->"</c> the sum. Operands are contracted two at a time, from the left, each as one batched matrix product.
    /// </summary>
    /// <param name="notation">The axes of each operand, separated by commas, then <c>-></c> and those of the result. No letter twice in one operand.</param>
    /// <param name="operands">As many as the notation names.</param>
    /// <exception cref="ShapeException">The notation does not fit the operands, or the lengths of a letter differ.</exception>
    public static Tensor Einsum(string notation, params ReadOnlySpan<Tensor> operands)
    {
        var (inputs, output) = ParseEinsum(notation, operands);
        var (result, letters) = (operands[0], inputs[0]);
        for (int i = 1; i < operands.Length; i++)
        {
            string needed = string.Concat(inputs[(i + 1)..]) + output;
            (result, letters) = Contract(result, letters, operands[i], inputs[i], needed);
        }
        (result, letters) = SumAllBut(result, letters, output);
        return Permute(result, [.. output.Select(letter => letters.IndexOf(letter))]);
    }

    static (Tensor Result, string Letters) Contract(Tensor left, string leftLetters, Tensor right, string rightLetters, string needed)
    {
        (left, leftLetters) = SumAllBut(left, leftLetters, needed + rightLetters);
        (right, rightLetters) = SumAllBut(right, rightLetters, needed + leftLetters);
        string shared = Only(leftLetters, rightLetters.Contains);
        string batch = Only(shared, needed.Contains), summed = Only(shared, letter => !needed.Contains(letter));
        string rows = Only(leftLetters, letter => !shared.Contains(letter)), columns = Only(rightLetters, letter => !shared.Contains(letter));
        var product = MatMul(Matrices(left, leftLetters, batch, rows, summed), Matrices(right, rightLetters, batch, summed, columns));
        string letters = batch + rows + columns;
        var lengths = letters.Select(letter => leftLetters.Contains(letter) ? left.Shape[leftLetters.IndexOf(letter)] : right.Shape[rightLetters.IndexOf(letter)]);
        return (Reshape(product, [.. lengths]), letters);
    }

    /// <summary>A tensor as <c>[batch, rows, columns]</c>, each a group of its axes.</summary>
    static Tensor Matrices(Tensor x, string letters, params ReadOnlySpan<string> groups)
    {
        var lengths = new int[groups.Length];
        var order = new List<int>();
        for (int i = 0; i < groups.Length; i++)
        {
            lengths[i] = 1;
            foreach (char letter in groups[i])
            {
                order.Add(letters.IndexOf(letter));
                lengths[i] *= x.Shape[order[^1]];
            }
        }
        return Reshape(Permute(x, [.. order]), lengths);
    }

    static (Tensor Result, string Letters) SumAllBut(Tensor x, string letters, string kept)
    {
        int[] axes = [.. Enumerable.Range(0, letters.Length).Where(axis => !kept.Contains(letters[axis]))];
        return axes.Length == 0 ? (x, letters) : (Sum(x, axes), Only(letters, kept.Contains));
    }

    static string Only(string letters, Func<char, bool> condition) => string.Concat(letters.Where(condition));

    static (string[] Inputs, string Output) ParseEinsum(string notation, ReadOnlySpan<Tensor> operands)
    {
        ArgumentNullException.ThrowIfNull(notation);
        string[] sides = notation.Replace(" ", "").Split("->");
        string[] inputs = sides[0].Split(',');
        if (sides.Length != 2 || inputs.Length != operands.Length)
            throw new ShapeException($"Einsum: \"{notation}\" must name the axes of {operands.Length} operands, separated by commas, and after \"->\" those of the result.");
        var lengths = new Dictionary<char, int>();
        for (int i = 0; i < inputs.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(operands[i]);
            if (inputs[i].Length != operands[i].Rank || inputs[i].Distinct().Count() != inputs[i].Length || !inputs[i].All(char.IsAsciiLetter))
                throw new ShapeException($"Einsum: \"{inputs[i]}\" in \"{notation}\" must name each axis of operand {i}, {operands[i].Shape}, by a letter of its own.");
            for (int axis = 0; axis < inputs[i].Length; axis++)
                if (lengths.TryAdd(inputs[i][axis], operands[i].Shape[axis]) is false && lengths[inputs[i][axis]] != operands[i].Shape[axis])
                    throw new ShapeException(
                        $"Einsum: axis {inputs[i][axis]} of \"{notation}\" has length {lengths[inputs[i][axis]]} before and {operands[i].Shape[axis]} in operand {i}, {operands[i].Shape}.");
        }
        if (sides[1].Distinct().Count() != sides[1].Length || !sides[1].All(lengths.ContainsKey))
            throw new ShapeException($"Einsum: the result \"{sides[1]}\" of \"{notation}\" must name axes of the operands, each once.");
        return (inputs, sides[1]);
    }
}
