namespace Autograd.Transforms;

/// <summary>
/// Runs a traced function for many rows at once: an operation with a mapped operand goes by its batching rule, any other runs once for all.
/// What no result needs does not run, and a value goes after its last use.
/// </summary>
internal static class MappedProgram
{
    // Operations do not change; their results do not belong to them.
    static readonly Func<Func<Tensor, Tensor>, Func<Tensor, Tensor>> Lift = function => x => Vmap.Run(function, x);

    /// <summary>Runs a function.</summary>
    /// <param name="function">The function, traced with rows.</param>
    /// <param name="given">Its inputs, data of the step and leaves; those that are mapped with a leading axis.</param>
    /// <param name="isMapped">Which of these are mapped.</param>
    /// <param name="count">Number of rows.</param>
    /// <returns>The results, and which of them are mapped.</returns>
    public static (Tensor[] Results, bool[] IsMapped) Run(TracedFunction function, ReadOnlySpan<Tensor> given, ReadOnlySpan<bool> isMapped, int count)
    {
        var values = new Tensor?[function.Values.Length];
        var mapped = new bool[values.Length];
        given.CopyTo(values!);
        isMapped.CopyTo(mapped);
        int[] lastUses = LastUses(function);
        for (int i = 0; i < function.Calls.Length; i++)
        {
            var call = function.Calls[i];
            bool[] wanted = Array.ConvertAll(lastUses[call.First..(call.First + call.Results)], use => use >= 0);
            if (!wanted.Contains(true)) continue;
            bool anyMapped = Array.Exists(call.Operands, operand => mapped[operand]);
            var results = anyMapped ? Map(function, call, values, mapped, count, wanted) : call.Operation.Run(Operands(call, values));
            for (int r = 0; r < results.Length; r++) (values[call.First + r], mapped[call.First + r]) = (results[r], anyMapped);
            foreach (int operand in call.Operands)
                if (lastUses[operand] == i)
                    values[operand] = null;
        }
        return (Array.ConvertAll(function.Results, result => values[result]!), Array.ConvertAll(function.Results, result => mapped[result]));
    }

    /// <summary>As above, with a leading axis in every result.</summary>
    public static Tensor[] RunSpread(TracedFunction function, ReadOnlySpan<Tensor> given, ReadOnlySpan<bool> isMapped, int count)
    {
        var (results, mapped) = Run(function, given, isMapped, count);
        for (int i = 0; i < results.Length; i++)
            if (!mapped[i])
                results[i] = Functions.BroadcastTo(results[i], [count, .. results[i].Shape.Lengths]);
        return results;
    }

    static Tensor?[] Map(TracedFunction function, TracedCall call, Tensor?[] values, bool[] mapped, int count, bool[] wanted)
    {
        var results = call.Operation.MapAll(
            new(Operands(call, values), Array.ConvertAll(call.Operands, operand => mapped[operand]), count, wanted, Lift));
        for (int i = 0; i < results.Length; i++)
            if (wanted[i])
                Check(call.Operation.Name, results[i]!, function.Values[call.First + i], count);
        return results;
    }

    // A rule may come from a user.
    static void Check(string operation, Tensor result, TracedValue row, int count)
    {
        Shape expected = [count, .. row.Shape.Lengths];
        if (result.Shape != expected) throw new ShapeException($"{operation}: the batching rule gave {result.Shape}; {expected} is needed.");
        if (result.ElementType != row.Type)
            throw new ElementTypeException($"{operation}: the batching rule gave {result.ElementType}; {row.Type} is needed.");
    }

    static Tensor[] Operands(TracedCall call, Tensor?[] values) => Array.ConvertAll(call.Operands, operand => values[operand]!);

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
