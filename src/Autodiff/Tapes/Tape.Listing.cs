using System.Text;
using static System.FormattableString;

namespace Autograd;

public sealed partial class Tape
{
    /// <summary>The entries recorded so far.</summary>
    public IReadOnlyList<TapeEntry> Entries()
    {
        ThrowIfMisused(nameof(Entries));
        var entries = new TapeEntry[Memory.EntryCount];
        var held = new HashSet<Storage>(ReferenceEqualityComparer.Instance);
        var steps = Memory.Steps;
        int mark = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            while (mark < steps.Count && steps[mark].Position <= i) mark++;
            int? step = mark > 0 && steps[mark - 1].Step >= 0 ? steps[mark - 1].Step : null;
            entries[i] = Describe(i, step, held);
        }
        return entries;
    }

    /// <summary>
    /// The entries as text for people to read, one per line: number, operation, operands, shape, bytes, and name or time step, with the
    /// total at the end.
    /// </summary>
    public string ToText()
    {
        var text = new StringBuilder();
        var entries = Entries();
        foreach (var entry in entries)
        {
            string operands = string.Join(", ", entry.Operands.Select(operand => operand < 0 ? "constant" : Invariant($"%{operand}")));
            text.AppendLine(
                Invariant($"%{entry.Number} = {entry.Name ?? entry.Operation}({operands}) ")
                + Invariant($"{(entry.Results == 1 ? "" : Invariant($"{entry.Results} x "))}{entry.Shape} {entry.Bytes} ")
                + Invariant($"bytes{(entry.Step is { } step ? Invariant($", step {step}") : "")}"));
        }
        return text.Append(Invariant($"{entries.Count} entries, {entries.Sum(entry => entry.Bytes)} bytes")).ToString();
    }

    /// <summary>The entries as a graph in the DOT language of Graphviz: <c>dot -Tsvg</c> draws it.</summary>
    public string ToDot()
    {
        var dot = new StringBuilder("digraph tape {\n  node [shape=box, fontname=\"sans-serif\", fontsize=10];\n");
        foreach (var entry in Entries())
        {
            string style = entry.Operation == "leaf" ? ", style=filled, fillcolor=\"#dbeafe\"" : "";
            string name = (entry.Name ?? entry.Operation).Replace("\\", "\\\\").Replace("\"", "\\\"");
            dot.Append(
                Invariant($"  n{entry.Number} ")
                + Invariant($"[label=\"{name}\\n{entry.Shape}{(entry.Step is { } step ? Invariant($"\\nstep {step}") : "")}\"{style}];\n"));
            foreach (int operand in entry.Operands.Where(operand => operand >= 0))
                dot.Append(Invariant($"  n{operand} -> n{entry.Number};\n"));
        }
        return dot.Append("}\n").ToString();
    }

    /// <summary>A result of an entry: its value.</summary>
    /// <param name="entry">Number of the entry.</param>
    /// <param name="result">Which result, where an entry has several.</param>
    /// <exception cref="ArgumentOutOfRangeException">The entry does not exist, or does not have this result.</exception>
    public Tensor ResultOf(int entry, int result = 0)
    {
        ThrowIfMisused(nameof(ResultOf));
        Require.Within(nameof(ResultOf), nameof(entry), entry, Memory.EntryCount);
        var results = Memory.ResultsOf(entry);
        Require.Within(nameof(ResultOf), nameof(result), result, results.Length);
        return results[result];
    }

    TapeEntry Describe(int entry, int? step, HashSet<Storage> held)
    {
        var results = Memory.ResultsOf(entry);
        var operation = Memory.OperationOf(entry);
        var first = results.Length > 0 ? results[0] : null;
        return new TapeEntry(
            entry, operation?.Name ?? "leaf", OperandEntries(entry), results.Length,
            first?.Shape ?? Shape.Scalar, first?.ElementType ?? ElementType.Float32,
            operation is null ? 0 : BytesOf(entry, operation, held), (first as Parameter)?.Name, operation is null ? null : step);
    }

    int[] OperandEntries(int entry) =>
        Array.ConvertAll(Memory.OperandNumbersOf(entry).ToArray(), number => number < 0 ? -1 : Memory.EntryOf(number));

    // Memory that no entry before holds, and that is no view of an operand's.
    long BytesOf(int entry, RecordedOperation operation, HashSet<Storage> held)
    {
        long bytes = operation.Kept.Where(held.Add).Sum(storage => storage.Bytes);
        foreach (var result in Memory.ResultsOf(entry))
            if (result.Storage is { } storage && result.Owner == this && !IsOfOperand(entry, storage) && held.Add(storage))
                bytes += (long)result.ElementCount * result.ElementType.ByteSize();
        return bytes;
    }

    bool IsOfOperand(int entry, Storage storage)
    {
        foreach (var operand in Memory.OperandsOf(entry))
            if (operand.Storage == storage)
                return true;
        return false;
    }
}
