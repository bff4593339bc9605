namespace Autograd.Scan;

/// <summary>
/// Plans one direction: splits it into stages, and plans these one after the other, so that each knows where the ones before it left their
/// values.
/// </summary>
/// <param name="memory">Buffers and places of the plan.</param>
/// <param name="pass">The direction to fill.</param>
/// <param name="isComputed">Whether a value is computed in this direction; any other is already available.</param>
/// <param name="isRecomputed">Whether a value that is not computed in this direction is recomputed wherever it is used.</param>
/// <param name="isCarried">Whether only one step's states are in memory.</param>
sealed class DirectionPlanner(
    ScanMemory memory, ScanPass pass, Func<StepValue, bool> isComputed, Func<StepValue, bool> isRecomputed, bool isCarried)
{
    readonly StepForms forms = memory.Forms;
    readonly ScanPlan plan = memory.Plan;
    readonly List<PassStore> stores = [];
    readonly List<GradientTerm> terms = [];
    readonly Dictionary<StepValue, BufferSlice> inRows = [];
    readonly Dictionary<StepValue, int> stageOf = [];
    readonly Dictionary<StepValue, int> cycleOf = [];
    readonly HashSet<StepValue> usedLater = [];
    int[] stageOfState = [];
    int last;

    /// <summary>A value goes to a place, which a state has for what is handed on.</summary>
    public void Store(StepValue value, BufferSlice slice, int state = -1) => stores.Add(new PassStore(forms.Actual(value), slice, state));

    /// <summary>A term is added to the gradient of its leaf.</summary>
    public void AddUp(GradientTerm term) => terms.Add(term);

    /// <param name="handed">For each state what a step hands on to the next; null where it hands nothing on.</param>
    /// <param name="taken">For each state the value by which the next step takes it; null where it does not.</param>
    public void Plan(StepValue?[] handed, StepValue?[] taken)
    {
        var asked = stores.Select(store => store.Value).Concat(terms.SelectMany(term => term.Operands)).ToHashSet();
        var stored = stores.Select(store => store.Value)
            .Concat(terms.Where(term => term.Kind != GradientKind.ColumnSum).SelectMany(term => term.Operands)).ToHashSet();
        var computed = Computed(asked);
        var stages = new StageSplit(forms, computed, handed, taken, isCarried).Stages(stored.Contains, asked.Contains, NeedsSteps);
        // A state that is itself asked for must first be there for all steps.
        if (!isCarried && stores.Exists(store => store.Value.Role == Role.State)) stages = [.. stages, new StageValues([], [], false)];
        Locate(stages, taken);
        FindUsedLater(computed);
        for (int i = 0; i < stages.Length; i++) PlanStage(i, stages[i], handed);
        DelayProducts();
        // What lies in memory of a chunk is gone when the other direction begins.
        memory.Forget(BufferKind.Chunk);
    }

    // The values asked for and all that they are computed from, as far as this direction computes them; operands first.
    StepValue[] Computed(IEnumerable<StepValue> asked)
    {
        var found = new HashSet<StepValue>();
        var open = new Stack<StepValue>(asked);
        while (open.TryPop(out var value))
        {
            if (!isComputed(value) || !found.Add(value)) continue;
            foreach (var operand in value.Operands) open.Push(forms.Actual(operand));
        }
        return [.. found.OrderBy(value => value.Number)];
    }

    void Locate(StageValues[] stages, StepValue?[] taken)
    {
        stageOfState = new int[taken.Length];
        last = stages.Length - 1;
        for (int i = 0; i < stages.Length; i++)
        {
            foreach (var value in stages[i].Values) stageOf.Add(value, i);
            foreach (int state in stages[i].States)
            {
                stageOfState[state] = i;
                if (stages[i].IsCycle && taken[state] is { } value) cycleOf.TryAdd(forms.Actual(value), i);
            }
        }
    }

    // A value that another stage uses, directly or through a view, must be kept for that stage.
    void FindUsedLater(StepValue[] computed)
    {
        foreach (var user in computed)
            foreach (var operand in user.Operands) Use(forms.Actual(operand), stageOf[user]);
        foreach (var store in stores) Use(store.Value, StageOf(store));

        void Use(StepValue value, int stage)
        {
            value = forms.WholeOf(value);
            if (stageOf.TryGetValue(value, out int own) && own != stage) usedLater.Add(value);
        }
    }

    // A carry alternates with the steps of its cycle. What is there from the start is stored when the state may be written, at the end
    // otherwise.
    int StageOf(PassStore store)
    {
        if (isCarried && store.State >= 0) return stageOfState[store.State];
        return store.State >= 0 && !stageOf.ContainsKey(store.Value) ? stageOfState[store.State] : StageOf(store.Value);
    }

    int StageOf(StepValue value)
    {
        if (stageOf.TryGetValue(value, out int stage)) return stage;
        return isCarried && cycleOf.TryGetValue(value, out int cycle) ? cycle : last;
    }

    void PlanStage(int number, StageValues own, StepValue?[] handed)
    {
        var here = stores.Where(store => StageOf(store) == number).ToArray();
        var added = terms.Where(term => term.Kind != GradientKind.Product && StageOf(term.Operands[0]) == number).ToArray();
        var delayed = terms.Where(term => term.Kind == GradientKind.Product).SelectMany(term => term.Operands)
            .Where(value => StageOf(value) == number).Distinct().ToArray();
        var left = here.Where(store => IsKeptForSteps(store.Slice)).Select(store => store.Value).Concat(delayed).ToHashSet();
        var handedOn = own.Values.Where(value => usedLater.Contains(value) && !left.Contains(value)).ToArray();
        bool isWide = !own.IsCycle && !own.Values.Concat(delayed).Any(NeedsSteps) && !added.Any(NeedsSteps)
            && !Array.Exists(here, store => store.Value.Role is Role.Leaf or Role.Constant || NeedsSteps(store.Value));
        var stage = new ScanStage(isWide, own.IsCycle ? own.States : [], own.Values);
        pass.Stages.Add(stage);
        var demands = here.Select(store => store.Value).Concat(handedOn).Concat(added.Select(term => term.Operands[0])).Concat(delayed);
        var members = own.Values.ToHashSet();
        var values = new PassValues(
            forms, value => !members.Contains(value), demands, (sum, product) => !isWide
            && IsThereForChunk(forms.Actual(product.Operands[0]), number)
            && (sum.RowsInRow == 1 || IsWithoutGaps(forms.Actual(product.Operands[0]))));
        var planner = new PassPlanner(memory, values, stage, isRecomputed);
        foreach (var store in here) planner.Store(store.Value, store.Slice);
        foreach (var value in handedOn) planner.Store(value, inRows[value] = memory.Like(BufferKind.Chunk, value));
        foreach (var sum in values.Sums.OrderByDescending(sum => sum.Products.Length))
            planner.JoinLefts(sum, forChunk: isWide || delayed.Length > 0);
        foreach (var value in delayed) inRows[value] = planner.ForChunk(value);
        foreach (var term in added) AddUp(planner, term, isWide);
        planner.Build();
        stage.Actions =
            [.. own.States.Where(state => own.IsCycle && handed[state] is null).Select(state => Clear(plan.CarryWrite[state])),
            .. stage.Actions];
        foreach (var store in here)
            if (members.Contains(store.Value) && IsKeptForSteps(store.Slice)) memory.Define(store.Value, store.Slice);
        foreach (var value in handedOn.Concat(delayed.Where(members.Contains))) memory.Define(value, inRows[value]);
    }

    // A value with gaps is copied within the steps; a view is read from the value that it is part of, and so has gaps.
    bool IsWithoutGaps(StepValue value) =>
        forms.KindOf(value) != ValueKind.View && memory.SliceOf(value) is { IsTensor: true };

    static ClearAction Clear(BufferSlice carry) => new(0, carry, ScanRows.HasRows(carry));

    static bool IsKeptForSteps(BufferSlice slice) => slice.Buffer.Kind is BufferKind.Trajectory or BufferKind.Chunk;

    // Whether a value has no row of its own for each row of a chunk, or is made of what has none.
    bool NeedsSteps(StepValue value)
    {
        if (forms.KindOf(value) == ValueKind.Operation) return true;
        if (forms.KindOf(value) == ValueKind.Rowwise) return RowwiseNeedsSteps(value);
        var open = new Stack<StepValue>([value]);
        while (open.TryPop(out var next))
        {
            if (IsWithoutRows(next)) return true;
            if (next.Role is Role.Leaf or Role.Constant && forms.LayoutOf(next) is Layout.Matrix or Layout.Other && !IsWeight(value, next))
                return true;
            if (next == value || isRecomputed(next))
                foreach (var operand in next.Operands) open.Push(forms.Actual(operand));
        }
        return false;
    }

    // A leaf that is the same for all rows is no hindrance.
    bool RowwiseNeedsSteps(StepValue value)
    {
        var hasRows = forms.RowsOf(value)!;
        for (int i = 0; i < hasRows.Length; i++)
        {
            var operand = forms.Actual(value.Operands[i]);
            if (operand.Role is Role.Leaf or Role.Constant ? hasRows[i] : IsWithoutRows(operand)
                || (isRecomputed(operand) && NeedsSteps(operand))) return true;
        }
        return false;
    }

    // Whether a given value has no row of its own for each row of a chunk.
    bool IsWithoutRows(StepValue value) => value.Role switch
    {
        Role.StateCotangent => true,
        Role.Leaf or Role.Constant => false,
        _ => forms.LayoutOf(value) != Layout.Matrix,
    };

    bool IsWeight(StepValue value, StepValue leaf) => forms.KindOf(value) == ValueKind.Product && forms.Actual(value.Operands[1]) == leaf;

    bool NeedsSteps(GradientTerm term) => term.Kind is GradientKind.Rows or GradientKind.Tensor || NeedsSteps(term.Operands[0]);

    // Whether the rows of a whole chunk lie in memory before a stage begins.
    bool IsThereForChunk(StepValue value, int stage)
    {
        value = forms.WholeOf(value);
        if (value.Role is Role.Leaf or Role.Constant or Role.StateCotangent) return false;
        if (forms.LayoutOf(value) != Layout.Matrix || isRecomputed(value)) return false;
        if (stageOf.TryGetValue(value, out int at)) return at < stage;
        return !(cycleOf.TryGetValue(value, out int cycle) && cycle >= stage);
    }

    void AddUp(PassPlanner planner, GradientTerm term, bool isWide)
    {
        var value = term.Operands[0];
        switch (term.Kind)
        {
            case GradientKind.ColumnSum:
                var sums = memory.Sums(forms.WidthOf(value), isWide);
                planner.SumColumns(value, sums);
                plan.ColumnSums.Add(new ColumnSum(sums, term.Leaf));
                break;
            case GradientKind.Rows:
                var sum = plan.MatrixSums.Find(sum => sum.Leaf == term.Leaf);
                if (sum is null)
                    plan.MatrixSums.Add(sum = new(term.Leaf, memory.Matrix(BufferKind.Fixed, forms.WidthOf(value), value)));
                planner.Accumulate(value, sum.Slice);
                break;
            case GradientKind.Tensor:
                plan.AddedLeaves.Add(term.Leaf);
                planner.AddTensor(value, term.Leaf);
                break;
        }
    }

    // Terms with a common left operand are one product.
    void DelayProducts()
    {
        var begun = new HashSet<int>();
        foreach (var group in terms.Where(term => term.Kind == GradientKind.Product)
            .GroupBy(term => new { Left = term.Operands[0], term.RowsInRow }))
        {
            var targets = group.Select(term => new DelayedTarget(inRows[term.Operands[1]], term.Leaf, begun.Add(term.Leaf))).ToArray();
            pass.Delayed.Add(new DelayedProduct(inRows[group.Key.Left], targets, group.Key.RowsInRow));
        }
    }
}

/// <summary>A value that goes to a place; the number of the state that it is after the step, or −1.</summary>
sealed record PassStore(StepValue Value, BufferSlice Slice, int State);
