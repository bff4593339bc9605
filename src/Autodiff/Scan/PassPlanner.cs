namespace Autograd;

/// <summary>Something a fused pass must write.</summary>
/// <param name="Write">How.</param>
/// <param name="Value">What; for a row sum what is summed.</param>
/// <param name="Place">Where.</param>
/// <param name="RestOf">The sum whose elementwise terms are written instead of the value.</param>
internal sealed record PassWrite(KernelWrite Write, StepValue Value, Place Place, ProductSum? RestOf = null);

/// <summary>
/// Plans one pass: decides where its values lie and what is done in which order. From the last level to the first, so that what a later action reads is
/// known when the pass that writes it is put together.
/// </summary>
internal sealed class PassPlanner
{
    readonly ScanMemory memory;
    readonly StepForms forms;
    readonly PassValues values;
    readonly ScanPass pass;
    readonly Func<StepValue, bool> isWorkedOut;
    readonly Dictionary<StepValue, Place> places = [];
    readonly List<PassWrite> writes = [];
    readonly List<ScanAction> actions = [];
    readonly List<(StepValue Value, Place Place)> stores = [];
    readonly List<(StepValue Value, int Leaf)> added = [];
    readonly HashSet<ProductSum> afterwards = [];
    readonly Dictionary<Place, Place> padded = [];

    /// <param name="memory">Buffers and places of the plan.</param>
    /// <param name="values">The values of the pass.</param>
    /// <param name="pass">The pass to fill.</param>
    /// <param name="isWorkedOut">Whether a value that is not computed in this pass is worked out again wherever it is used.</param>
    public PassPlanner(ScanMemory memory, PassValues values, ScanPass pass, Func<StepValue, bool> isWorkedOut)
    {
        (this.memory, this.values, this.pass, this.isWorkedOut) = (memory, values, pass, isWorkedOut);
        forms = memory.Forms;
    }

    /// <summary>A value goes to a place; the first place is where the pass itself finds it.</summary>
    public void Store(StepValue value, Place place)
    {
        value = forms.Actual(value);
        stores.Add((value, place));
    }

    /// <summary>Adds a value's elements over all rows to sums.</summary>
    public void SumColumns(StepValue value, Place sums) => writes.Add(new PassWrite(KernelWrite.ColumnSum, forms.Actual(value), sums));

    /// <summary>Adds a value to a matrix.</summary>
    public void Accumulate(StepValue value, Place matrix) => writes.Add(new PassWrite(KernelWrite.Accumulate, forms.Actual(value), matrix));

    /// <summary>Adds a value's tensor to the gradient of a leaf.</summary>
    public void AddTensor(StepValue value, int leaf) => added.Add((forms.Actual(value), leaf));

    /// <summary>Puts the left operands of one sum side by side, so that their products are one.</summary>
    public void JoinLefts(ProductSum sum, bool forChunk)
    {
        var lefts = sum.Products.Select(product => forms.Actual(product.Operands[0])).Distinct().ToArray();
        if (lefts.Length < 2 || !Array.TrueForAll(lefts, left => values.IsScheduled(left) && forms.KindOf(left) == ValueKind.Fused && !places.ContainsKey(left) && !IsStored(left))) return;
        var joined = memory.Joined(forChunk ? BufferKind.Chunk : BufferKind.Step, lefts);
        for (int i = 0; i < lefts.Length; i++) Place(lefts[i], joined[i]);
    }

    /// <summary>A place whose rows of a whole chunk follow each other, for products over all of them.</summary>
    public Place ForChunk(StepValue value)
    {
        value = forms.Actual(value);
        if (places.TryGetValue(value, out var place) && IsInRows(place)) return place;
        if (place is null && GivenPlace(value) is { } given && IsInRows(given)) return given;
        var chunk = memory.Matrix(BufferKind.Chunk, forms.WidthOf(value), value);
        if (place is null && values.IsScheduled(value) && forms.KindOf(value) is ValueKind.Fused) Place(value, chunk);
        else Store(value, chunk);
        return chunk;
    }

    /// <summary>Forms a sum over whole chunks, after their steps.</summary>
    public void FormAfterwards(ProductSum sum, Place place)
    {
        sum.Place = place;
        sum.HoldsRoot = true;
        afterwards.Add(sum);
        foreach (var product in sum.Products) ForChunk(product.Operands[0]);
    }

    public void Build()
    {
        FormInPlace();
        PlaceStores();
        PlaceSums();
        values.Delay(IsNeededInMemory);
        foreach (var (value, leaf) in added) AddLast(value, leaf);
        int last = values.Ordered.Select(values.Level).Append(0).Max() + 1;
        foreach (var write in writes.ToArray()) last = Math.Max(last, LevelOf(write));
        foreach (var sum in values.Sums) BuildProducts(sum);
        JoinProducts();
        for (int level = last; level >= 0; level--)
        {
            if (level % 2 == 1) BuildOperations(level);
            else BuildKernels(level);
        }
        pass.Actions = [.. actions.Select((action, i) => (action, i)).OrderBy(pair => pair.action.Level).ThenBy(pair => Rank(pair.action)).ThenBy(pair => pair.i).Select(pair => pair.action)];
    }

    // Within a level: what fills, then what computes, then what hands on.
    static int Rank(ScanAction action) => action switch
    {
        PadAction or ClearAction => 0,
        CopyAction { ToTensor: true } => 1,
        OperationAction or ProductAction or KernelAction => 2,
        CopyAction => 3,
        _ => 4,
    };

    static bool IsInRows(Place place) => place.Buffer.Kind is BufferKind.Chunk or BufferKind.Trajectory or BufferKind.External;

    // Also where it is summed: that belongs to the pass in which it is made.
    bool IsNeededInMemory(StepValue value) =>
        places.ContainsKey(value) || IsStored(value) || writes.Exists(write => write.Value == value) || added.Exists(add => add.Value == value);

    bool IsStored(StepValue value) => stores.Exists(store => store.Value == value);

    bool IsTensor(StepValue value) => value.Role is Role.Leaf or Role.Constant || (values.IsScheduled(value) && forms.KindOf(value) == ValueKind.Operation);

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
        if (values.IsScheduled(value) && forms.KindOf(value) == ValueKind.RowSum && !places.ContainsValue(place)) writes.Add(new PassWrite(KernelWrite.Store, value, place));
        else if (values.IsScheduled(value) && forms.KindOf(value) == ValueKind.RowSum) writes.Add(new PassWrite(KernelWrite.RowSum, values.OperandsOf(value).First(), place));
        else if (forms.FormOf(value) == Form.Other || IsOneRow(value, place) || (values.IsScheduled(value) && forms.KindOf(value) == ValueKind.Operation)) FromTensor(value, place);
        else writes.Add(new PassWrite(KernelWrite.Store, value, place));
    }

    // A fused pass writes a row for each sequence; the place of a vector has one.
    bool IsOneRow(StepValue value, Place place) => forms.FormOf(value) is Form.Vector or Form.Scalar && place.Buffer.Block == value.Shape.ElementCount;

    // Each part goes to its columns.
    void WriteParts(StepValue joined, Place place)
    {
        int column = place.Column;
        foreach (var part in values.OperandsOf(joined))
        {
            var columns = place with { Column = column, Width = forms.WidthOf(part) };
            if (values.IsScheduled(part) && forms.KindOf(part) == ValueKind.Fused && !places.ContainsKey(part) && values.SumOf(part) is not { HoldsRoot: true }) Place(part, columns);
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
        whole with { Column = whole.Column + ((SliceOperation)value.Operation!).Range.Start, Width = forms.WidthOf(value) };

    void FromTensor(StepValue value, Place place)
    {
        int level = values.IsScheduled(value) ? values.Level(value) : 1;
        memory.Plan.Unsplittable ??= $"a value {value.Shape} is copied as a whole";
        actions.Add(new CopyAction(level, value, place, ToTensor: false));
        if (!IsTensor(value)) actions.Add(new CopyAction(level, value, GivenPlace(value)!, ToTensor: true));
    }

    void ToTensor(StepValue value, int level)
    {
        if (actions.Exists(action => action is CopyAction { ToTensor: true } copy && copy.Value == value && copy.Level == level)) return;
        actions.Add(new CopyAction(level, value, Request(value), ToTensor: true));
    }

    void AddLast(StepValue value, int leaf)
    {
        int level = values.IsScheduled(value) ? values.Level(value) + 1 : 1;
        actions.Add(new AddAction(level, value, leaf));
        memory.Plan.Unsplittable ??= $"the gradient {value.Shape} of a leaf is added up as a whole";
        if (!IsTensor(value)) ToTensor(value, level);
    }

    /// <summary>Where an action finds a value, which is then written there.</summary>
    Place Request(StepValue value)
    {
        if (places.TryGetValue(value, out var place)) return place;
        if (forms.KindOf(value) == ValueKind.View) return ViewOf(value, Request(forms.Actual(value.Operands[0])));
        if (values.SumOf(value) is { Place: { } summed } sum && (sum.HoldsRoot || sum.Rest.Length == 0)) return summed;
        if (!values.IsScheduled(value) && memory.PlaceOf(value) is { } given) return given;
        place = forms.FormOf(value) == Form.Other
            ? memory.Plain(BufferKind.Step, value)
            : memory.Matrix(BufferKind.Step, forms.WidthOf(value), value);
        Place(value, place);
        return place;
    }

    // A sum that only goes to one place is formed there. Levels depend on it, so this comes first.
    void FormInPlace()
    {
        foreach (var (value, place) in stores)
        {
            if (values.SumOf(value) is not { Place: null } sum || values.UsersOf(value).Count > 0 || stores.Count(store => store.Value == value) > 1
                || writes.Exists(write => write.Value == value) || added.Exists(add => add.Value == value) || place.Buffer.Kind == BufferKind.External)
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
            if (values.IsScheduled(value) && !places.ContainsKey(value) && forms.KindOf(value) is not (ValueKind.Product or ValueKind.View)) Place(value, place);
            else AddWrite(value, place);
        }
        foreach (var sum in values.Sums)
            if (sum is { HoldsRoot: true, Rest.Length: > 0 })
                writes.Add(new PassWrite(KernelWrite.Store, sum.Root, sum.Place!, sum));
    }

    // Sums that share a left operand lie side by side, so that their products are one.
    void PlaceSums()
    {
        var open = values.Sums.Where(sum => sum.Place is null).OrderBy(sum => sum.Root.Number).ToList();
        while (open.Count > 0)
        {
            var group = new List<ProductSum> { open[0] };
            for (int i = 0; i < group.Count; i++)
                foreach (var other in open)
                    if (!group.Contains(other) && Lefts(group[i]).Intersect(Lefts(other)).Any())
                        group.Add(other);
            open.RemoveAll(group.Contains);
            group.Sort((a, b) => a.Root.Number.CompareTo(b.Root.Number));
            bool isHoisted = group.Exists(sum => Array.Exists(sum.Products, product => values.TermLevel(sum, product) == 0));
            var joined = memory.Joined(isHoisted ? BufferKind.Chunk : BufferKind.Step, [.. group.Select(sum => sum.Root)]);
            for (int i = 0; i < joined.Length; i++) group[i].Place = joined[i];
        }
    }

    IEnumerable<StepValue> Lefts(ProductSum sum) => sum.Products.Select(product => forms.Actual(product.Operands[0]));

    sealed record Term(int Level, ProductSum Sum, Place Left, List<(Place Left, StepValue Product)> Parts, bool IsAfterwards);

    readonly List<Term> terms = [];

    // Products whose left operands lie side by side are one product.
    void BuildProducts(ProductSum sum)
    {
        bool isAfterwards = afterwards.Contains(sum);
        var found = sum.Products
            .Select(product => (Level: isAfterwards ? 0 : values.TermLevel(sum, product), Left: Request(forms.Actual(product.Operands[0])), Product: product))
            .OrderBy(term => term.Level == 0 ? 0 : 1).ThenBy(term => term.Left.Buffer.Number).ThenBy(term => term.Left.Column).ToList();
        foreach (var (level, left, product) in found)
        {
            if (terms.Count > 0 && terms[^1] is var last && last.Sum == sum && level > 0 == last.Level > 0 && Follows(last.Parts[^1].Left, left))
            {
                last.Parts.Add((left, product));
                terms[^1] = last with { Level = Math.Max(last.Level, level), Left = last.Left with { Width = left.Column + left.Width - last.Left.Column } };
            }
            else
            {
                terms.Add(new Term(level, sum, left, [(left, product)], isAfterwards));
            }
        }
    }

    bool Follows(Place first, Place second) =>
        first.Buffer == second.Buffer && first.Later == second.Later && first.Column + memory.Padded(first.Width) == second.Column && first.Buffer.Kind != BufferKind.External;

    // Equal left operands of sums that lie side by side: one product with the weights side by side.
    void JoinProducts()
    {
        var open = terms.OrderBy(term => term.Level).ThenBy(term => term.Sum.Place!.Buffer.Number).ThenBy(term => term.Sum.Place!.Column).ToList();
        var begun = values.Sums.Where(sum => sum is { HoldsRoot: true, Rest.Length: > 0 }).ToHashSet();
        while (open.Count > 0)
        {
            var run = new List<Term> { open[0] };
            bool accumulates = begun.Contains(open[0].Sum);
            foreach (var term in open.Skip(1))
                if (CanJoin(run[^1], term) && begun.Contains(term.Sum) == accumulates)
                    run.Add(term);
            open.RemoveAll(run.Contains);
            begun.UnionWith(run.Select(term => term.Sum));
            AddProduct(run, accumulates);
        }
    }

    bool CanJoin(Term last, Term next) =>
        last.Level == next.Level && last.IsAfterwards == next.IsAfterwards && last.Left == next.Left && last.Sum != next.Sum && Follows(last.Sum.Place!, next.Sum.Place!);

    void AddProduct(List<Term> run, bool accumulates)
    {
        Place first = run[0].Sum.Place!, end = run[^1].Sum.Place!;
        var parts = new List<WeightPart>();
        foreach (var term in run)
            foreach (var (left, product) in term.Parts)
            {
                var weight = forms.Actual(product.Operands[1]);
                bool transposed = ((MatMulOperation)product.Operation!).TransposesRight;
                parts.Add(new WeightPart(
                    weight.Index, transposed, left.Column - run[0].Left.Column, term.Sum.Place!.Column - first.Column, left.Width, term.Sum.Place!.Width));
            }
        bool isExternal = first.Buffer.Kind == BufferKind.External;
        int columns = end.Column - first.Column + (isExternal ? end.Width : memory.Padded(end.Width));
        var weights = memory.AddWeights(run[0].Left.Width, columns, [.. parts]);
        var action = new ProductAction(run[0].Level, run[0].Left, weights, first with { Width = columns }, accumulates);
        if (run[0].IsAfterwards) pass.After.Add(action);
        else if (run[0].Level == 0) pass.Before.Add(action);
        else actions.Add(action);
    }

    void BuildOperations(int level)
    {
        foreach (var value in values.Ordered)
        {
            if (forms.KindOf(value) != ValueKind.Operation || values.Level(value) != level) continue;
            var operands = values.OperandsOf(value).ToArray();
            foreach (var operand in operands)
                if (!IsTensor(operand))
                    ToTensor(operand, level);
            actions.Add(new OperationAction(level, value, operands));
            memory.Plan.Unsplittable ??= $"{value.Operation!.Name} {value.Shape} runs as an operation of its own";
        }
    }

    int LevelOf(PassWrite write)
    {
        var value = write.Value;
        int width = forms.WidthOf(value);
        if (write.RestOf is { } sum) return values.Fused(sum.Rest, width);
        if (write.Write == KernelWrite.RowSum) return values.Fused([value], width);
        bool isMadeHere = values.IsScheduled(value) && forms.KindOf(value) == ValueKind.Fused && values.SumOf(value) is not { HoldsRoot: true };
        return isMadeHere ? values.Level(value) : values.Fused([value], width);
    }

    void BuildKernels(int level)
    {
        var due = writes.Where(write => LevelOf(write) == level).GroupBy(write => forms.WidthOf(write.Value)).ToArray();
        foreach (var group in due) actions.Add(new KernelWriter(this, level, group.Key).Write([.. group]));
    }

    /// <summary>Puts one fused pass together.</summary>
    sealed class KernelWriter(PassPlanner planner, int level, int width)
    {
        readonly KernelBuilder builder = new(width, planner.memory.Plan.IsSingle);
        readonly List<Place> slots = [];
        readonly Dictionary<(Place Place, bool IsRow), int> slotNumbers = [];
        readonly Dictionary<StepValue, EmittedNumber> numbers = [];

        public KernelAction Write(PassWrite[] writes)
        {
            foreach (var write in writes)
            {
                var number = write.RestOf is { } sum ? Sum(sum.Rest) : Number(write.Value);
                builder.Write(write.Write, Slot(write.Place, write.Write != KernelWrite.ColumnSum), number);
            }
            bool hasFill = planner.memory.Padded(width) != width;
            int mask = hasFill ? Slot(planner.memory.Mask(width), isRow: false) : -1;
            var method = KernelCompiler.Compile(builder, mask, planner.memory.LaneStride(writes), planner.memory.BlocksInLane);
            return new KernelAction(level, builder, method, [.. slots]);
        }

        EmittedNumber Sum(IEnumerable<StepValue> terms)
        {
            EmittedNumber? sum = null;
            foreach (var term in terms) sum = sum is { } before ? before + Number(term) : Number(term);
            return sum!.Value;
        }

        EmittedNumber Number(StepValue value)
        {
            if (numbers.TryGetValue(value, out var number)) return number;
            number = IsMadeHere(value) ? Make(value) : Read(value);
            numbers.Add(value, number);
            return number;
        }

        bool IsMadeHere(StepValue value)
        {
            if (planner.isWorkedOut(value)) return true;
            return planner.values.IsScheduled(value) && planner.forms.KindOf(value) == ValueKind.Fused && planner.values.Level(value) == level
                && planner.forms.WidthOf(value) == width && planner.values.SumOf(value) is not { HoldsRoot: true };
        }

        EmittedNumber Make(StepValue value)
        {
            if (planner.values.SumOf(value) is { } sum)
            {
                var products = Load(sum.Place!, KernelOp.Element);
                return sum.Rest.Length == 0 ? products : products + Sum(sum.Rest);
            }
            return StepForms.Evaluate(value, [.. value.Operands.Select(operand => Number(planner.forms.Actual(operand)))]);
        }

        EmittedNumber Read(StepValue value)
        {
            if (value is { Role: Role.Constant, Constant.Length: 1 }) return value.Constant[0];
            var place = planner.Request(value);
            if (value.Role is Role.Leaf or Role.Constant)
            {
                var form = planner.forms.FormOf(value);
                if (form == Form.Scalar) return Load(place, KernelOp.Scalar);
                if (form == Form.Vector) return Load(place, KernelOp.Vector);
            }
            return Load(planner.WithoutGaps(place), planner.forms.WidthOf(value) == width ? KernelOp.Element : KernelOp.Column);
        }

        EmittedNumber Load(Place place, KernelOp op) => builder.Load(op, Slot(place, op is KernelOp.Element or KernelOp.Column));

        int Slot(Place place, bool isRow)
        {
            if (slotNumbers.TryGetValue((place, isRow), out int slot)) return slot;
            slot = builder.AddSlot(isRow ? place.Buffer.RowStride : 0);
            slots.Add(place);
            slotNumbers.Add((place, isRow), slot);
            return slot;
        }
    }

    // A tensor's rows follow each other without fill; whole vectors would read beyond them.
    Place WithoutGaps(Place place)
    {
        if (place.Buffer.Kind != BufferKind.External || memory.Padded(place.Width) == place.Width) return place;
        if (padded.TryGetValue(place, out var copy)) return copy;
        copy = memory.Matrix(BufferKind.Step, place.Width, null);
        padded.Add(place, copy);
        actions.Add(new PadAction(-1, place, copy));
        return copy;
    }
}
