namespace Autograd.Transforms;

/// <summary>
/// Runs a traced function for many rows at once: an operation with a mapped operand uses its batching rule, any other runs once for all
/// rows. What no result needs does not run, and a value is released after its last use.
/// </summary>
sealed class MappedProgram
{
    // Of functions of rows that operations hold.
    static readonly Func<Func<Tensor, Tensor>, Func<Tensor, Tensor>> Lift = function => x => Vmap.Run(function, x);

    readonly TracedFunction function;
    readonly Tensor?[] values;
    readonly bool[] mapped;
    readonly int[] lastUses;
    readonly int count;
    readonly Dictionary<RecordedOperation, object>? kept;

    MappedProgram(TracedFunction function, ReadOnlySpan<Tensor> given, ReadOnlySpan<bool> isMapped, int count, bool keeps)
    {
        this.function = function;
        this.count = count;
        values = new Tensor?[function.Values.Length];
        mapped = new bool[values.Length];
        given.CopyTo(values!);
        isMapped.CopyTo(mapped);
        lastUses = LastUses(function);
        kept = keeps ? new(ReferenceEqualityComparer.Instance) : null;
    }

    /// <summary>Runs a function.</summary>
    /// <param name="function">The function, traced with rows.</param>
    /// <param name="given">Its inputs, data of the step and leaves; those that are mapped with a leading axis.</param>
    /// <param name="isMapped">Which of these are mapped.</param>
    /// <param name="count">Number of rows.</param>
    /// <returns>The results, and which of them are mapped.</returns>
    public static (Tensor[] Results, bool[] IsMapped) Run(
        TracedFunction function, ReadOnlySpan<Tensor> given, ReadOnlySpan<bool> isMapped, int count)
    {
        // Without a tape nothing is recorded but what recurrences keep for their own gradients.
        bool keeps = Recorder.Current is null && SweepsMapped(function, isMapped);
        using var tape = keeps ? new Tape() : null;
        using var pause = tape is null ? default : tape.Pause();
        var program = new MappedProgram(function, given, isMapped, count, keeps);
        for (int i = 0; i < function.Calls.Length; i++) program.Run(i);
        return (Array.ConvertAll(function.Results, program.Result), Array.ConvertAll(function.Results, result => program.mapped[result]));
    }

    /// <summary>Runs a function; every result has the leading axis, repeated along it where it is not mapped.</summary>
    public static Tensor[] RunSpread(TracedFunction function, ReadOnlySpan<Tensor> given, ReadOnlySpan<bool> isMapped, int count)
    {
        var (results, mapped) = Run(function, given, isMapped, count);
        for (int i = 0; i < results.Length; i++)
            if (!mapped[i])
                results[i] = Functions.BroadcastTo(results[i], [count, .. results[i].Shape.Lengths]);
        return results;
    }

    // What belongs to a tape that ends with the run outlives it as a copy.
    Tensor Result(int number)
    {
        var result = values[number]!;
        return kept is not null && (result.Owner is not null || result.Storage is { IsMutable: true }) ? result.Detach() : result;
    }

    void Run(int number)
    {
        var call = function.Calls[number];
        bool[] wanted = Array.ConvertAll(lastUses[call.First..(call.First + call.Results)], use => use >= 0);
        if (!wanted.Contains(true)) return;
        bool anyMapped = Array.Exists(call.Operands, operand => mapped[operand]);
        var operands = Array.ConvertAll(call.Operands, operand => values[operand]!);
        var results = anyMapped ? Map(call, operands, wanted) : call.Operation.Run(operands);
        for (int r = 0; r < results.Length; r++) (values[call.First + r], mapped[call.First + r]) = (results[r], anyMapped);
        foreach (int operand in call.Operands)
            if (lastUses[operand] == number)
                values[operand] = null;
    }

    Tensor?[] Map(TracedCall call, Tensor[] operands, bool[] wanted)
    {
        var results = call.Operation.MapAll(new(operands, Array.ConvertAll(call.Operands, operand => mapped[operand]), count, wanted, Lift)
        {
            Kept = kept,
            Sweep = kept is null ? null : Array.Find(function.Calls, other => other.Operation.SweptOperation == call.Operation)?.Operation,
        });
        for (int i = 0; i < results.Length; i++)
            if (wanted[i])
                Check(call.Operation.Name, results[i]!, function.Values[call.First + i]);
        return results;
    }

    // A rule may come from a user.
    void Check(string operation, Tensor result, TracedValue row)
    {
        Shape expected = [count, .. row.Shape.Lengths];
        if (result.Shape != expected)
            throw new ShapeException($"{operation}: the batching rule gave {result.Shape}; {expected} is needed.");
        if (result.ElementType != row.Type)
            throw new ElementTypeException($"{operation}: the batching rule gave {result.ElementType}; {row.Type} is needed.");
    }

    // Whether an operation that is mapped is swept by a later one.
    static bool SweepsMapped(TracedFunction function, ReadOnlySpan<bool> isMapped)
    {
        if (!Array.Exists(function.Calls, call => call.Operation.SweptOperation is not null)) return false;
        var mapped = new bool[function.Values.Length];
        isMapped.CopyTo(mapped);
        var operations = new HashSet<RecordedOperation>(ReferenceEqualityComparer.Instance);
        foreach (var call in function.Calls)
        {
            if (call.Operation.SweptOperation is { } swept && operations.Contains(swept)) return true;
            if (!Array.Exists(call.Operands, operand => mapped[operand])) continue;
            mapped.AsSpan(call.First, call.Results).Fill(true);
            operations.Add(call.Operation);
        }
        return false;
    }

    // For each value the last call that uses it; −1 where nothing that is needed does.
    static int[] LastUses(TracedFunction function)
    {
        var uses = new int[function.Values.Length];
        Array.Fill(uses, -1);
        foreach (int result in function.Results) uses[result] = int.MaxValue;
        for (int i = function.Calls.Length - 1; i >= 0; i--)
        {
            var call = function.Calls[i];
            if (!uses.AsSpan(call.First, call.Results).ContainsAnyExcept(-1)) continue;
            foreach (int operand in call.Operands)
                if (uses[operand] < 0)
                    uses[operand] = i;
        }
        return uses;
    }
}
