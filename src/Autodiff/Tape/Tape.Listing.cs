using System.Text;
using static System.FormattableString;

namespace Autograd;

public sealed partial class Tape
{
    /// <summary>What has been recorded so far.</summary>
    public IReadOnlyList<TapeEntry> Entries()
    {
        ThrowIfMisused(nameof(Entries));
        var entries = new TapeEntry[memory.EntryCount];
        var held = new HashSet<Storage>(ReferenceEqualityComparer.Instance);
        var steps = memory.Steps;
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
    /// The entries as text, one a line: number, operation, operands, shape, bytes, and name or time step; at the end the sum. For people.
    /// </summary>
    public string ToText()
    {
        var text = new StringBuilder();
        var entries = Entries();
        foreach (var entry in entries)
        {
            string operands = string.Join(", ", entry.Operands.Select(operand => operand < 0 ? "constant" : Invariant($"%{operand}")));
            text.AppendLine(Invariant(
                $"%{entry.Number} = {entry.Name ?? entry.Operation}({operands}) {entry.Shape} {entry.Bytes} bytes{(entry.Step is { } step ? Invariant($", step {step}") : "")}"));
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
            dot.Append(Invariant($"  n{entry.Number} [label=\"{name}\\n{entry.Shape}{(entry.Step is { } step ? Invariant($"\\nstep {step}") : "")}\"{style}];\n"));
            foreach (int operand in entry.Operands.Where(operand => operand >= 0)) dot.Append(Invariant($"  n{operand} -> n{entry.Number};\n"));
        }
        return dot.Append("}\n").ToString();
    }

    /// <summary>The value of an entry.</summary>
    internal Tensor ResultOf(int entry) => Alive(nameof(ResultOf)).ResultOf(entry);

    // What a compiled run keeps; its results lie in it.
    TapeEntry Describe(int entry, ScanOperation scan, HashSet<Storage> held)
    {
        var result = memory.ResultOf(entry);
        long bytes = scan.Kept.Where(held.Add).Sum(storage => storage.Bytes);
        return new TapeEntry(entry, scan.Name, memory.OperandEntriesOf(entry).ToArray(), result.Shape, result.ElementType, bytes, null, null);
    }

    TapeEntry Describe(int entry, int? step, HashSet<Storage> held)
    {
        var result = memory.ResultOf(entry);
        var operation = memory.OperationOf(entry);
        bool holds = operation is not (LeafOperation or PartitionOperation) && result.Storage is { } storage && result.Tape == this && held.Add(storage);
        if (operation is ScanOperation scan) return Describe(entry, scan, held);
        if (holds && memory.OperandsOf(entry).ToArray().Any(operand => operand.Storage == result.Storage)) holds = false;
        return new TapeEntry(
            entry, operation.Name, memory.OperandEntriesOf(entry).ToArray(), result.Shape, result.ElementType,
            holds ? (long)result.ElementCount * result.ElementType.ByteSize() : 0, (result as Parameter)?.Name, operation is LeafOperation ? null : step);
    }
}
