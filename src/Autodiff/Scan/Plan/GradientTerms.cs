namespace Autograd.Scan;

/// <summary>How what a step adds to the gradient of a leaf is added up.</summary>
enum GradientKind
{
    /// <summary>leftᵀ · right: one product over all rows of a chunk.</summary>
    Product,

    /// <summary>The sums of a matrix's columns; of all that lie a distance of the leaf's elements apart, where these are fewer.</summary>
    ColumnSum,

    /// <summary>A matrix with a row for each sequence.</summary>
    Rows,

    /// <summary>A tensor, as a whole.</summary>
    Tensor,
}

/// <summary>A term of the gradient of a leaf.</summary>
/// <param name="Kind">How it is added up.</param>
/// <param name="Operands">What it is made of.</param>
/// <param name="Leaf">Whose gradient.</param>
/// <param name="RowsInRow">For a product its rows in each row of the batch.</param>
sealed record GradientTerm(GradientKind Kind, StepValue[] Operands, int Leaf, int RowsInRow = 1);

/// <summary>Takes the gradients of leaves apart into terms that can be added up over steps.</summary>
sealed class GradientTerms(StepGraph graph, StepForms forms)
{
    readonly int[] uses = graph.Uses();
    readonly Dictionary<int, StepValue> leaves = graph.Values.Where(value => value.Role == Role.Leaf).ToDictionary(value => value.Index);

    /// <summary>All terms, in the order of the leaves.</summary>
    public List<GradientTerm> All()
    {
        var terms = new List<GradientTerm>();
        for (int leaf = 0; leaf < graph.LeafGradients.Length; leaf++)
            if (graph.LeafGradients[leaf] is { } gradient)
                AddTerms(gradient, leaf, terms);
        return terms;
    }

    void AddTerms(StepValue gradient, int leaf, List<GradientTerm> terms)
    {
        var open = new Stack<StepValue>([gradient]);
        while (open.TryPop(out var value))
        {
            // The same numbers in the same order, whatever the shape.
            while (value.Form == OperationForm.Renaming) value = value.Operands[0];
            value = forms.Actual(value);
            // A sum that is used elsewhere too is a term of its own, or there would be as many terms as there are ways to them.
            bool isSum = value.IsBackward && value.Form == OperationForm.Addition && uses[value.Number] == 1
                && Array.TrueForAll(value.Operands, operand => operand.Shape.Equals(value.Shape));
            if (!isSum) terms.Add(TermOf(value, leaf));
            else for (int i = value.Operands.Length - 1; i >= 0; i--) open.Push(value.Operands[i]);
        }
    }

    GradientTerm TermOf(StepValue value, int leaf)
    {
        if (forms.GradientProduct(value) is var (factors, rows)) return new GradientTerm(GradientKind.Product, factors, leaf, rows);
        if (value is { Form: OperationForm.AxisSum(0, _), Operands: [var summed] } && forms.LayoutOf(summed) == Layout.Matrix
            && summed.Shape[0] == forms.Batch)
            return new GradientTerm(GradientKind.ColumnSum, [forms.Actual(summed)], leaf);
        if (forms.LayoutOf(value) == Layout.Matrix && value.Shape.Rank >= 2)
        {
            var layout = forms.LayoutOf(leaves[leaf]);
            // One row is its own sum.
            if (layout is Layout.Vector or Layout.Scalar) return new GradientTerm(GradientKind.ColumnSum, [value], leaf);
            if (layout == Layout.Matrix) return new GradientTerm(GradientKind.Rows, [value], leaf);
        }
        return new GradientTerm(GradientKind.Tensor, [value], leaf);
    }
}
