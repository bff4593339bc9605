namespace Autograd.Scan;

/// <summary>Makes plans.</summary>
internal sealed class ScanPlanner
{
    // Products over so many rows run at full speed; more would only leave the cache.
    const int RowsInChunk = 256;

    // Sums of columns are kept for so many lanes at most; they are what threads split.
    const int MostLanes = 8;

    readonly StepGraph graph;
    readonly StepForms forms;
    readonly ScanPlan plan;
    readonly ScanMemory memory;
    readonly HashSet<StepValue> kept = [];
    readonly HashSet<StepValue> workedOut = [];
    readonly HashSet<StepValue> viewed = [];
    readonly HashSet<StepValue> next;
    readonly int[] uses;

    ScanPlanner(StepGraph graph, bool hasGradients)
    {
        this.graph = graph;
        forms = new StepForms(graph);
        next = [.. graph.Next.Select(forms.Actual)];
        uses = graph.Uses();
        int batch = forms.Batch;
        int blocks = (batch - 1) / KernelCompiler.RowsInBlock + 1;
        plan = new ScanPlan
        {
            Graph = graph,
            HasGradients = hasGradients,
            Batch = batch,
            States = new Place[graph.Program.States],
            Sequences = new Place[graph.Program.Sequences],
            RowsInLane = ((blocks - 1) / MostLanes + 1) * KernelCompiler.RowsInBlock,
            ChunkSteps = Math.Max(1, RowsInChunk / Math.Max(batch, 1)),
        };
        memory = new ScanMemory(plan, forms);
    }

    public static ScanPlan Make(StepGraph graph, bool hasGradients)
    {
        var planner = new ScanPlanner(graph, hasGradients);
        planner.PlaceGiven();
        if (hasGradients) planner.Keep();
        planner.PlanForward();
        if (hasGradients) planner.PlanBackward();
        return planner.plan;
    }

    void PlaceGiven()
    {
        foreach (var value in graph.Values)
        {
            switch (value.Role)
            {
                case Role.Input:
                    memory.Know(value, plan.Input = memory.External(value));
                    break;
                case Role.State:
                    memory.Know(value, plan.States[value.Index] = memory.Like(BufferKind.Trajectory, value, hasInitial: true));
                    break;
                case Role.Sequence:
                    memory.Know(value, plan.Sequences[value.Index] = memory.Given(value));
                    break;
            }
        }
    }

    // Values of the forward step that the backward step uses are kept, unless a few additions and products give them again from what is kept anyway.
    void Keep()
    {
        var used = UsedByBackward();
        foreach (var value in used.Where(value => !IsCheap(value))) kept.Add(value);
        var given = new HashSet<StepValue>();
        foreach (var value in graph.Values)
        {
            if (!ReferenceEquals(forms.Actual(value), value) || value.Role != Role.Computed || value.IsBackward) continue;
            bool isGivenAgain = IsCheap(value) && Array.TrueForAll(value.Operands, operand => IsThere(forms.Actual(operand)) || given.Contains(forms.Actual(operand)));
            if (isGivenAgain) given.Add(value);
            if (!used.Contains(value) || !IsCheap(value)) continue;
            if (isGivenAgain) workedOut.Add(value);
            else kept.Add(value);
        }
        WorkOut();
        kept.ExceptWith(workedOut);
        plan.Kept = [.. kept.OrderBy(value => value.Number)];
        plan.WorkedOut = [.. workedOut.OrderBy(value => value.Number)];
    }

    // What is worked out may be made of values that are worked out too.
    void WorkOut()
    {
        var open = new Stack<StepValue>(workedOut);
        while (open.TryPop(out var value))
            foreach (var operand in value.Operands.Select(forms.Actual))
                if (!IsThere(operand) && workedOut.Add(operand))
                    open.Push(operand);
    }

    // Whether the backward step finds a value of the forward step in memory.
    bool IsThere(StepValue value) => value.Role != Role.Computed || kept.Contains(value) || IsNext(value);

    HashSet<StepValue> UsedByBackward()
    {
        var used = new HashSet<StepValue>();
        var seen = new HashSet<StepValue>();
        var open = new Stack<StepValue>(GradientValues().Select(forms.Actual));
        while (open.TryPop(out var value))
        {
            if (!seen.Add(value)) continue;
            if (value.Role == Role.Computed && !value.IsBackward)
            {
                // Of a view the whole is kept.
                if (forms.KindOf(value) == ValueKind.View) open.Push(Viewed(value));
                else if (!IsNext(value)) used.Add(value);
                continue;
            }
            foreach (var operand in value.Operands) open.Push(forms.Actual(operand));
        }
        return used;
    }

    IEnumerable<StepValue> GradientValues() =>
        graph.StateGradients.Append(graph.InputGradient).Concat(graph.LeafGradients).OfType<StepValue>();

    // A next state is kept anyway.
    bool IsNext(StepValue value) => next.Contains(value);

    // It has to be in memory before the pass that reads some of its columns.
    StepValue Viewed(StepValue view)
    {
        var whole = forms.Actual(view.Operands[0]);
        viewed.Add(whole);
        return whole;
    }

    bool IsCheap(StepValue value) => !viewed.Contains(value) && forms.KindOf(value) == ValueKind.Fused && value.Operation is not (
        UnaryOperation<SigmoidFunction> or UnaryOperation<TanhFunction> or UnaryOperation<ExpFunction> or UnaryOperation<SiluFunction>);

    void PlanForward()
    {
        var demands = graph.Next.Append(graph.Output).Concat(kept);
        var values = new PassValues(forms, value => value.Role != Role.Computed, demands, (_, product) => forms.Actual(product.Operands[0]).Role == Role.Input);
        var pass = new PassPlanner(memory, values, plan.Forward, _ => false);
        var next = new Place[graph.Next.Length];
        for (int i = 0; i < next.Length; i++) pass.Store(graph.Next[i], next[i] = plan.States[i] with { Later = 1 });
        plan.Output = OutputPlace(next);
        if (!next.Contains(plan.Output)) pass.Store(graph.Output, plan.Output);
        var places = new List<(StepValue, Place)>();
        foreach (var value in kept.OrderBy(value => value.Number))
        {
            if (forms.Actual(graph.Output) == value)
            {
                places.Add((value, plan.Output));
                continue;
            }
            var place = memory.Like(BufferKind.Trajectory, value);
            pass.Store(value, place);
            places.Add((value, place));
        }
        pass.Build();
        // Only from here on: in the forward step they are not there yet.
        foreach (var (value, place) in places) memory.Know(value, place);
        for (int i = 0; i < next.Length; i++)
            if (forms.Actual(graph.Next[i]).Role == Role.Computed)
                memory.Know(graph.Next[i], next[i]);
    }

    // Where the output is a state, it is where that state lies.
    Place OutputPlace(Place[] next)
    {
        var output = forms.Actual(graph.Output);
        int state = output.Role == Role.Computed ? Array.FindIndex(graph.Next, value => forms.Actual(value) == output) : -1;
        return state >= 0 ? next[state] : memory.Like(BufferKind.Trajectory, graph.Output);
    }

    void PlanBackward()
    {
        int states = graph.Program.States;
        (plan.CarryRead, plan.CarryWrite) = (new Place[states], new Place[states]);
        foreach (var value in graph.Values)
        {
            if (value.Role == Role.OutputCotangent) memory.Know(value, plan.OutputCotangent = memory.External(value));
            if (value.Role != Role.StateCotangent) continue;
            memory.Know(value, plan.CarryRead[value.Index] = memory.Like(BufferKind.CarryRead, value));
            plan.CarryWrite[value.Index] = memory.Like(BufferKind.CarryWrite, value);
        }
        var terms = GradientTerms();
        var demands = graph.StateGradients.Append(graph.InputGradient).OfType<StepValue>().Concat(terms.SelectMany(term => term.Operands));
        var values = new PassValues(forms, IsAtHand, demands, (_, _) => false);
        var pass = new PassPlanner(memory, values, plan.Backward, workedOut.Contains);
        var clears = new List<ScanAction>();
        for (int i = 0; i < states; i++)
        {
            if (graph.StateGradients[i] is { } gradient) pass.Store(gradient, plan.CarryWrite[i]);
            else clears.Add(new ClearAction(0, plan.CarryWrite[i]));
        }
        PlanInputGradient(pass, values, terms);
        var delayed = terms.Where(term => term.Kind == GradientKind.Product).ToArray();
        foreach (var sum in values.Sums.OrderByDescending(sum => sum.Products.Length)) pass.JoinLefts(sum, forChunk: delayed.Length > 0);
        var begun = new HashSet<int>();
        foreach (var group in delayed.GroupBy(term => forms.Actual(term.Operands[0])))
        {
            var targets = group.Select(term => new DelayedTarget(pass.ForChunk(term.Operands[1]), term.Leaf, begun.Add(term.Leaf))).ToArray();
            plan.Backward.Delayed.Add(new DelayedProduct(pass.ForChunk(group.Key), targets));
        }
        foreach (var term in terms) PlanGradient(pass, term);
        pass.Build();
        plan.Backward.Actions = [.. clears, .. plan.Backward.Actions];
    }

    bool IsAtHand(StepValue value) => value.Role != Role.Computed || !value.IsBackward;

    // The product with the weights needs no step-by-step work if all of its operands are there for a whole chunk.
    void PlanInputGradient(PassPlanner pass, PassValues values, List<GradientTerm> terms)
    {
        if (graph.InputGradient is null) return;
        var gradient = forms.Actual(graph.InputGradient);
        var input = graph.Values.First(value => value.Role == Role.Input);
        var place = plan.InputGradient = memory.External(input);
        bool hasRows = forms.FormOf(input) == Form.Matrix;
        // Nor is it wanted within the steps, as the gradient of something else too.
        bool isShared = terms.Exists(term => term.Operands.Contains(gradient)) || Array.Exists(graph.StateGradients, other => other is not null && forms.Actual(other) == gradient);
        bool isFormedAtOnce = hasRows && !isShared && values.SumOf(gradient) is { } sum && values.UsersOf(gradient).Count == 0
            && Array.TrueForAll(sum.Products, product => forms.KindOf(product.Operands[0]) == ValueKind.Fused && forms.Actual(product.Operands[0]).IsBackward)
            && (sum.Rest.Length == 0 || memory.Padded(place.Width) == place.Width);
        if (isFormedAtOnce)
        {
            pass.JoinLefts(values.SumOf(gradient)!, forChunk: true);
            pass.FormAfterwards(values.SumOf(gradient)!, place);
        }
        else
        {
            pass.Store(gradient, hasRows && memory.Padded(place.Width) != place.Width ? Gapped(place, input) : place);
        }
    }

    // Rows that are filled up are made beside the tensor, and copied into it afterwards.
    Place Gapped(Place place, StepValue input)
    {
        var gapped = memory.Matrix(BufferKind.Chunk, place.Width, input);
        plan.InputGradientRows = gapped;
        return gapped;
    }

    void PlanGradient(PassPlanner pass, GradientTerm term)
    {
        switch (term.Kind)
        {
            case GradientKind.ColumnSum or GradientKind.Total:
                var sums = memory.Sums(forms.WidthOf(term.Operands[0]));
                pass.SumColumns(term.Operands[0], sums);
                plan.ColumnSums.Add(new ColumnSum(sums, term.Leaf, term.Kind == GradientKind.Total));
                break;
            case GradientKind.Rows:
                var place = plan.MatrixSums.Find(sum => sum.Leaf == term.Leaf).Place;
                if (place is null) plan.MatrixSums.Add((place = memory.Matrix(BufferKind.Fixed, forms.WidthOf(term.Operands[0]), term.Operands[0]), term.Leaf));
                pass.Accumulate(term.Operands[0], place);
                break;
            case GradientKind.Tensor:
                plan.AddedLeaves.Add(term.Leaf);
                pass.AddTensor(term.Operands[0], term.Leaf);
                break;
        }
    }

    List<GradientTerm> GradientTerms()
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
            while (value.Operation is ReshapeOperation) value = value.Operands[0];
            value = forms.Actual(value);
            // A sum that is used elsewhere too is a term of its own, or there would be as many terms as there are ways to them.
            bool isSum = value is { IsBackward: true, Operation: BinaryOperation<AddFunction> } && uses[value.Number] == 1
                && Array.TrueForAll(value.Operands, operand => operand.Shape.Equals(value.Shape));
            if (!isSum) terms.Add(TermOf(value, leaf));
            else for (int i = value.Operands.Length - 1; i >= 0; i--) open.Push(value.Operands[i]);
        }
    }

    GradientTerm TermOf(StepValue value, int leaf)
    {
        var operands = value.Operands.Select(forms.Actual).ToArray();
        bool isMatrices = operands.Length > 0 && Array.TrueForAll(operands, operand => forms.FormOf(operand) == Form.Matrix) && Array.TrueForAll(value.Operands, operand => operand.Shape.Rank == 2);
        if (isMatrices && value.Operation is MatMulOperation { TransposesLeft: true, TransposesRight: false })
            return new GradientTerm(GradientKind.Product, operands, leaf);
        if (isMatrices && value.Operation is SumOperation { Axes: (0, 1) }) return new GradientTerm(GradientKind.ColumnSum, operands, leaf);
        if (isMatrices && value.Operation is SumOperation { Axes: (0, 2) }) return new GradientTerm(GradientKind.Total, operands, leaf);
        if (forms.FormOf(value) == Form.Matrix && value.Shape.Rank == 2)
        {
            var form = forms.FormOf(graph.Values.First(other => other.Role == Role.Leaf && other.Index == leaf));
            // One row is its own sum.
            if (form is Form.Vector or Form.Scalar) return new GradientTerm(GradientKind.ColumnSum, [value], leaf);
            if (form == Form.Matrix) return new GradientTerm(GradientKind.Rows, [value], leaf);
        }
        return new GradientTerm(GradientKind.Tensor, [value], leaf);
    }

    enum GradientKind
    {
        Product,
        ColumnSum,
        Total,
        Rows,
        Tensor,
    }

    sealed record GradientTerm(GradientKind Kind, StepValue[] Operands, int Leaf);
}
