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
    /// alphabetical order. Operands are contracted two at a time, from the left, each as one batched matrix product.
    /// </summary>
    /// <param name="notation">The axes of each operand, separated by commas, then <c>-></c> and those of the result.</param>
    /// <param name="operands">As many as the notation names.</param>
    /// <exception cref="ShapeException">The notation does not fit the operands, or the lengths of a letter differ.</exception>
    public static Tensor Einsum(string notation, params ReadOnlySpan<Tensor> operands)
    {
        var parsed = EinsumNotation.Parse(notation, operands);
        var result = parsed.Operand(0, operands[0]);
        for (int i = 1; i < operands.Length; i++)
            result = result.Times(parsed.Operand(i, operands[i]), parsed.NeededAfter(i), parsed.Output);
        return result.Only(parsed.Output).InOrder(parsed.Output);
    }
}
