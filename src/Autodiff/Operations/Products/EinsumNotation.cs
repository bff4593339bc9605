namespace Autograd.Operations;

/// <summary>Einstein's notation for some operands: a letter for each axis, also for those behind an ellipsis.</summary>
sealed class EinsumNotation
{
    const string Ellipsis = "...";

    // Letters for the axes of an ellipsis, aligned at the last: none that a notation can contain.
    const char FirstOfEllipsis = '\uE000', LastOfEllipsis = '\uF8FF';

    readonly string notation;
    readonly string[] inputs;
    readonly Dictionary<char, int> lengths = [];

    EinsumNotation(string notation, string[] inputs, ReadOnlySpan<Tensor> operands)
    {
        this.notation = notation;
        this.inputs = inputs;
        for (int i = 0; i < inputs.Length; i++) inputs[i] = Expand(i, operands[i].Shape);
        for (int i = 0; i < inputs.Length; i++)
            for (int axis = 0; axis < inputs[i].Length; axis++)
                AddLength(i, inputs[i][axis], operands[i].Shape, axis);
    }

    /// <summary>The letters of the result.</summary>
    public string Output { get; private set; } = "";

    public static EinsumNotation Parse(string notation, ReadOnlySpan<Tensor> operands)
    {
        ArgumentNullException.ThrowIfNull(notation);
        foreach (var operand in operands) ArgumentNullException.ThrowIfNull(operand);
        string[] sides = notation.Replace(" ", "", StringComparison.Ordinal).Split("->");
        string[] inputs = sides[0].Split(',');
        if (sides.Length > 2 || inputs.Length != operands.Length)
            throw new ShapeException(
                $"Einsum: \"{notation}\" must name the axes of {operands.Length} operands, separated by commas, and after \"->\" those "
                + "of the result.");
        var parsed = new EinsumNotation(notation, inputs, operands);
        parsed.Output = sides.Length == 2 ? parsed.Expand(sides[1]) : parsed.Implicit();
        return parsed;
    }

    /// <summary>Letters that are needed after an operand has been multiplied.</summary>
    public string NeededAfter(int operand) => string.Concat(inputs[(operand + 1)..]) + Output;

    /// <summary>The shape of the result where a letter that is summed over has the length 0; null where none has.</summary>
    public Shape? ShapeOfNoTerms() => lengths.Any(letter => letter.Value == 0 && !Output.Contains(letter.Key))
        ? Shape.Create([.. Output.Select(letter => lengths[letter])])
        : null;

    /// <summary>
    /// An operand with a letter of its own for each axis. Axes of length 1 behind an ellipsis are left out where others are longer.
    /// </summary>
    public EinsumOperand Operand(int number, Tensor value)
    {
        string letters = inputs[number];
        for (int axis = letters.Length - 1; axis >= 0; axis--)
        {
            if (value.Shape[axis] == lengths[letters[axis]]) continue;
            letters = letters.Remove(axis, 1);
            value = Functions.Reshape(value, [.. value.Shape.Lengths[..axis], .. value.Shape.Lengths[(axis + 1)..]]);
        }
        return new EinsumOperand(value, letters).Diagonal();
    }

    static bool IsOfEllipsis(char letter) => letter >= FirstOfEllipsis;

    static string EllipsisOf(int rank) => string.Concat(Enumerable.Range(1, rank).Select(i => (char)(LastOfEllipsis - rank + i)));

    string Expand(int number, Shape shape)
    {
        string letters = inputs[number], plain = letters.Replace(Ellipsis, "", StringComparison.Ordinal);
        int inEllipsis = shape.Rank - plain.Length;
        bool fits = letters.Length == plain.Length ? inEllipsis == 0 : letters.Length == plain.Length + Ellipsis.Length && inEllipsis >= 0;
        if (!fits || !plain.All(char.IsAsciiLetter))
            throw new ShapeException(
                $"Einsum: \"{letters}\" in \"{notation}\" must name each axis of operand {number}, {shape}, by a letter, or some by one "
                + "\"...\".");
        return letters.Replace(Ellipsis, EllipsisOf(inEllipsis), StringComparison.Ordinal);
    }

    string Expand(string output)
    {
        string plain = output.Replace(Ellipsis, "", StringComparison.Ordinal);
        bool fits = output.Length == plain.Length || output.Length == plain.Length + Ellipsis.Length;
        if (!fits || plain.Distinct().Count() != plain.Length
            || !plain.All(letter => char.IsAsciiLetter(letter) && lengths.ContainsKey(letter)))
            throw new ShapeException($"Einsum: the result \"{output}\" of \"{notation}\" must name axes of the operands, each once.");
        return output.Replace(Ellipsis, EllipsisOf(lengths.Keys.Count(IsOfEllipsis)), StringComparison.Ordinal);
    }

    string Implicit()
    {
        var once = string.Concat(inputs).Where(letter => !IsOfEllipsis(letter)).GroupBy(letter => letter).Where(group => group.Count() == 1)
            .Select(group => group.Key);
        return EllipsisOf(lengths.Keys.Count(IsOfEllipsis)) + string.Concat(once.Order());
    }

    void AddLength(int number, char letter, Shape shape, int axis)
    {
        int length = shape[axis];
        if (lengths.TryAdd(letter, length) || lengths[letter] == length || (IsOfEllipsis(letter) && length == 1)) return;
        if (IsOfEllipsis(letter) && lengths[letter] == 1) lengths[letter] = length;
        else
            throw new ShapeException(
                $"Einsum: axis {(IsOfEllipsis(letter) ? Ellipsis : letter)} of \"{notation}\" has length {lengths[letter]} before and "
                + $"{length} in operand {number}, {shape}.");
    }
}
