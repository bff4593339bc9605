namespace Autograd.Scan;

/// <summary>Classifies the values of a graph, and looks through operations that only rename a value.</summary>
sealed class StepForms
{
    readonly Layout[] layouts;
    readonly ValueKind[] kinds;
    readonly StepValue[] actual;
    readonly bool[] isTight;
    readonly RowAxes axes;
    readonly int batch;

    public StepForms(StepGraph graph)
    {
        layouts = new Layout[graph.Values.Length];
        kinds = new ValueKind[graph.Values.Length];
        actual = [.. graph.Values];
        isTight = new bool[graph.Values.Length];
        foreach (var joined in PaddedSums.Find(graph)) actual[joined.Number] = joined;
        batch = BatchOf(graph);
        axes = new RowAxes(actual, batch);
        foreach (var value in actual.ToArray()) Classify(value);
    }

    public int Batch => batch;

    public StepValue Actual(StepValue value) => actual[value.Number];

    public Layout LayoutOf(StepValue value) => layouts[Actual(value).Number];

    public ValueKind KindOf(StepValue value) => kinds[Actual(value).Number];

    /// <summary>The value of which another is a view, through views of views; itself where it is none.</summary>
    public StepValue WholeOf(StepValue value)
    {
        while (KindOf(value) == ValueKind.View) value = Actual(value.Operands[0]);
        return value;
    }

    /// <summary>Columns of a matrix; of anything else its elements.</summary>
    public int WidthOf(StepValue value)
    {
        value = Actual(value);
        return layouts[value.Number] == Layout.Matrix ? value.Shape.ElementCount / batch : value.Shape.ElementCount;
    }

    /// <summary>Whether an element of the value takes the time of tens of additions.</summary>
    public bool IsExpensive(StepValue value) => Actual(value).Operation is { Cost: OperationCost.Expensive };

    /// <summary>Whether a value's rows follow each other without fill, because an operation of its own works on them.</summary>
    public bool IsTight(StepValue value) => isTight[Actual(value).Number];

    /// <summary>
    /// The axes into which rows of some width are taken apart; the last is the columns of kernels. A single axis where rows are not taken
    /// apart.
    /// </summary>
    public int[] AxesOf(int width) => axes.Of(width);

    /// <summary>Whether a value is one number for each row.</summary>
    public bool IsOfRows(StepValue value) => LayoutOf(value) == Layout.Matrix && WidthOf(value) == 1;

    /// <summary>Whether an operand of a fused value is repeated along some axes within a row, though not along all.</summary>
    public bool IsSpread(StepValue operand, StepValue user)
    {
        if (LayoutOf(operand) == Layout.Scalar || operand.Shape.Equals(user.Shape)) return false;
        return !IsOfRows(operand) && !(LayoutOf(operand) == Layout.Vector && IsWholeRow(operand.Shape, user.Shape));
    }

    /// <summary>Whether a sum over axes is one over the last too.</summary>
    public bool IsSummedToTheEnd(StepValue sum) => sum.Form is OperationForm.AxisSum(var first, var count)
        && first + count == sum.Operands[0].Shape.Rank;

    /// <summary>Whether a fused value reads an operand where it lies in memory, not the number of the same row and column.</summary>
    public bool IsFromMemory(StepValue operand, StepValue user) => user.Form is OperationForm.Padding || IsSpread(operand, user);

    /// <summary>The value by arithmetic, from its operands' numbers.</summary>
    public static EmittedNumber Evaluate(StepValue value, ReadOnlySpan<EmittedNumber> operands)
    {
        return value.Form == OperationForm.Repetition ? operands[0] : ((ElementwiseOperation)value.Operation!).Value(operands);
    }

    // The rows of the input, or of the first state that has rows.
    static int BatchOf(StepGraph graph)
    {
        foreach (var node in graph.Program.Nodes.AsSpan(0, 1 + graph.Program.States))
            if (node.Shape.Rank >= 2)
                return node.Shape[0];
        return 1;
    }

    void Classify(StepValue value)
    {
        if (value.Role != Role.Computed)
        {
            layouts[value.Number] = value.Role switch
            {
                Role.Leaf or Role.Constant => SharedLayout(value.Shape),
                _ when HasRows(value.Shape) => Layout.Matrix,
                // A state may become what has rows; data of a step are what they are.
                Role.Sequence => SharedLayout(value.Shape),
                _ => Layout.Other,
            };
            return;
        }
        if (Renamed(value) is { } original)
        {
            actual[value.Number] = Actual(original);
            return;
        }
        kinds[value.Number] = Kind(value);
        layouts[value.Number] = kinds[value.Number] != ValueKind.Operation || HasRows(value.Shape) ? Layout.Matrix : Layout.Other;
        if (kinds[value.Number] == ValueKind.Rowwise)
            foreach (var tight in value.Operands.Select(Actual).Append(value)) isTight[tight.Number] = true;
        if (GradientProduct(value) is (var operands, > 1))
            foreach (var operand in operands) isTight[operand.Number] = true;
        if (kinds[value.Number] == ValueKind.Product && RowsInRow(value) > 1)
            isTight[value.Number] = isTight[Actual(value.Operands[0]).Number] = true;
    }

    /// <summary>
    /// For a product leftᵀ · right over all rows of the batch, and over the axes behind it but the last: the operands as matrices, and how
    /// many rows of the product are in one of theirs.
    /// </summary>
    public (StepValue[] Operands, int RowsInRow)? GradientProduct(StepValue value)
    {
        if (value.Form is not OperationForm.MatrixProduct { TransposesLeft: true, TransposesRight: false }
            || value.Operands[0].Shape.Rank != 2 || value.Operands[1].Shape.Rank != 2) return null;
        var operands = Array.ConvertAll(value.Operands, Unfolded);
        int rows = value.Operands[0].Shape[0];
        return rows > 0 && Array.TrueForAll(operands, operand => LayoutOf(operand) == Layout.Matrix) ? (operands, rows / batch) : null;
    }

    // Before its rows were taken apart.
    StepValue Unfolded(StepValue value)
    {
        value = Actual(value);
        while (value.Form == OperationForm.Renaming && LayoutOf(value) == Layout.Other) value = Actual(value.Operands[0]);
        return value;
    }

    ValueKind Kind(StepValue value)
    {
        if (IsRowSum(value)) return ValueKind.RowSum;
        if (IsGroupSum(value)) return ValueKind.GroupSum;
        if (IsProduct(value)) return ValueKind.Product;
        if (IsView(value)) return ValueKind.View;
        if (IsJoined(value)) return ValueKind.Joined;
        if (IsFused(value) || IsPadded(value)) return ValueKind.Fused;
        return RowsOf(value) is not null ? ValueKind.Rowwise : ValueKind.Operation;
    }

    // The same numbers in the same places, whatever the axes behind the batch.
    StepValue? Renamed(StepValue value)
    {
        if (value.Form == OperationForm.Identity) return value.Operands[0];
        bool isRenaming = value.Form == OperationForm.Renaming;
        if (!isRenaming && value.Form != OperationForm.Repetition && value.Form is not OperationForm.Padding) return null;
        var from = value.Operands[0];
        if (from.Shape.Equals(value.Shape)) return from;
        return isRenaming && LayoutOf(from) == Layout.Matrix && HasRows(from.Shape) && HasRows(value.Shape) ? from : null;
    }

    // Over whole rows, or over the columns into which rows of this width are taken apart.
    bool IsRowSum(StepValue value)
    {
        if (value.Form is not OperationForm.AxisSum(> 0 and var first, _) || !IsSummedToTheEnd(value)) return false;
        if (!HasRowsAsWritten(value.Operands[0])) return false;
        var shape = value.Operands[0].Shape;
        int[] rows = AxesOf(shape.ElementCount / batch);
        return first == 1 ? rows.Length == 1 : rows.Length > 1 && rows[^1] == shape.Product(first, shape.Rank);
    }

    // Over axes within rows. Where the last of them stays, a vector of columns goes to the same place from group to group; else the sum of
    // the columns does.
    bool IsGroupSum(StepValue value) =>
        value.Form is OperationForm.AxisSum(> 0 and var first, var count) && HasRowsAsWritten(value.Operands[0])
        && value.Operands[0].Shape is var shape && (IsSummedToTheEnd(value) || shape[^1] > 1) && HasRows(value.Shape)
        && axes.Fits(RowAxes.Summed(shape, first, count), shape);

    // Of a whole row, or of each of the rows into which the axes behind the batch take it apart.
    bool IsProduct(StepValue value) =>
        value.Form is OperationForm.MatrixProduct { TransposesLeft: false } && value.Operands[0].Shape.Rank >= 2
        && HasRowsAsWritten(value.Operands[0])
        && Actual(value.Operands[1]) is { Role: Role.Leaf } weight && weight.Shape.Rank == 2 && value.Operands[1].Shape.Rank == 2
        && value.Shape.ElementCount > 0 && weight.Shape.ElementCount > 0;

    bool IsView(StepValue value) =>
        value.Form is OperationForm.Part(1, _, > 0, 1) && HasRowsAsWritten(value.Operands[0])
        && Actual(value.Operands[0]).Role is not Role.Leaf;

    // In a batch of a single row, a value that all rows share may be a part too.
    bool IsJoined(StepValue value) => value.Form is OperationForm.Join(1)
        && Array.TrueForAll(value.Operands, operand => HasRows(operand.Shape) && LayoutOf(operand) != Layout.Other)
        && Array.Exists(value.Operands, HasRowsAsWritten);

    // The columns of another value with zeros beside them, where passes go through whole rows. One number for each row may be made by the
    // pass that uses it, and is not in memory then.
    bool IsPadded(StepValue value) => value.Form is OperationForm.Padding(1, _, 1, _) && HasRowsAsWritten(value.Operands[0])
        && WidthOf(value.Operands[0]) > 1 && AxesOf(value.Shape.ElementCount / batch).Length == 1;

    bool HasRowsAsWritten(StepValue operand) => LayoutOf(operand) == Layout.Matrix && HasRows(operand.Shape);

    bool IsFused(StepValue value)
    {
        bool isRepetition = value.Form == OperationForm.Repetition;
        if (!(isRepetition || value.Operation is ElementwiseOperation) || !HasRows(value.Shape)) return false;
        if (!Array.TrueForAll(value.Operands, operand => Fits(operand, value.Shape))) return false;
        // Whatever computes it in rows must have an operand with rows, or there would be nothing to say which rows.
        return isRepetition || Array.Exists(value.Operands, operand => LayoutOf(operand) == Layout.Matrix);
    }

    // As it is written, not as it is stored: a sum of rows [batch] broadcasts along columns, which only its column [batch, 1] does not.
    bool Fits(StepValue operand, Shape shape)
    {
        switch (LayoutOf(operand))
        {
            case Layout.Scalar: return true;
            case Layout.Vector:
                return shape.Rank > 1 && operand.Shape.Rank <= shape.Rank
                && (IsWholeRow(operand.Shape, shape) || axes.Fits(operand.Shape, shape));
            case Layout.Matrix:
                return operand.Shape.Rank == shape.Rank && HasRows(operand.Shape)
                    && (operand.Shape.Equals(shape) || operand.Shape.ElementCount == batch || axes.Fits(operand.Shape, shape));
            default: return false;
        }
    }

    static bool IsWholeRow(Shape operand, Shape shape) => Inner(operand.Lengths).SequenceEqual(Inner(shape.Lengths[1..]));

    /// <summary>Lengths without the ones that lead them: a row for all is the same with and without.</summary>
    public static ReadOnlySpan<int> Inner(ReadOnlySpan<int> lengths)
    {
        while (lengths is [1, ..]) lengths = lengths[1..];
        return lengths;
    }

    /// <summary>How many rows a product has in each row of the batch.</summary>
    public static int RowsInRow(StepValue product) => product.Operands[0].Shape.Product(1, product.Operands[0].Shape.Rank - 1);

    /// <summary>Which operands of an operation that can be computed by rows have one for each row; null where it cannot.</summary>
    public bool[]? RowsOf(StepValue value)
    {
        if (!HasRows(value.Shape) || value.Operands.Length == 0) return null;
        var shapes = Array.ConvertAll(value.Operands, operand => operand.Shape);
        var hasRows = new bool[shapes.Length];
        for (int i = 0; i < hasRows.Length; i++)
        {
            var operand = Actual(value.Operands[i]);
            if (operand.Role is Role.Leaf or Role.Constant) continue;
            if (!HasRowsAsWritten(value.Operands[i])) return null;
            hasRows[i] = true;
        }
        if (value.Operation!.IsRowwise(shapes, hasRows, value.Shape)) return hasRows.Contains(true) ? hasRows : null;
        // A leaf with a row for each sequence may stand for its rows.
        for (int i = 0; i < hasRows.Length; i++) hasRows[i] |= HasRowsAsWritten(value.Operands[i]);
        return value.Operation.IsRowwise(shapes, hasRows, value.Shape) ? hasRows : null;
    }

    Layout SharedLayout(Shape shape)
    {
        if (shape.ElementCount == 1) return Layout.Scalar;
        if (shape.Rank == 1 || (shape.Rank > 1 && shape[0] == 1)) return Layout.Vector;
        return HasRows(shape) ? Layout.Matrix : shape.ElementCount > 0 ? Layout.Vector : Layout.Other;
    }

    bool HasRows(Shape shape) => shape.Rank > 0 && shape[0] == batch && shape.ElementCount > 0;
}
