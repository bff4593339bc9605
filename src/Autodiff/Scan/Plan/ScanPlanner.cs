namespace Autograd.Scan;

/// <summary>Makes plans: what is saved, the stages of both directions, and what each of them does.</summary>
sealed class ScanPlanner
{
    // Products over so many rows run at full speed; more would only leave the cache.
    const int RowsInChunk = 256;

    // A matrix memory of each sequence would leave it with fewer.
    const int ElementsInChunk = 1 << 18;

    // Sums of columns are kept for so many lanes at most; they are what threads split.
    const int MostLanes = 8;

    readonly StepGraph graph;
    readonly StepForms forms;
    readonly ScanPlan plan;
    readonly ScanMemory memory;

    ScanPlanner(StepGraph graph, bool hasGradients)
    {
        this.graph = graph;
        forms = new StepForms(graph);
        int batch = forms.Batch, widest = 1;
        foreach (var value in graph.Values)
            if (value.Role == Role.Computed && forms.LayoutOf(value) == Layout.Matrix)
                widest = Math.Max(widest, forms.WidthOf(value));
        int chunkSteps = Math.Max(1, Math.Min(RowsInChunk / Math.Max(batch, 1), ElementsInChunk / (batch * widest)));
        plan = new ScanPlan
        {
            Graph = graph,
            HasGradients = hasGradients,
            Batch = batch,
            States = new BufferSlice[graph.Program.States],
            Sequences = new BufferSlice[graph.Program.Sequences],
            RowsInLane = RowsInLane(batch),
            ChunkRowsInLane = RowsInLane(chunkSteps * batch),
            ChunkSteps = chunkSteps,
        };
        memory = new ScanMemory(plan, forms);
    }

    public static ScanPlan Make(StepGraph graph, bool hasGradients)
    {
        var planner = new ScanPlanner(graph, hasGradients);
        planner.AssignGiven();
        var saved = hasGradients ? new SavedValues(graph, planner.forms) : null;
        planner.PlanForward(saved);
        if (saved is not null) planner.PlanBackward(saved);
        return planner.plan;
    }

    static int RowsInLane(int rows)
    {
        int blocks = (rows - 1) / KernelLayout.RowsInBlock + 1;
        return ((blocks - 1) / MostLanes + 1) * KernelLayout.RowsInBlock;
    }

    void AssignGiven()
    {
        foreach (var value in graph.Values)
        {
            switch (value.Role)
            {
                case Role.Input:
                    memory.Define(value, plan.Input = memory.External(value));
                    break;
                case Role.State:
                    memory.Define(value, plan.States[value.Index] = memory.Like(BufferKind.Trajectory, value, hasInitial: true));
                    break;
                case Role.Sequence:
                    memory.Define(value, plan.Sequences[value.Index] = memory.Given(value));
                    break;
            }
        }
    }

    void PlanForward(SavedValues? saved)
    {
        plan.Saved = [.. saved?.Saved ?? []];
        plan.Recomputed = [.. saved?.Recomputed ?? []];
        var direction = new DirectionPlanner(memory, plan.Forward, value => value.Role == Role.Computed, _ => false, isCarried: false);
        ThrowIfSpread();
        var next = new BufferSlice[graph.Next.Length];
        for (int i = 0; i < next.Length; i++) direction.Store(graph.Next[i], next[i] = plan.States[i] with { Later = 1 }, i);
        plan.Output = OutputPlace(next);
        if (!next.Contains(plan.Output)) direction.Store(graph.Output, plan.Output);
        // A saved output lies where the output does.
        foreach (var value in plan.Saved)
            if (forms.Actual(graph.Output) != value)
                direction.Store(value, memory.Like(BufferKind.Trajectory, value));
        direction.Plan(graph.Next, States(Role.State));
    }

    // A vector that is given, or computed from nothing but such, is a row for all wherever it is used. As a state or an output it would
    // have to be a number for each sequence.
    void ThrowIfSpread()
    {
        int spread = Array.FindIndex([.. graph.Next, graph.Output], IsSpread);
        if (spread < 0) return;
        string name = spread < graph.Next.Length ? FormattableString.Invariant($"state {spread}") : "the output";
        throw new NoPlanException(
            $"{name} is {Shape.Create([forms.Batch])} after the step, a number for each sequence that nothing with sequences decides");
    }

    bool IsSpread(StepValue result) =>
        result.Shape.Rank == 1 && result.Shape[0] == forms.Batch && forms.LayoutOf(result) == Layout.Vector;

    // Where the output is a state, it is where that state lies.
    BufferSlice OutputPlace(BufferSlice[] next)
    {
        var output = forms.Actual(graph.Output);
        int state = output.Role == Role.Computed ? Array.FindIndex(graph.Next, value => forms.Actual(value) == output) : -1;
        return state >= 0 ? next[state] : memory.Like(BufferKind.Trajectory, graph.Output);
    }

    void PlanBackward(SavedValues saved)
    {
        int states = graph.Program.States;
        (plan.CarryRead, plan.CarryWrite) = (new BufferSlice[states], new BufferSlice[states]);
        foreach (var value in graph.Values)
        {
            if (value.Role == Role.OutputCotangent) memory.Define(value, plan.OutputCotangent = memory.External(value));
            if (value.Role != Role.StateCotangent) continue;
            memory.Define(value, plan.CarryRead[value.Index] = memory.Like(BufferKind.CarryRead, value));
            plan.CarryWrite[value.Index] = memory.Like(BufferKind.CarryWrite, value);
        }
        var direction = new DirectionPlanner(
            memory, plan.Backward, value => value is { Role: Role.Computed, IsBackward: true }, saved.IsRecomputed, isCarried: true);
        for (int i = 0; i < states; i++)
            if (graph.StateGradients[i] is { } gradient)
                direction.Store(gradient, plan.CarryWrite[i], i);
        if (graph.InputGradient is { } inputGradient) direction.Store(inputGradient, InputGradientPlace());
        foreach (var term in new GradientTerms(graph, forms).All()) direction.AddUp(term);
        direction.Plan(graph.StateGradients, States(Role.StateCotangent));
    }

    StepValue?[] States(Role role)
    {
        var states = new StepValue?[graph.Program.States];
        foreach (var value in graph.Values)
            if (value.Role == role)
                states[value.Index] = value;
        return states;
    }

    BufferSlice InputGradientPlace()
    {
        var input = graph.Values.First(value => value.Role == Role.Input);
        return plan.InputGradient = memory.External(input);
    }
}
