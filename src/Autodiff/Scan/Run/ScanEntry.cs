using System.Numerics;

namespace Autograd.Scan;

/// <summary>A plain number in a program: one of those of an operation.</summary>
readonly record struct ProgramNumber(int Node, int Index) : IComparable<ProgramNumber>
{
    public int CompareTo(ProgramNumber other) => (Node, Index).CompareTo((other.Node, other.Index));
}

/// <summary>A plan, what it was made for, and its workspaces.</summary>
sealed class ScanEntry
{
    readonly bool[] tracked;
    readonly TracedRules rules;
    readonly ProgramNumber[] numbers;
    readonly GeneralLeaves? leaves;
    readonly Dictionary<KernelBackEnd, object> workspaces = [];

    ScanEntry(
        StepProgram program, ScanPlan plan, bool[] tracked, TracedRules rules, ProgramNumber[] numbers, GeneralLeaves? leaves)
    {
        Program = program;
        Plan = plan;
        this.tracked = tracked;
        this.rules = rules;
        this.numbers = numbers;
        this.leaves = leaves;
        Use = new(this);
    }

    /// <summary>The program for which the plan was made.</summary>
    public StepProgram Program { get; }

    public ScanPlan Plan { get; }

    /// <summary>Whether the plan takes plain numbers of the program at each run.</summary>
    public bool TakesNumbers => numbers.Length > 0;

    /// <summary>Where the entry stands among those used last.</summary>
    public LinkedListNode<ScanEntry> Use { get; }

    /// <summary>Makes the plan of a program; null with the reason where there is none, or its derivative cannot be traced.</summary>
    /// <param name="program">The program.</param>
    /// <param name="leaves">What it uses from outside.</param>
    /// <param name="tracked">Whose gradients are needed.</param>
    /// <param name="rules">What the derivative rules of the user's operations do.</param>
    /// <param name="numbers">Numbers that the plan takes at each run.</param>
    /// <param name="reason">Why there is no plan.</param>
    public static ScanEntry? Make(
        StepProgram program, Tensor[] leaves, bool[] tracked, TracedRules rules, ProgramNumber[] numbers, out string? reason)
    {
        reason = null;
        try
        {
            if (numbers.Length == 0) return new ScanEntry(program, PlanOf(program, tracked), tracked, rules, numbers, null);
            var (general, taken) = WithNumbersAsLeaves(program, leaves, numbers);
            int given = 1 + program.States;
            bool[] needed = [.. tracked[..given], .. taken.Order.Select(leaf => leaf < leaves.Length && tracked[given + leaf])];
            return new ScanEntry(program, PlanOf(general, needed), tracked, rules, numbers, taken);
        }
        catch (SymbolicReadException error)
        {
            reason = $"the derivative of the step cannot be traced: {error.Message}";
        }
        catch (Exception error) when (error is MissingRuleException or NoPlanException)
        {
            reason = error.Message;
        }
        return null;
    }

    /// <summary>Whether the plan is for this program, these gradients, and these rules.</summary>
    public bool Fits(StepProgram other, bool[] needed, TracedRules otherRules)
    {
        if (ReferenceEquals(other, Program)) return HasGradients(needed, otherRules);
        if (!FitsApartFromNumbers(other, needed, otherRules)) return false;
        foreach (var difference in Differences(other))
            if (Array.BinarySearch(numbers, difference) < 0)
                return false;
        return true;
    }

    /// <summary>Whether the plan is for a program that differs in plain numbers at most.</summary>
    public bool FitsApartFromNumbers(StepProgram other, bool[] needed, TracedRules otherRules) =>
        HasGradients(needed, otherRules) && Program.IsSameApartFromNumbers(other);

    /// <summary>Whether the plan is for this program and these gradients, but for other rules.</summary>
    public bool DiffersInRules(StepProgram other, bool[] needed, TracedRules otherRules) =>
        tracked.AsSpan().SequenceEqual(needed) && !rules.AreSameAs(otherRules) && Program.IsSameAs(other);

    bool HasGradients(bool[] needed, TracedRules otherRules) => tracked.AsSpan().SequenceEqual(needed) && rules.AreSameAs(otherRules);

    /// <summary>The numbers in which a program differs that is the same otherwise.</summary>
    public IEnumerable<ProgramNumber> Differences(StepProgram other)
    {
        for (int node = Program.FirstComputed; node < Program.Nodes.Length; node++)
        {
            if (Program.Nodes[node].Operation!.IsSameAs(other.Nodes[node].Operation!)) continue;
            double[] own = [.. Program.Nodes[node].Operation!.Numbers], others = [.. other.Nodes[node].Operation!.Numbers];
            for (int i = 0; i < own.Length; i++)
                if (BitConverter.DoubleToInt64Bits(own[i]) != BitConverter.DoubleToInt64Bits(others[i]))
                    yield return new(node, i);
        }
    }

    /// <summary>
    /// What the plan uses from outside: the leaves of a program, those of its numbers that it takes at each run, and the others beside
    /// them.
    /// </summary>
    public Tensor[] LeavesOf(StepProgram program, Tensor[] given)
    {
        if (leaves is null) return given;
        Tensor[] all = [.. given, .. numbers.Select(number => Scalar(program, number)), .. leaves.Constants];
        return Array.ConvertAll(leaves.Order, leaf => all[leaf]);
    }

    /// <summary>A run of the plan.</summary>
    /// <param name="inputs">What it is run on.</param>
    /// <param name="isRecorded">Whether the tape under way takes the results.</param>
    /// <param name="backEnd">What runs the kernels.</param>
    public IScanRun Begin(ScanInputs inputs, bool isRecorded, KernelBackEnd backEnd) => Plan.IsSingle
        ? new ScanRun<float>(Plan, Workspaces<float>(backEnd), inputs, isRecorded)
        : new ScanRun<double>(Plan, Workspaces<double>(backEnd), inputs, isRecorded);

    ScanWorkspaces<T> Workspaces<T>(KernelBackEnd backEnd)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        lock (workspaces)
        {
            if (!workspaces.TryGetValue(backEnd, out object? found)) workspaces.Add(backEnd, found = new ScanWorkspaces<T>(Plan, backEnd));
            return (ScanWorkspaces<T>)found;
        }
    }

    static ScanPlan PlanOf(StepProgram program, bool[] tracked)
    {
        bool hasGradients = tracked.Contains(true);
        program = StepRows.Of(program);
        var graph = hasGradients ? StepGraph.WithGradients(program, tracked[0], tracked[(1 + program.States)..])
            : StepGraph.Forward(program);
        return ScanPlanner.Make(graph, hasGradients);
    }

    static Tensor Scalar(StepProgram program, ProgramNumber number) =>
        Tensor.Scalar(program.Nodes[number.Node].Operation!.Numbers[number.Index], program.ElementType);

    // The program traced anew, with tensors in the place of some numbers.
    static (StepProgram Program, GeneralLeaves Leaves) WithNumbersAsLeaves(StepProgram program, Tensor[] leaves, ProgramNumber[] numbers)
    {
        Tensor[] all = [.. leaves, .. numbers.Select(number => Scalar(program, number))];
        var given = Array.ConvertAll(program.Nodes[..program.FirstLeaf], node => new Tensor(program.ElementType, node.Shape, null));
        var trace = StepTrace.Of(Step, given, program.States);
        if (trace.Program is null) throw new SymbolicReadException(trace.Reason!);
        Tensor[] constants = [.. trace.Leaves.Where(leaf => IndexOf(all, leaf) < 0)];
        Tensor[] known = [.. all, .. constants];
        return (trace.Program, new(Array.ConvertAll(trace.Leaves, leaf => IndexOf(known, leaf)), constants));

        (Tensor Output, Tensor[] Next) Step(Tensor x, Tensor[] states, Tensor[] sequences)
        {
            var values = new Tensor[program.Nodes.Length];
            Tensor[] first = [x, .. states, .. sequences, .. leaves];
            first.CopyTo(values, 0);
            for (int i = program.FirstComputed; i < values.Length; i++)
            {
                var operation = program.Nodes[i].Operation!;
                var taken = new Tensor?[operation.Numbers.Length];
                for (int n = 0; n < numbers.Length; n++)
                    if (numbers[n].Node == i)
                        taken[numbers[n].Index] = all[leaves.Length + n];
                var operands = Array.ConvertAll(program.Nodes[i].Operands, operand => values[operand]);
                values[i] = Array.TrueForAll(taken, number => number is null) ? Dispatcher.Apply(operation, operands)
                    : operation.ApplyWithNumbers(operands, taken);
            }
            return (values[program.Output], Array.ConvertAll(program.Next, number => values[number]));
        }

        static int IndexOf(Tensor[] tensors, Tensor leaf) => Array.FindIndex(tensors, one => ReferenceEquals(one, leaf));
    }

    /// <summary>Of a program with tensors in the place of some numbers: where its leaves come from.</summary>
    /// <param name="Order">For each, which it is of the step's leaves, the numbers and the constants.</param>
    /// <param name="Constants">Numbers that the arithmetic of an operation has beside those: the 1 in a slope, the other limit.</param>
    sealed record GeneralLeaves(int[] Order, Tensor[] Constants);
}
