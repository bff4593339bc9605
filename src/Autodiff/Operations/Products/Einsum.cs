namespace Autograd;

public static partial class Functions
{
    /// <summary>
    /// Sum of products by Einstein's notation: a letter names an axis, letters that are not in the result are summed over.
    /// <c>Einsum("ij,jk->ik", a, b)</c> is the matrix product, <c>"bij,bjk->bik"</c> a batch of them, <c>"i,j->ij"</c> an outer product,
    /// <c>"ij->ji"</c> a transpose, <c>"ij->"</c> the sum. A letter twice in one operand is its diagonal: <c>"ii->i"</c>, and <c>"ii->"</c>
    /// the trace.
    /// <c>...</c> stands for any leading or inner axes, aligned at the last and broadcast:
    /// <c>"...ij,...jk->...ik"</c>. Without <c>-></c> the result has the axes of <c>...</c> and then the letters that occur once, in
    /// alphabetical order. Operands are contracted two at a time, from the left, each as one batched matrix product. Where a letter that is
    /// summed over has the length 0, the sums have no terms: they are 0, whatever the other operands are.
    /// </summary>
    /// <param name="notation">The axes of each operand, separated by commas, then <c>-></c> and those of the result.</param>
    /// <param name="operands">As many as the notation names.</param>
    /// <exception cref="ShapeException">The notation does not fit the operands, or the lengths of a letter differ.</exception>
    public static Tensor Einsum(string notation, params ReadOnlySpan<Tensor> operands)
    {
        var parsed = EinsumNotation.Parse(notation, operands);
        if (operands.Length > 1 && parsed.ShapeOfNoTerms() is { } shape) return NoTerms(operands, shape);
        var result = parsed.Operand(0, operands[0]);
        for (int i = 1; i < operands.Length; i++)
            result = result.Times(parsed.Operand(i, operands[i]), parsed.NeededAfter(i), parsed.Output);
        return result.Only(parsed.Output).InOrder(parsed.Output);
    }

    // A sum of no terms depends on its operands, by nothing: sums of factors, which are multiplied elsewhere, would take 0 · ∞ for a term.
    static Tensor NoTerms(ReadOnlySpan<Tensor> operands, Shape shape)
    {
        var sum = Nothing(operands[0]);
        foreach (var operand in operands[1..]) sum += Nothing(operand);
        return BroadcastTo(sum, shape);

        static Tensor Nothing(Tensor x) => Sum(Slice(Reshape(x, x.Shape.ElementCount), 0, 0, 0));
    }
}
