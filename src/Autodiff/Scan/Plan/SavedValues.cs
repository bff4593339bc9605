namespace Autograd.Scan;

/// <summary>
/// What the forward step saves for the backward step. Values that the backward step uses are saved, unless a few additions and products
/// give them again from what is saved anyway; those are recomputed where they are used. Transcendental functions never are, nor is what the
/// backward step looks for among other values: recomputed, it may be another number in the last bit.
/// </summary>
sealed class SavedValues
{
    readonly StepGraph graph;
    readonly StepForms forms;
    readonly HashSet<StepValue> saved = [];
    readonly HashSet<StepValue> recomputed = [];

    // What has to be in memory before the pass that reads some of its columns, or repeats them, and what must be the number that it was.
    readonly HashSet<StepValue> inMemory = [];
    readonly HashSet<StepValue> next;

    public SavedValues(StepGraph graph, StepForms forms)
    {
        this.graph = graph;
        this.forms = forms;
        // A next state that is some columns of a value is a copy of them: whoever reads the columns reads that value.
        next = [.. graph.Next.Select(forms.Actual).Where(value => forms.KindOf(value) != ValueKind.View)];
        Choose();
    }

    /// <summary>Saved values in order.</summary>
    public IEnumerable<StepValue> Saved => saved.OrderBy(value => value.Number);

    /// <summary>Values that the backward step recomputes, in order.</summary>
    public IEnumerable<StepValue> Recomputed => recomputed.OrderBy(value => value.Number);

    public bool IsRecomputed(StepValue value) => recomputed.Contains(value);

    void Choose()
    {
        var used = UsedByBackward();
        foreach (var value in used.Where(value => !IsCheap(value))) saved.Add(value);
        var given = new HashSet<StepValue>();
        foreach (var value in graph.Values)
        {
            if (!ReferenceEquals(forms.Actual(value), value) || value.Role != Role.Computed || value.IsBackward) continue;
            bool isGivenAgain = IsCheap(value) && Array.TrueForAll(
                value.Operands, operand => IsThere(forms.Actual(operand))
                || (given.Contains(forms.Actual(operand)) && !forms.IsFromMemory(operand, value)));
            if (isGivenAgain) given.Add(value);
            if (!used.Contains(value) || !IsCheap(value)) continue;
            if (isGivenAgain) recomputed.Add(value);
            else saved.Add(value);
        }
        AddOperandsOfRecomputed();
        saved.ExceptWith(recomputed);
    }

    // What is recomputed may be made of values that are recomputed too.
    void AddOperandsOfRecomputed()
    {
        var open = new Stack<StepValue>(recomputed);
        while (open.TryPop(out var value))
            foreach (var operand in value.Operands.Select(forms.Actual))
                if (!IsThere(operand) && recomputed.Add(operand))
                    open.Push(operand);
    }

    HashSet<StepValue> UsedByBackward()
    {
        var used = new HashSet<StepValue>();
        var seen = new HashSet<StepValue>();
        var open = new Stack<StepValue>(graph.Gradients.Select(forms.Actual));
        while (open.TryPop(out var value))
        {
            if (!seen.Add(value)) continue;
            if (value.Role == Role.Computed && !value.IsBackward)
            {
                // Of a view the whole is saved.
                if (forms.KindOf(value) == ValueKind.View) open.Push(Viewed(value));
                else if (!next.Contains(value)) used.Add(value);
                continue;
            }
            foreach (var operand in value.Operands)
            {
                // Columns are read where they lie.
                bool isFromMemory = forms.KindOf(value) == ValueKind.View
                    || (forms.KindOf(value) == ValueKind.Fused && forms.IsFromMemory(operand, value));
                if (isFromMemory || IsLookedFor(operand, value)) inMemory.Add(forms.Actual(operand));
                open.Push(forms.Actual(operand));
            }
        }
        return used;
    }

    // The greatest element of a row, for one. What is compared with itself is only asked whether it is a number.
    static bool IsLookedFor(StepValue value, StepValue user) =>
        user.Form == OperationForm.Equality && Array.Exists(user.Operands, operand => operand != value);

    StepValue Viewed(StepValue view)
    {
        var whole = forms.Actual(view.Operands[0]);
        inMemory.Add(whole);
        return whole;
    }

    // Whether the backward step finds a value of the forward step in memory; a next state is there anyway.
    bool IsThere(StepValue value)
    {
        value = forms.WholeOf(value);
        return value.Role != Role.Computed || saved.Contains(value) || next.Contains(value);
    }

    bool IsCheap(StepValue value) => !inMemory.Contains(value) && forms.KindOf(value) == ValueKind.Fused && !forms.IsExpensive(value);
}
