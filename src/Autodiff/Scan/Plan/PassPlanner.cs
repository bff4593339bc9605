namespace Autograd.Scan;

/// <summary>Something a fused pass must write.</summary>
/// <param name="Write">How.</param>
/// <param name="Value">What; for a row sum what is summed.</param>
/// <param name="Place">Where.</param>
/// <param name="RestOf">The sum whose elementwise terms are written instead of the value.</param>
/// <param name="Sum">The sum within rows that is added up.</param>
sealed record PassWrite(KernelWrite Write, StepValue Value, Place Place, ProductSum? RestOf = null, StepValue? Sum = null);

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
    readonly Dictionary<StepValue, Place> places = [];
    readonly PassWrites writes;
    readonly List<ScanAction> actions = [];
    readonly HashSet<(StepValue Value, int Level)> copied = [];
    readonly List<(StepValue Value, Place Place)> stores = [];
    readonly Dictionary<StepValue, int> storeCounts = [];
    readonly List<(StepValue Value, int Leaf)> added = [];
    readonly HashSet<StepValue> addedValues = [];
    readonly Dictionary<Place, (Place To, int Level)> rowCopies = [];

    /// <param name="memory">Buffers and places of the plan.</param>
    /// <param name="values">The values of the stage.</param>
    /// <param name="stage">The stage to fill.</param>
    /// <param name="isRecomputed">Whether a value that is not computed in this stage is recomputed wherever it is used.</param>
    public PassPlanner(ScanMemory memory, PassValues values, ScanStage stage, Func<StepValue, bool> isRecomputed)
    {
        (this.memory, this.values, this.stage, this.isRecomputed) = (memory, values, stage, isRecomputed);
        forms = memory.Forms;
        writes = new PassWrites(LevelOf);
    }

    /// <summary>A value goes to a place; the first place is where the pass itself finds it.</summary>
    public void Store(StepValue value, Place place)
    {
        value = forms.Actual(value);
        stores.Add((value, place));
        storeCounts[value] = storeCounts.GetValueOrDefault(value) + 1;
    }

    /// <summary>Adds a value's elements over all rows to sums.</summary>
    public void SumColumns(StepValue value, Place sums) => writes.Add(new PassWrite(KernelWrite.ColumnSum, forms.Actual(value), sums));

    /// <summary>Adds a value to a matrix.</summary>
    public void Accumulate(StepValue value, Place matrix) => writes.Add(new PassWrite(KernelWrite.Accumulate, forms.Actual(value), matrix));

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
            && !places.ContainsKey(left) && !IsStored(left))) return;
        var joined = memory.Joined(forChunk ? BufferKind.Chunk : Temporary, lefts);
        for (int i = 0; i < lefts.Length; i++) Place(lefts[i], joined[i]);
    }

    /// <summary>A place whose rows of a whole chunk follow each other, for products over all of them.</summary>
    public Place ForChunk(StepValue value)
    {
        value = forms.Actual(value);
        if (places.TryGetValue(value, out var place) && IsForChunk(value, place)) return place;
        if (place is null && GivenPlace(value) is { } given && IsForChunk(value, given)) return given;
        var chunk = memory.Matrix(BufferKind.Chunk, forms.WidthOf(value), value);
        if (place is null && values.IsScheduled(value) && forms.KindOf(value) is ValueKind.Fused) Place(value, chunk);
        else Store(value, chunk);
        return chunk;
    }

    bool IsForChunk(StepValue value, Place place) => IsInRows(place) && (!forms.IsTight(value) || place.IsTensor);

    public void Build()
    {
        FormInPlace();
        values.AssignLevels();
        PlaceStores();
        PlaceSums();
        values.Delay(IsNeededInMemory);
        foreach (var (value, leaf) in added) AddLast(value, leaf);
        foreach (var sum in values.Sums) BuildProducts(sum);
        JoinProducts();
        // What a level reads is written by levels below it, at the latest.
        var operations = values.Ordered.Where(value => forms.KindOf(value) is ValueKind.Operation or ValueKind.Rowwise)
            .ToLookup(values.Level);
        writes.SortByLevel();
        int last = Math.Max(values.Ordered.Select(values.Level).Append(0).Max() + 1, writes.LastLevel);
        for (int level = last; level >= 0; level--)
        {
            foreach (var value in operations[level]) BuildOperation(value, level);
            BuildKernels(level);
        }
        foreach (var (from, (to, level)) in rowCopies) actions.Add(new CopyRowsAction(level, from, to));
        stage.Actions =
            [.. actions.Select((action, i) => (action, i)).OrderBy(pair => pair.action.Level).ThenBy(pair => Rank(pair.action))
            .ThenBy(pair => pair.i).Select(pair => pair.action)];
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

    static bool IsInRows(Place place) => place.Buffer.Kind is BufferKind.Chunk or BufferKind.Trajectory or BufferKind.External;

    // Also where it is summed: that belongs to the pass in which it is made.
    bool IsNeededInMemory(StepValue value) =>
        places.ContainsKey(value) || IsStored(value) || writes.Has(value) || addedValues.Contains(value);

    bool IsStored(StepValue value) => storeCounts.ContainsKey(value);

    bool IsTensor(StepValue value) => value.Role is Role.Leaf or Role.Constant
        || (values.IsScheduled(value) && forms.KindOf(value) == ValueKind.Operation);

    void Place(StepValue value, Place place)
    {
        places.Add(value, place);
        AddWrite(value, place);
    }

    // How a value gets to a place depends on what makes it.
    void AddWrite(StepValue value, Place place)
    {
        if (values.IsScheduled(value) && forms.KindOf(value) == ValueKind.Joined)
        {
            WriteParts(value, place);
            return;
        }
        // The first place of a row sum is where it is formed; from there it is copied.
        bool isFormed = values.IsScheduled(value) && places.GetValueOrDefault(value) == place;
        if (isFormed && forms.KindOf(value) == ValueKind.Rowwise) return;
        if (isFormed && forms.KindOf(value) == ValueKind.RowSum)
            writes.Add(new PassWrite(KernelWrite.RowSum, values.OperandsOf(value).First(), place));
        else if (isFormed && forms.KindOf(value) == ValueKind.GroupSum)
            writes.Add(new PassWrite(KernelWrite.Accumulate, values.OperandsOf(value).First(), place, Sum: value));
        else if (forms.FormOf(value) == Form.Other || IsOneRow(value, place)
            || (values.IsScheduled(value) && forms.KindOf(value) == ValueKind.Operation)) FromTensor(value, place);
        else writes.Add(new PassWrite(KernelWrite.Store, value, place));
    }

    // A fused pass writes a row for each sequence; the place of a vector has one.
    bool IsOneRow(StepValue value, Place place) => forms.FormOf(value) is Form.Vector or Form.Scalar
        && place.Buffer.Block == value.Shape.ElementCount;

    // Each part goes to its columns.
    void WriteParts(StepValue joined, Place place)
    {
        int column = place.Column;
        foreach (var part in values.OperandsOf(joined))
        {
            var columns = place with { Column = column, Width = forms.WidthOf(part), IsPart = true };
            if (values.IsScheduled(part) && forms.KindOf(part) == ValueKind.Fused && !places.ContainsKey(part)
                && values.SumOf(part) is not { HoldsRoot: true }) Place(part, columns);
            else AddWrite(part, columns);
            column += forms.WidthOf(part);
        }
    }

    // Where a value lies that this pass does not make, or of which it is a part.
    Place? GivenPlace(StepValue value)
    {
        if (forms.KindOf(value) != ValueKind.View) return values.IsScheduled(value) ? null : memory.PlaceOf(value);
        var whole = forms.Actual(value.Operands[0]);
        return (places.GetValueOrDefault(whole) ?? GivenPlace(whole)) is { } place ? ViewOf(value, place) : null;
    }

    Place ViewOf(StepValue value, Place whole) =>
        whole with
        {
            Column = whole.Column + ((SliceOperation)value.Operation!).Range.Start
            * value.Operands[0].Shape.Product(2, value.Operands[0].Shape.Rank),
            Width = forms.WidthOf(value)
        };

    void FromTensor(StepValue value, Place place)
    {
        int level = values.IsScheduled(value) ? values.Level(value) : 1;
        stage.Unsplittable ??= $"a value {value.Shape} is copied as a whole";
        actions.Add(new CopyAction(level, value, place, ToTensor: false));
        if (!IsTensor(value)) actions.Add(new CopyAction(level, value, GivenPlace(value)!, ToTensor: true));
    }

    void ToTensor(StepValue value, int level)
    {
        if (copied.Add((value, level))) actions.Add(new CopyAction(level, value, Request(value), ToTensor: true));
    }

    void AddLast(StepValue value, int leaf)
    {
        int level = values.IsScheduled(value) ? values.Level(value) + 1 : 1;
        actions.Add(new AddAction(level, value, leaf));
        stage.Unsplittable ??= $"the gradient {value.Shape} of a leaf is added up as a whole";
        if (!IsTensor(value)) ToTensor(value, level);
    }

    /// <summary>Where an action finds a value, which is then written there.</summary>
    Place Request(StepValue value)
    {
        if (places.TryGetValue(value, out var place)) return place;
        if (forms.KindOf(value) == ValueKind.View) return ViewOf(value, Request(forms.Actual(value.Operands[0])));
        if (values.SumOf(value) is { Place: { } summed } sum && (sum.HoldsRoot || sum.Rest.Length == 0)) return summed;
        if (!values.IsScheduled(value) && memory.PlaceOf(value) is { } given) return given;
        place = memory.Like(Temporary, value);
        Place(value, place);
        return place;
    }

    // A sum that only goes to one place is formed there. Levels depend on it, so this comes first.
    void FormInPlace()
    {
        foreach (var (value, place) in stores)
        {
            if (values.SumOf(value) is not { Place: null } sum || values.UsersOf(value).Count > 0 || storeCounts[value] > 1
                || writes.Has(value) || addedValues.Contains(value)
                || (sum.RowsInRow > 1 && !place.IsTensor)
                || (!IsInRows(place) && Array.Exists(sum.Products, product => values.IsHoisted(sum, product))))
                continue;
            sum.Place = place;
            sum.HoldsRoot = true;
        }
    }

    void PlaceStores()
    {
        foreach (var (value, place) in stores)
        {
            if (values.SumOf(value) is { HoldsRoot: true } sum && sum.Place == place) continue;
            if (values.IsScheduled(value) && !places.ContainsKey(value) && CanBeMadeAt(value, place)) Place(value, place);
            else AddWrite(value, place);
        }
        foreach (var sum in values.Sums)
            if (sum is { HoldsRoot: true, Rest.Length: > 0 })
                writes.Add(new PassWrite(KernelWrite.Store, sum.Root, sum.Place!, sum));
    }

    bool CanBeMadeAt(StepValue value, Place place) => forms.KindOf(value) switch
    {
        ValueKind.Product or ValueKind.View => false,
        ValueKind.Rowwise => place.IsTensor,
        ValueKind.GroupSum => IsWhole(place),
        _ => true,
    };

    // Whether nothing else lies in the buffer, so that it can be cleared.
    bool IsWhole(Place place) => !place.IsPart && FilledWidth(place) == place.Buffer.RowStride;

    // Sums that share a left operand lie side by side, so that their products are one.
    void PlaceSums()
    {
        var open = values.Sums.Where(sum => sum.Place is null).OrderBy(sum => sum.Root.Number).ToArray();
        var byLeft = open.SelectMany(sum => Lefts(sum).Distinct().Select(left => (left, sum)))
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
            PlaceSums([.. group.OrderBy(sum => sum.Root.Number)], isHoisted ? BufferKind.Chunk : Temporary);
        }
    }

    // What fills rows that are taken apart has a place without fill.
    void PlaceSums(ProductSum[] group, BufferKind kind)
    {
        foreach (var sum in group)
            if (sum.RowsInRow > 1) sum.Place = memory.TightRows(kind, forms.WidthOf(sum.Root), sum.Root.Name);
        var whole = Array.FindAll(group, sum => sum.RowsInRow == 1);
        var joined = memory.Joined(kind, Array.ConvertAll(whole, sum => sum.Root));
        for (int i = 0; i < joined.Length; i++) whole[i].Place = joined[i];
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
        if (write.Write == KernelWrite.RowSum || write.Sum is not null) return values.Fused([value], width);
        bool isMadeHere = values.IsScheduled(value) && forms.KindOf(value) == ValueKind.Fused
            && values.SumOf(value) is not { HoldsRoot: true };
        return isMadeHere ? values.Level(value) : values.Fused([value], width);
    }

    void BuildRowwise(StepValue value, int level)
    {
        var operands = values.OperandsOf(value).ToArray();
        var places =
            Array.ConvertAll(operands, operand => operand.Role is Role.Leaf or Role.Constant ? null : WithoutGaps(Request(operand), level));
        actions.Add(new RowwiseAction(level, value, operands, forms.RowsOf(value)!, places, Request(value)));
    }

    // What lies beside other values, or in rows with fill, is copied, once, before it is first used.
    Place WithoutGaps(Place place, int level)
    {
        if (place.IsTensor) return place;
        var to = rowCopies.TryGetValue(place, out var copy) ? copy.To : memory.TightRows(Temporary, place.Width, "rows");
        rowCopies[place] = (to, copy.To is null ? level : Math.Min(level, copy.Level));
        return to;
    }
}
