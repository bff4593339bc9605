namespace Autograd.Scan;

/// <summary>How a value is laid out over the rows and columns of the scan.</summary>
internal enum Form
{
    /// <summary>A row for each sequence: <c>[batch, n]</c>, or <c>[batch]</c> for sums of rows.</summary>
    Matrix,

    /// <summary>One row that all sequences share: <c>[n]</c> or <c>[1, n]</c>.</summary>
    Vector,

    /// <summary>One number.</summary>
    Scalar,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>How a value is computed.</summary>
internal enum ValueKind
{
    /// <summary>It is given.</summary>
    Given,

    /// <summary>By arithmetic on corresponding elements: part of a fused pass.</summary>
    Fused,

    /// <summary>As the sums of rows: part of a fused pass.</summary>
    RowSum,

    /// <summary>As a product with a leaf.</summary>
    Product,

    /// <summary>As some columns of another value: nothing is computed.</summary>
    View,

    /// <summary>As several values side by side: each is written into its columns.</summary>
    Joined,

    /// <summary>By its operation's own code.</summary>
    Operation,
}

/// <summary>Classifies the values of a graph, and looks through operations that only rename a value.</summary>
internal sealed class StepForms
{
    readonly Form[] forms;
    readonly ValueKind[] kinds;
    readonly StepValue[] actual;
    readonly int batch;
    readonly bool isSingle;

    public StepForms(StepGraph graph)
    {
        isSingle = graph.Program.ElementType == ElementType.Float32;
        forms = new Form[graph.Values.Length];
        kinds = new ValueKind[graph.Values.Length];
        actual = [.. graph.Values];
        foreach (var joined in PaddedSums.Find(graph)) actual[joined.Number] = joined;
        batch = BatchOf(graph);
        foreach (var value in actual.ToArray()) Classify(value);
    }

    public int Batch => batch;

    public StepValue Actual(StepValue value) => actual[value.Number];

    public Form FormOf(StepValue value) => forms[Actual(value).Number];

    public ValueKind KindOf(StepValue value) => kinds[Actual(value).Number];

    /// <summary>Columns of a matrix; of anything else its elements.</summary>
    public int WidthOf(StepValue value)
    {
        value = Actual(value);
        return forms[value.Number] == Form.Matrix ? value.Shape.Rank == 2 ? value.Shape[1] : 1 : value.Shape.ElementCount;
    }

    /// <summary>Whether an element of the value takes the time of tens of additions.</summary>
    public bool IsExpensive(StepValue value) => Actual(value).Operation is { Cost: OperationCost.Expensive };

    /// <summary>The value by arithmetic, from its operands' numbers.</summary>
    public static EmittedNumber Evaluate(StepValue value, ReadOnlySpan<EmittedNumber> operands)
    {
        return value.Operation is BroadcastToOperation ? operands[0] : ((ElementwiseOperation)value.Operation!).Value(operands);
    }

    // The rows of the input, or of the first state that has rows.
    static int BatchOf(StepGraph graph)
    {
        foreach (var node in graph.Program.Nodes.AsSpan(0, 1 + graph.Program.States))
            if (node.Shape.Rank == 2)
                return node.Shape[0];
        return 1;
    }

    void Classify(StepValue value)
    {
        if (value.Role != Role.Computed)
        {
            forms[value.Number] = value.Role switch
            {
                Role.Leaf or Role.Constant => SharedForm(value.Shape),
                _ when HasRows(value.Shape) => Form.Matrix,
                // A state may become what has rows; data of a step are what they are.
                Role.Sequence => SharedForm(value.Shape),
                _ => Form.Other,
            };
            return;
        }
        if (Renamed(value) is { } original)
        {
            actual[value.Number] = Actual(original);
            return;
        }
        kinds[value.Number] = Kind(value);
        bool isRows = kinds[value.Number] switch
        {
            ValueKind.Fused or ValueKind.RowSum or ValueKind.Product or ValueKind.View or ValueKind.Joined => true,
            _ => IsMatrix(value.Shape),
        };
        forms[value.Number] = isRows ? Form.Matrix : Form.Other;
    }

    ValueKind Kind(StepValue value)
    {
        if (IsRowSum(value)) return ValueKind.RowSum;
        if (IsProduct(value)) return ValueKind.Product;
        if (IsView(value)) return ValueKind.View;
        if (IsJoined(value)) return ValueKind.Joined;
        return IsFused(value) ? ValueKind.Fused : ValueKind.Operation;
    }

    // A sum of rows [batch] and its column [batch, 1] are the same numbers in the same places.
    StepValue? Renamed(StepValue value)
    {
        if (value.Operation is StopGradientOperation) return value.Operands[0];
        if (value.Operation is not (ReshapeOperation or BroadcastToOperation)) return null;
        var from = value.Operands[0];
        if (from.Shape.Equals(value.Shape)) return from;
        bool isColumn = value.Operation is ReshapeOperation && FormOf(from) == Form.Matrix && WidthOf(from) == 1 && value.Shape.ElementCount == batch
            && value.Shape.Rank is 1 or 2 && value.Shape[0] == batch && KindOf(from) is ValueKind.RowSum or ValueKind.Fused;
        return isColumn ? from : null;
    }

    bool IsRowSum(StepValue value) =>
        value.Operation is SumOperation { Axes: (1, 1) } && value.Operands[0].Shape.Rank == 2 && FormOf(value.Operands[0]) == Form.Matrix && WidthOf(value.Operands[0]) > 0;

    bool IsProduct(StepValue value) =>
        value.Operation is MatMulOperation { TransposesLeft: false } && value.Operands[0].Shape.Rank == 2 && FormOf(value.Operands[0]) == Form.Matrix
        && Actual(value.Operands[1]) is { Role: Role.Leaf } weight && weight.Shape.Rank == 2 && value.Operands[1].Shape.Rank == 2
        && value.Shape.ElementCount > 0 && weight.Shape.ElementCount > 0;

    // Whole vectors, or a pass would read or write its neighbours' columns.
    bool IsWhole(int width) => width > 0 && KernelCompiler.Padded(width, isSingle) == width;

    bool IsView(StepValue value) =>
        value.Operation is SliceOperation { Range: (1, _, var length, 1) } && IsWhole(length) && value.Operands[0].Shape.Rank == 2 && FormOf(value.Operands[0]) == Form.Matrix
        && Actual(value.Operands[0]).Role is not Role.Leaf;

    bool IsJoined(StepValue value) =>
        value.Operation is ConcatenateOperation { Axis: 1 }
        && Array.TrueForAll(value.Operands, part => part.Shape.Rank == 2 && FormOf(part) == Form.Matrix && WidthOf(part) > 0)
        && Array.TrueForAll(value.Operands[..^1], part => IsWhole(WidthOf(part)));

    bool IsFused(StepValue value)
    {
        if (value.Operation is not (ElementwiseOperation or BroadcastToOperation) || value.Shape.ElementCount == 0) return false;
        bool isRow = value.Shape.Rank == 1 && value.Shape[0] == batch;
        if (!isRow && !IsMatrix(value.Shape)) return false;
        int width = isRow ? 1 : value.Shape[1];
        if (!Array.TrueForAll(value.Operands, operand => Fits(operand, width, isRow))) return false;
        // Whatever computes it in rows must have an operand with rows, or there would be nothing to say which rows.
        return value.Operation is BroadcastToOperation || Array.Exists(value.Operands, operand => FormOf(operand) == Form.Matrix);
    }

    // As it is written, not as it is stored: a sum of rows [batch] broadcasts along columns, which only its column [batch, 1] does not.
    bool Fits(StepValue operand, int width, bool isRow)
    {
        switch (FormOf(operand))
        {
            case Form.Scalar: return true;
            case Form.Vector: return !isRow && WidthOf(operand) == width;
            case Form.Matrix when isRow: return operand.Shape.Rank == 1;
            case Form.Matrix: return operand.Shape.Rank == 2 && operand.Shape[0] == batch && (operand.Shape[1] == width || operand.Shape[1] == 1);
            default: return false;
        }
    }

    Form SharedForm(Shape shape)
    {
        if (shape.ElementCount == 1) return Form.Scalar;
        if (shape.Rank == 1 || (shape.Rank == 2 && shape[0] == 1)) return Form.Vector;
        return IsMatrix(shape) ? Form.Matrix : Form.Other;
    }

    // A number for each sequence is a matrix of one column, as sums of rows are.
    bool HasRows(Shape shape) => IsMatrix(shape) || (shape.Rank == 1 && shape[0] == batch);

    bool IsMatrix(Shape shape) => shape.Rank == 2 && shape[0] == batch && shape.ElementCount > 0;
}
