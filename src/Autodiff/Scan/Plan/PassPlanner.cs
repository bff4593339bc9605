namespace Autograd.Scan;

/// <summary>
/// Plans one stage: decides where its values lie and what is done in which order. From the last level to the first, so that what a later
/// action reads is known when the pass that writes it is put together.
/// </summary>
sealed partial class PassPlanner
{
    readonly ScanMemory memory;
    readonly StepForms forms;
    readonly PassValues values;
    readonly ScanStage stage;
    readonly Func<StepValue, bool> isRecomputed;
    readonly Dictionary<StepValue, BufferSlice> slices = [];
    readonly PassWrites writes;
    readonly List<ScanAction> actions = [];
    readonly HashSet<(StepValue Value, int Level)> copied = [];
    readonly List<(StepValue Value, BufferSlice Slice)> stores = [];
    readonly Dictionary<StepValue, int> storeCounts = [];
    readonly List<(StepValue Value, int Leaf)> added = [];
    readonly HashSet<StepValue> addedValues = [];
    readonly Dictionary<BufferSlice, (BufferSlice To, int Level)> rowCopies = [];

    /// <param name="memory">Buffers and places of the plan.</param>
    /// <param name="values">The values of the stage.</param>
    /// <param name="stage">The stage to fill.</param>
    /// <param name="isRecomputed">Whether a value that is not computed in this stage is recomputed wherever it is used.</param>
    public PassPlanner(ScanMemory memory, PassValues values, ScanStage stage, Func<StepValue, bool> isRecomputed)
    {
        this.memory = memory;
        this.values = values;
        this.stage = stage;
        this.isRecomputed = isRecomputed;
        forms = memory.Forms;
        writes = new PassWrites(LevelOf);
    }

    /// <summary>A value goes to a place; the first place is where the pass itself finds it.</summary>
    public void Store(StepValue value, BufferSlice slice)
    {
        value = forms.Actual(value);
        stores.Add((value, slice));
        storeCounts[value] = storeCounts.GetValueOrDefault(value) + 1;
    }

    /// <summary>Adds a value's elements over all rows to sums.</summary>
    public void SumColumns(StepValue value, BufferSlice sums) =>
        writes.Add(new PassWrite(KernelWrite.ColumnSum, forms.Actual(value), sums));

    /// <summary>Adds a value to a matrix.</summary>
    public void Accumulate(StepValue value, BufferSlice matrix) =>
        writes.Add(new PassWrite(KernelWrite.Accumulate, forms.Actual(value), matrix));

    /// <summary>Adds a value's tensor to the gradient of a leaf.</summary>
    public void AddTensor(StepValue value, int leaf)
    {
        added.Add((forms.Actual(value), leaf));
        addedValues.Add(forms.Actual(value));
    }

    /// <summary>Puts the left operands of one sum side by side, so that their products are one.</summary>
    public void JoinLefts(ProductSum sum, bool forChunk)
    {
        var lefts = sum.Products.Select(product => forms.Actual(product.Operands[0])).Distinct().ToArray();
        if (lefts.Length < 2 || sum.RowsInRow > 1
            || !Array.TrueForAll(lefts, left => values.IsScheduled(left) && forms.KindOf(left) == ValueKind.Fused
            && !slices.ContainsKey(left) && !IsStored(left))) return;
        var joined = memory.Joined(forChunk ? BufferKind.Chunk : Temporary, lefts);
        for (int i = 0; i < lefts.Length; i++) Put(lefts[i], joined[i]);
    }

    /// <summary>A place whose rows of a whole chunk follow each other, for products over all of them.</summary>
    public BufferSlice ForChunk(StepValue value)
    {
        value = forms.Actual(value);
        if (slices.TryGetValue(value, out var slice) && IsForChunk(value, slice)) return slice;
        if (slice is null && GivenSlice(value) is { } given && IsForChunk(value, given)) return given;
        var chunk = memory.Matrix(BufferKind.Chunk, forms.WidthOf(value), value);
        if (slice is null && values.IsScheduled(value) && forms.KindOf(value) is ValueKind.Fused) Put(value, chunk);
        else Store(value, chunk);
        return chunk;
    }

    bool IsForChunk(StepValue value, BufferSlice slice) => HasBlockPerStep(slice) && (!forms.IsTight(value) || slice.IsTensor);

    public void Build()
    {
        FormInPlace();
        values.AssignLevels();
        AssignStores();
        AssignSums();
        values.Delay(IsNeededInMemory);
        foreach (var (value, leaf) in added) AddLast(value, leaf);
        foreach (var sum in values.Sums) BuildProducts(sum);
        JoinProducts();
        // What a level reads is written by levels below it, at the latest.
        var operations = values.Ordered.Where(value => forms.KindOf(value) is ValueKind.Operation or ValueKind.Rowwise)
            .ToLookup(values.Level);
        writes.SortByLevel();
        int last = Math.Max(writes.LastLevel, 1);
        foreach (var value in values.Ordered) last = Math.Max(last, values.Level(value) + 1);
        for (int level = last; level >= 0; level--)
        {
            foreach (var value in operations[level]) BuildOperation(value, level);
            BuildKernels(level);
        }
        foreach (var (from, (to, level)) in rowCopies) actions.Add(new CopyRowsAction(level, from, to));
        stage.Actions = [.. actions.OrderBy(action => action.Level).ThenBy(Rank)];
    }

    // Within a level: what fills, then what computes, then what hands on.
    static int Rank(ScanAction action) => action switch
    {
        CopyRowsAction or ClearAction => 0,
        CopyAction { ToTensor: true } => 1,
        OperationAction or RowwiseAction or ProductAction or KernelAction => 2,
        CopyAction => 3,
        _ => 4,
    };

    // Where all rows of a chunk are worked on at once, a value has a block for each step.
    BufferKind Temporary => stage.IsWide ? BufferKind.Chunk : BufferKind.Step;

    static bool HasBlockPerStep(BufferSlice slice) => slice.Buffer.Kind is BufferKind.Chunk or BufferKind.Trajectory or BufferKind.External;

    // Also where it is summed: that belongs to the pass in which it is made.
    bool IsNeededInMemory(StepValue value) =>
        slices.ContainsKey(value) || IsStored(value) || writes.Has(value) || addedValues.Contains(value);

    bool IsStored(StepValue value) => storeCounts.ContainsKey(value);

    bool IsTensor(StepValue value) => value.Role is Role.Leaf or Role.Constant
        || (values.IsScheduled(value) && forms.KindOf(value) == ValueKind.Operation);

    void Put(StepValue value, BufferSlice slice)
    {
        slices.Add(value, slice);
        AddWrite(value, slice);
    }

    // How a value gets to a place depends on what makes it.
    void AddWrite(StepValue value, BufferSlice slice)
    {
        if (values.IsScheduled(value) && forms.KindOf(value) == ValueKind.Joined)
        {
            WriteParts(value, slice);
            return;
        }
        // The first place of a row sum is where it is formed; from there it is copied.
        bool isFormed = values.IsScheduled(value) && slices.GetValueOrDefault(value) == slice;
        if (isFormed && forms.KindOf(value) == ValueKind.Rowwise) return;
        if (isFormed && forms.KindOf(value) == ValueKind.RowSum)
            writes.Add(new PassWrite(KernelWrite.RowSum, values.OperandsOf(value).First(), slice));
        else if (isFormed && forms.KindOf(value) == ValueKind.GroupSum)
            writes.Add(new PassWrite(
                forms.IsSummedToTheEnd(value) ? KernelWrite.RowSumAdd : KernelWrite.Accumulate, values.OperandsOf(value).First(), slice,
                Sum: value));
        else if (forms.LayoutOf(value) == Layout.Other || IsOneRow(value, slice)
            || (values.IsScheduled(value) && forms.KindOf(value) == ValueKind.Operation)) FromTensor(value, slice);
        else writes.Add(new PassWrite(KernelWrite.Store, value, slice));
    }

    // A fused pass writes a row for each sequence; the place of a vector has one.
    bool IsOneRow(StepValue value, BufferSlice slice) => forms.LayoutOf(value) is Layout.Vector or Layout.Scalar
        && slice.Buffer.Block == value.Shape.ElementCount;

    // Each part goes to its columns.
    void WriteParts(StepValue joined, BufferSlice slice)
    {
        int column = slice.Column;
        foreach (var part in values.OperandsOf(joined))
        {
            var columns = slice with { Column = column, Width = forms.WidthOf(part), IsPart = true };
            if (values.IsScheduled(part) && forms.KindOf(part) == ValueKind.Fused && !slices.ContainsKey(part)
                && values.SumOf(part) is not { HoldsRoot: true }) Put(part, columns);
            else AddWrite(part, columns);
            column += forms.WidthOf(part);
        }
    }

    // Where a value lies that this pass does not make; a view lies where the value that it is part of does.
    BufferSlice? GivenSlice(StepValue value)
    {
        if (forms.KindOf(value) != ValueKind.View) return values.IsScheduled(value) ? null : memory.SliceOf(value);
        var whole = forms.Actual(value.Operands[0]);
        return (slices.GetValueOrDefault(whole) ?? GivenSlice(whole)) is { } slice ? ViewOf(value, slice) : null;
    }

    BufferSlice ViewOf(StepValue value, BufferSlice whole) =>
        whole with
        {
            Column = whole.Column + ((OperationForm.Part)value.Form!).Start
            * value.Operands[0].Shape.Product(2, value.Operands[0].Shape.Rank),
            Width = forms.WidthOf(value)
        };

    void FromTensor(StepValue value, BufferSlice slice)
    {
        int level = values.IsScheduled(value) ? values.Level(value) : 1;
        stage.Unsplittable ??= $"a value {value.Shape} is copied as a whole";
        actions.Add(new CopyAction(level, value, slice, ToTensor: false));
        if (!IsTensor(value)) actions.Add(new CopyAction(level, value, GivenSlice(value)!, ToTensor: true));
    }

    void ToTensor(StepValue value, int level)
    {
        if (copied.Add((value, level))) actions.Add(new CopyAction(level, value, Demand(value), ToTensor: true));
    }

    void AddLast(StepValue value, int leaf)
    {
        int level = values.IsScheduled(value) ? values.Level(value) + 1 : 1;
        actions.Add(new AddAction(level, value, leaf));
        stage.Unsplittable ??= $"the gradient {value.Shape} of a leaf is added up as a whole";
        if (!IsTensor(value)) ToTensor(value, level);
    }

    /// <summary>Where an action finds a value, which is then written there.</summary>
    BufferSlice Demand(StepValue value)
    {
        if (slices.TryGetValue(value, out var slice)) return slice;
        if (forms.KindOf(value) == ValueKind.View) return ViewOf(value, Demand(forms.Actual(value.Operands[0])));
        if (values.SumOf(value) is { Slice: { } summed } sum && (sum.HoldsRoot || sum.Rest.Length == 0)) return summed;
        if (!values.IsScheduled(value) && memory.SliceOf(value) is { } given) return given;
        slice = memory.Like(Temporary, value);
        Put(value, slice);
        return slice;
    }

    // A sum that only goes to one place is formed there. Levels depend on it, so this comes first.
    void FormInPlace()
    {
        foreach (var (value, slice) in stores)
        {
            if (values.SumOf(value) is not { Slice: null } sum || values.UsersOf(value).Count > 0 || storeCounts[value] > 1
                || writes.Has(value) || addedValues.Contains(value)
                || (sum.RowsInRow > 1 && !slice.IsTensor)
                || (!HasBlockPerStep(slice) && Array.Exists(sum.Products, product => values.IsHoisted(sum, product))))
                continue;
            sum.Slice = slice;
            sum.HoldsRoot = true;
        }
    }

    void AssignStores()
    {
        foreach (var (value, slice) in stores)
        {
            if (values.SumOf(value) is { HoldsRoot: true } sum && sum.Slice == slice) continue;
            if (values.IsScheduled(value) && !slices.ContainsKey(value) && CanBeMadeAt(value, slice)) Put(value, slice);
            else AddWrite(value, slice);
        }
        foreach (var sum in values.Sums)
            if (sum is { HoldsRoot: true, Rest.Length: > 0 })
                writes.Add(new PassWrite(KernelWrite.Store, sum.Root, sum.Slice!, sum));
    }

    bool CanBeMadeAt(StepValue value, BufferSlice slice) => forms.KindOf(value) switch
    {
        ValueKind.Product or ValueKind.View => false,
        ValueKind.Rowwise => slice.IsTensor,
        _ => true,
    };

    // Sums that share a left operand lie side by side, so that their products are one.
    void AssignSums()
    {
        var open = values.Sums.Where(sum => sum.Slice is null).OrderBy(sum => sum.Root.Number).ToArray();
        var byLeft = open.SelectMany(sum => Lefts(sum).Distinct().Select(left => new { left, sum }))
            .ToLookup(pair => pair.left, pair => pair.sum);
        var grouped = new HashSet<ProductSum>();
        foreach (var first in open)
        {
            if (!grouped.Add(first)) continue;
            var group = new List<ProductSum> { first };
            for (int i = 0; i < group.Count; i++)
                foreach (var left in Lefts(group[i]))
                    group.AddRange(byLeft[left].Where(grouped.Add));
            bool isHoisted = group.Exists(sum => Array.Exists(sum.Products, product => values.TermLevel(sum, product) == 0));
            AssignSums([.. group.OrderBy(sum => sum.Root.Number)], isHoisted ? BufferKind.Chunk : Temporary);
        }
    }

    // What fills rows that are taken apart has a place without fill.
    void AssignSums(ProductSum[] group, BufferKind kind)
    {
        foreach (var sum in group)
            if (sum.RowsInRow > 1) sum.Slice = memory.TightRows(kind, forms.WidthOf(sum.Root), sum.Root.Name);
        var whole = Array.FindAll(group, sum => sum.RowsInRow == 1);
        var joined = memory.Joined(kind, Array.ConvertAll(whole, sum => sum.Root));
        for (int i = 0; i < joined.Length; i++) whole[i].Slice = joined[i];
    }

    IEnumerable<StepValue> Lefts(ProductSum sum) => sum.Products.Select(product => forms.Actual(product.Operands[0]));

    void BuildOperation(StepValue value, int level)
    {
        if (forms.KindOf(value) == ValueKind.Rowwise)
        {
            BuildRowwise(value, level);
            return;
        }
        var operands = values.OperandsOf(value).ToArray();
        foreach (var operand in operands)
            if (!IsTensor(operand))
                ToTensor(operand, level);
        actions.Add(new OperationAction(level, value, operands));
        stage.Unsplittable ??= $"{value.Operation!.Name} {value.Shape} runs as an operation of its own";
    }

    int LevelOf(PassWrite write)
    {
        var value = write.Value;
        int width = forms.WidthOf(value);
        if (write.RestOf is { } sum) return values.Fused(sum.Rest, width);
        if (write.Write == KernelWrite.RowSum) return values.Fused([value], width);
        bool isMadeHere = values.IsScheduled(value) && forms.KindOf(value) == ValueKind.Fused
            && values.SumOf(value) is not { HoldsRoot: true };
        return isMadeHere ? values.Level(value) : values.Fused([value], width);
    }

    void BuildRowwise(StepValue value, int level)
    {
        var operands = values.OperandsOf(value).ToArray();
        var slices =
            Array.ConvertAll(operands, operand => operand.Role is Role.Leaf or Role.Constant ? null : OfTensor(Demand(operand), level));
        actions.Add(new RowwiseAction(level, value, operands, forms.RowsOf(value)!, slices, Demand(value)));
    }

    // A single row has no gaps.
    BufferSlice OfTensor(BufferSlice slice, int level) =>
        !stage.IsWide && memory.Plan.Batch == 1 ? slice : WithoutGaps(slice, level);

    // What lies beside other values, or in rows with fill, is copied, once, before it is first used.
    BufferSlice WithoutGaps(BufferSlice slice, int level)
    {
        if (slice.IsTensor) return slice;
        var to = rowCopies.TryGetValue(slice, out var copy) ? copy.To : memory.TightRows(Temporary, slice.Width, "rows");
        rowCopies[slice] = (to, copy.To is null ? level : Math.Min(level, copy.Level));
        return to;
    }
}
