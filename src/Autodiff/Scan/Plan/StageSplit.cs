namespace Autograd.Scan;

/// <summary>Values of one direction that are computed together, for all steps of a chunk before the next stage begins.</summary>
/// <param name="Values">The values, operands first.</param>
/// <param name="States">The states that are written.</param>
/// <param name="IsCycle">Whether a step of the stage needs the one before it.</param>
sealed record StageValues(StepValue[] Values, int[] States, bool IsCycle);

/// <summary>
/// Splits what a direction computes into stages: the strongly connected parts of the graph of values and states, in the order in which they
/// need each other. What lies on no cycle is collected between them, as early as possible; what is cheap and used by one later stage alone
/// moves into it.
/// </summary>
sealed class StageSplit
{
    readonly StepForms forms;
    readonly StepValue[] values;
    readonly Dictionary<StepValue, int> numbers = [];
    readonly List<int>[] edges;
    readonly int[] component;
    readonly int states;
    readonly bool isCarried;
    int components;

    /// <param name="forms">The graph's forms.</param>
    /// <param name="computed">What the direction computes, operands first.</param>
    /// <param name="handed">For each state what a step hands on to the next; null where it hands nothing on.</param>
    /// <param name="taken">For each state the value by which the next step takes it; null if it does not.</param>
    /// <param name="isCarried">Whether only one step's states are in memory, as in the backward direction; so whoever reads one belongs to
    /// its cycle.</param>
    public StageSplit(StepForms forms, StepValue[] computed, StepValue?[] handed, StepValue?[] taken, bool isCarried)
    {
        this.forms = forms;
        values = computed;
        states = handed.Length;
        this.isCarried = isCarried;
        for (int i = 0; i < values.Length; i++) numbers.Add(values[i], i);
        // Behind the values stands a node for each state.
        edges = new List<int>[values.Length + states];
        for (int i = 0; i < edges.Length; i++) edges[i] = [];
        var takers = new Dictionary<StepValue, int>();
        for (int i = 0; i < states; i++)
            if (taken[i] is { } state)
                takers.TryAdd(forms.Actual(state), values.Length + i);
        for (int i = 0; i < values.Length; i++)
            foreach (var operand in values[i].Operands.Select(forms.Actual)) ConnectRead(operand, i, takers);
        for (int i = 0; i < states; i++)
            if (handed[i] is { } value)
                ConnectRead(forms.Actual(value), values.Length + i, takers);
        component = new int[edges.Length];
        FindComponents();
    }

    /// <summary>The stages in order.</summary>
    /// <param name="isStored">Whether a value is needed in memory outside of the stage that uses it.</param>
    /// <param name="isSummed">Whether a value is asked for as the sums of its columns.</param>
    /// <param name="needsSteps">Whether a value cannot be computed for a chunk at once.</param>
    public StageValues[] Stages(Func<StepValue, bool> isStored, Func<StepValue, bool> isSummed, Func<StepValue, bool> needsSteps)
    {
        var (sizes, depths) = (new int[components], new int[components]);
        var cycles = new bool[components];
        foreach (int part in component) sizes[part]++;
        for (int node = values.Length; node < edges.Length; node++)
            cycles[component[node]] = isCarried || sizes[component[node]] > 1 || edges[node].Contains(node);
        // Components are numbered users first, so that operands come from the last to the first.
        var members = Members();
        for (int part = components - 1; part >= 0; part--)
            foreach (int node in members[part])
                foreach (int user in edges[node])
                    if (component[user] != part)
                        depths[component[user]] =
                            Math.Max(depths[component[user]], After(node, depths[part], cycles[part], cycles[component[user]]));
        // A stage for the values on no cycle of each depth, and one for each cycle.
        var stageOf = new (int Depth, int Cycle)[edges.Length];
        for (int node = 0; node < edges.Length; node++)
            stageOf[node] = cycles[component[node]] ? (depths[component[node]] | 1, component[node]) : (depths[component[node]], -1);
        var read = ReadByStages(stageOf);
        Sink(stageOf, read, isStored, needsSteps);
        Lift(stageOf, read, value => isSummed(value) && !isStored(value));
        foreach (var view in values.Where(value => forms.KindOf(value) == ValueKind.View)) MoveToWhole(view, stageOf);
        return InOrder(stageOf);
    }

    // By depth, and the last cycle first.
    StageValues[] InOrder((int Depth, int Cycle)[] stageOf)
    {
        int[] nodes = new int[edges.Length];
        for (int node = 0; node < nodes.Length; node++) nodes[node] = node;
        Array.Sort(nodes, (one, other) =>
            stageOf[one].Depth != stageOf[other].Depth ? stageOf[one].Depth - stageOf[other].Depth
            : stageOf[one].Cycle != stageOf[other].Cycle ? stageOf[other].Cycle - stageOf[one].Cycle : one - other);
        var stages = new List<StageValues>();
        for (int first = 0, end; first < nodes.Length; first = end)
        {
            var stage = stageOf[nodes[first]];
            for (end = first + 1; end < nodes.Length && stageOf[nodes[end]] == stage;) end++;
            int states = Array.FindIndex(nodes, first, end - first, node => node >= values.Length);
            if (states < 0) states = end;
            stages.Add(new StageValues(
                Array.ConvertAll(nodes[first..states], node => values[node]),
                Array.ConvertAll(nodes[states..end], node => node - values.Length), stage.Cycle >= 0));
        }
        return [.. stages];
    }

    // Even depths are of values on no cycle, odd ones of cycles. A state on no cycle is there when it is there for all steps.
    int After(int node, int depth, bool isCycle, bool isUserCycle)
    {
        if (isCycle) return (depth | 1) + (isUserCycle ? 2 : 1);
        return depth + (isUserCycle ? 1 : node >= values.Length ? 2 : 0);
    }

    // Whoever reads a part of a state, or hands it on, reads the state.
    void ConnectRead(StepValue from, int to, Dictionary<StepValue, int> takers)
    {
        Connect(from, to, takers);
        if (forms.WholeOf(from) is var whole && whole != from) Connect(whole, to, takers);
    }

    void Connect(StepValue from, int to, Dictionary<StepValue, int> takers)
    {
        if (numbers.TryGetValue(from, out int number)) edges[number].Add(to);
        if (!takers.TryGetValue(from, out int state)) return;
        edges[state].Add(to);
        if (isCarried) edges[to].Add(state);
    }

    // From the last value to the first: where all users are in one later stage, a value may go there too.
    void Sink(
        (int Depth, int Cycle)[] stageOf, Dictionary<(int Depth, int Cycle), HashSet<StepValue>> read, Func<StepValue, bool> isStored,
        Func<StepValue, bool> needsSteps)
    {
        for (int i = values.Length - 1; i >= 0; i--)
        {
            if (stageOf[i].Cycle >= 0 || edges[i].Count == 0 || isStored(values[i])) continue;
            var user = stageOf[edges[i][0]];
            if (user == stageOf[i] || !edges[i].TrueForAll(node => stageOf[node] == user)) continue;
            bool isWelcome = user.Cycle < 0 ? CanJoin(values[i], read[user]) && !needsSteps(values[i])
                : CanSink(values[i], edges[i], read[user]);
            if (!isWelcome) continue;
            stageOf[i] = user;
            read[user].UnionWith(values[i].Operands.Select(forms.Actual));
        }
    }

    // A value that is only summed up is computed where its operands are in registers.
    void Lift(
        (int Depth, int Cycle)[] stageOf, Dictionary<(int Depth, int Cycle), HashSet<StepValue>> read, Func<StepValue, bool> isSummed)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (stageOf[i].Cycle >= 0 || edges[i].Count > 0 || !isSummed(values[i]) || !IsCheap(values[i])) continue;
            var operands = values[i].Operands.Select(forms.Actual)
                .Where(operand => forms.LayoutOf(operand) == Layout.Matrix && operand.Role != Role.Constant).ToArray();
            (int Depth, int Cycle) user = (-1, -1);
            foreach (var operand in operands)
                if (numbers.TryGetValue(operand, out int number) && stageOf[number].Depth > user.Depth)
                    user = stageOf[number];
            // One more operand is read in either case.
            if (user.Cycle >= 0 && operands.Count(operand => !IsAtHand(operand, user)) <= 1) stageOf[i] = user;
        }

        bool IsAtHand(StepValue operand, (int Depth, int Cycle) user) =>
            read[user].Contains(operand) || (numbers.TryGetValue(operand, out int number) && stageOf[number] == user);
    }

    bool IsCheap(StepValue value) => forms.KindOf(value) == ValueKind.Fused && !forms.IsExpensive(value);

    Dictionary<(int Depth, int Cycle), HashSet<StepValue>> ReadByStages((int Depth, int Cycle)[] stageOf)
    {
        var read = new Dictionary<(int Depth, int Cycle), HashSet<StepValue>>();
        for (int i = 0; i < stageOf.Length; i++)
        {
            if (!read.TryGetValue(stageOf[i], out var found)) read.Add(stageOf[i], found = []);
            if (i < values.Length) found.UnionWith(values[i].Operands.Select(forms.Actual));
        }
        return read;
    }

    // A product is a term of a sum there.
    bool CanSink(StepValue value, List<int> users, HashSet<StepValue> read)
    {
        switch (forms.KindOf(value))
        {
            case ValueKind.Product:
                return users.Count == 1 && users[0] < values.Length && IsSum(values[users[0]]);
            case ValueKind.Fused when IsSum(value) && value.Operands.Any(operand => forms.KindOf(operand) == ValueKind.Product):
                return true;
            default:
                return CanJoin(value, read);
        }
    }

    // What is elementwise must not make a stage read more. An outer product is made of less than it is.
    bool CanJoin(StepValue value, HashSet<StepValue> read)
    {
        if (!IsCheap(value)) return false;
        var more = value.Operands.Select(forms.Actual).Distinct()
            .Where(operand => forms.LayoutOf(operand) == Layout.Matrix && operand.Role != Role.Constant && !read.Contains(operand))
            .ToArray();
        return more.Length <= 1 || more.Sum(forms.WidthOf) < forms.WidthOf(value);
    }

    bool IsSum(StepValue value) => value.Form == OperationForm.Addition && forms.KindOf(value) == ValueKind.Fused;

    // Nothing is computed for a view: it is there where its whole is.
    void MoveToWhole(StepValue view, (int Depth, int Cycle)[] stageOf)
    {
        if (numbers.TryGetValue(forms.Actual(view.Operands[0]), out int whole)) stageOf[numbers[view]] = stageOf[whole];
    }

    List<int>[] Members()
    {
        var members = new List<int>[components];
        for (int i = 0; i < components; i++) members[i] = [];
        for (int node = 0; node < edges.Length; node++) members[component[node]].Add(node);
        return members;
    }

    // Tarjan, Depth-first search and linear graph algorithms, 1972; with a stack of its own.
    void FindComponents()
    {
        var (order, low, next) = (new int[edges.Length], new int[edges.Length], new int[edges.Length]);
        var isOpen = new bool[edges.Length];
        var (path, open) = (new Stack<int>(), new Stack<int>());
        int count = 0;
        for (int root = 0; root < edges.Length; root++)
        {
            if (order[root] == 0) Enter(root);
            while (path.TryPeek(out int node))
            {
                if (next[node] < edges[node].Count)
                {
                    int user = edges[node][next[node]++];
                    if (order[user] == 0) Enter(user);
                    else if (isOpen[user]) low[node] = Math.Min(low[node], order[user]);
                    continue;
                }
                path.Pop();
                if (path.TryPeek(out int before)) low[before] = Math.Min(low[before], low[node]);
                if (low[node] == order[node]) Close(node);
            }
        }

        void Enter(int node)
        {
            order[node] = low[node] = ++count;
            isOpen[node] = true;
            path.Push(node);
            open.Push(node);
        }

        void Close(int root)
        {
            int node;
            do
            {
                node = open.Pop();
                isOpen[node] = false;
                component[node] = components;
            }
            while (node != root);
            components++;
        }
    }
}
