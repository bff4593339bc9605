using System.Runtime.InteropServices;

namespace Autograd.Scan;

/// <summary>
/// What the derivative rules of the operations that a user wrote do now. A plan contains what they did when it was made; unlike a step they
/// are not called at each run, and could go by a parameter or by anything else that has changed since. So they are traced at each run, and
/// a plan is for these rules alone.
/// </summary>
sealed class TracedRules
{
    // Larger data would have to be compared at each run.
    const int MostNumbers = 1 << 16;

    /// <summary>Those of a program without such operations, or without gradients.</summary>
    public static readonly TracedRules None = new([]);

    readonly List<Rule> rules;

    TracedRules(List<Rule> rules) => this.rules = rules;

    /// <summary>The rules of a program's operations as they are now.</summary>
    /// <param name="program">The program.</param>
    /// <param name="tracked">Of which of the input, the states and the leaves gradients are needed.</param>
    /// <param name="obstacle">Why no plan can contain them; null if one can.</param>
    public static TracedRules Of(StepProgram program, bool[] tracked, out string? obstacle)
    {
        obstacle = null;
        if (!program.HasCustomOperation || !tracked.Contains(true)) return None;
        var rules = new List<Rule>();
        bool[] isTracked = Tracked(program, tracked);
        for (int i = program.FirstComputed; i < program.Nodes.Length && obstacle is null; i++)
        {
            if (program.Nodes[i].Operation is not { IsCustom: true }) continue;
            for (int operand = 0; operand < program.Nodes[i].Operands.Length && obstacle is null; operand++)
                if (isTracked[program.Nodes[i].Operands[operand]])
                    rules.Add(Trace(program, i, operand, out obstacle));
        }
        return new(rules);
    }

    /// <summary>Whether other rules do the same with the same numbers.</summary>
    public bool AreSameAs(TracedRules other)
    {
        if (rules.Count != other.rules.Count) return false;
        for (int i = 0; i < rules.Count; i++)
            if (!rules[i].IsSameAs(other.rules[i]))
                return false;
        return true;
    }

    // States are handed on, and with them cotangents.
    static bool[] Tracked(StepProgram program, bool[] tracked)
    {
        var found = new bool[program.Nodes.Length];
        found[0] = tracked[0];
        found.AsSpan(1, program.States).Fill(true);
        tracked.AsSpan(1 + program.States).CopyTo(found.AsSpan(program.FirstLeaf));
        for (int i = program.FirstComputed; i < found.Length; i++)
            found[i] = Array.Exists(program.Nodes[i].Operands, operand => found[operand]);
        return found;
    }

    static Rule Trace(StepProgram program, int number, int argument, out string? obstacle)
    {
        var node = program.Nodes[number];
        var operation = node.Operation!;
        Tensor[] like =
            [Like(number), .. Array.ConvertAll(node.Operands, Like), Like(number)];
        bool isZero = false;
        // What the rule computes from parameters outside of its trace is recorded here.
        using var around = Tape.BeginIsolated();
        var trace = StepTrace.Of(Pull, like, 0);
        obstacle = trace switch
        {
            { Program: null } => $"the derivative of {operation.Name} cannot be traced: {trace.Reason}",
            { StepData.Length: > 0 } => $"the derivative of {operation.Name} depends on the time step",
            _ when around.Memory.Leaves.Count > 0 || Array.Exists(trace.Leaves, leaf => leaf is Parameter) =>
                $"the derivative of {operation.Name} uses a parameter that is no operand",
            _ when trace.Leaves.Sum(leaf => (long)leaf.ElementCount) > MostNumbers => $"the derivative of {operation.Name} uses large data",
            _ => null,
        };
        return new(trace.Program, obstacle is null ? Array.ConvertAll(trace.Leaves, leaf => leaf.ToDoubles()) : [], isZero);

        Tensor Like(int value) => new(program.ElementType, program.Nodes[value].Shape, null);

        (Tensor Output, Tensor[] Next) Pull(Tensor cotangent, Tensor[] states, Tensor[] given)
        {
            var sink = new OneOperand(argument);
            operation.Pull(new Call(given.AsSpan(..^1), given.AsSpan(^1..)), [cotangent], sink);
            isZero = sink.Contribution is null;
            return (sink.Contribution ?? cotangent, []);
        }
    }

    /// <summary>What a rule does, and with which data; nothing where its result is zero.</summary>
    sealed record Rule(StepProgram? Program, double[][] Data, bool IsZero)
    {
        public bool IsSameAs(Rule other)
        {
            if (IsZero != other.IsZero || Program is null || other.Program is null || !Program.IsSameAs(other.Program)) return false;
            for (int i = 0; i < Data.Length; i++)
                if (!Bits(Data[i]).SequenceEqual(Bits(other.Data[i])))
                    return false;
            return true;
        }

        static ReadOnlySpan<long> Bits(double[] numbers) => MemoryMarshal.Cast<double, long>(numbers);
    }

    /// <summary>Takes what a rule gives for one operand.</summary>
    sealed class OneOperand(int operand) : CotangentSink
    {
        public Tensor? Contribution { get; private set; }

        public override bool IsRecorded => true;

        public override CancellationToken Cancellation => default;

        public override bool Wants(int argument) => argument == operand;

        public override void Add(int argument, Tensor contribution) =>
            Contribution = Contribution is null ? contribution : Contribution + contribution;

        public override Tensor Reveal(Tensor cotangent) => cotangent;

        public override void AddAt(int argument, ScatterOperation adjoint, Tensor cotangent) => throw NotOfUsers();

        public override void AddProduct(int argument, Tensor left, Tensor right) => throw NotOfUsers();

        public override void Replay(Segment segment, ReadOnlySpan<Tensor?> cotangents) => throw NotOfUsers();

        static NotSupportedException NotOfUsers() => new("A user's rule gives a tensor for each operand.");
    }
}
