using System.Globalization;
using System.Text;

namespace Autograd.Scan;

/// <summary>
/// Writes a plan in readable form, a section for what each pass of planning decided: the values and how each is computed, what is saved,
/// the stages of both directions, the memory, and what is run.
/// </summary>
sealed class ScanText
{
    readonly ScanPlan plan;
    readonly StepForms forms;
    readonly string[] leafNames;
    readonly HashSet<StepValue> inStages;
    readonly int[] uses;
    readonly StringBuilder text = new();

    ScanText(ScanPlan plan, string[] leafNames)
    {
        this.plan = plan;
        this.leafNames = [.. leafNames, .. plan.Graph.Invariants.Select(NameOf)];
        forms = new StepForms(plan.Graph);
        uses = plan.Graph.Uses();
        inStages = [.. plan.Forward.Stages.Concat(plan.Backward.Stages).SelectMany(stage => stage.Values)];
    }

    /// <param name="plan">The plan.</param>
    /// <param name="name">What is run.</param>
    /// <param name="leafNames">Names of the program's leaves.</param>
    public static string Of(ScanPlan plan, string name, string[] leafNames)
    {
        var writer = new ScanText(plan, leafNames);
        writer.Head(name);
        writer.Values();
        if (plan.HasGradients) writer.Saved();
        writer.Stages("forward", plan.Forward);
        if (plan.HasGradients) writer.Stages("backward", plan.Backward);
        writer.Buffers();
        writer.Pass("forward", plan.Forward);
        if (plan.HasGradients) writer.Pass("backward", plan.Backward);
        writer.Summary();
        return writer.text.ToString();
    }

    void Head(string name)
    {
        var program = plan.Graph.Program;
        Line($"{name}: x {program.Nodes[0].Shape}, {program.ElementType}, chunks of {plan.ChunkSteps} steps, rows shared by up to "
            + $"{(plan.Unsplittable is null ? plan.MostThreads : 1)} threads"
            + (plan.Unsplittable is { } reason ? $" ({reason})" : ""));
    }

    void Values()
    {
        Line("values (b: of the backward step)");
        foreach (var invariant in plan.Graph.Invariants)
            Line($"  {NameOf(invariant)} = {invariant.Operation.Name}({string.Join(", ", invariant.Operands.Select(NameOf))}) "
                + $"{invariant.Value.Shape}, once for each run");
        foreach (var value in plan.Graph.Values)
            if (value.Role == Role.Computed && forms.Actual(value) == value)
                Line($"  {NameOf(value)} = "
                    + $"{value.Operation!.Name}({string.Join(", ", value.Operands.Select(operand => NameOf(forms.Actual(operand))))}) "
                    + $"{value.Shape}, {KindName(value)}");
    }

    // What is in no stage is a weight's gradient, for which a chunk's rows are one product or sum, or nothing is made of it.
    string KindName(StepValue value) =>
        inStages.Contains(value) ? KindName(forms.KindOf(value))
        : value.IsBackward && uses[value.Number] > 0 ? "over all steps" : "not needed";

    void Saved() =>
        Line($"saved for the backward pass: {Names(plan.Saved)}; recomputed: {Names(plan.Recomputed)}");

    void Stages(string name, ScanPass pass)
    {
        Line($"stages of the {name} pass");
        foreach (var stage in pass.Stages)
            Line($"  {StageName(stage)}: {Names(stage.Values)}{HandsOn(stage.Carried)}");
    }

    static string HandsOn(int[] states) => states.Length == 0 ? ""
        : $"; hands on {string.Join(", ", states.Select(state => FormattableString.Invariant($"s{state}")))}";

    void Buffers()
    {
        Line("memory (elements from row to row, and of a block)");
        foreach (var buffer in plan.Buffers)
            Line($"  {buffer.Name}: {KindName(buffer.Kind)}, {buffer.RowStride}, {buffer.Block}");
    }

    static string StageName(ScanStage stage) => stage.IsWide ? "for a chunk at once" : "step by step";

    static string KindName(ValueKind kind) => kind switch
    {
        ValueKind.Fused => "fused",
        ValueKind.RowSum => "fused sums of rows",
        ValueKind.GroupSum => "fused sums within rows",
        ValueKind.Product => "product",
        ValueKind.View => "view",
        ValueKind.Joined => "joined",
        ValueKind.Rowwise => "rows by its own code",
        _ => "by its own code",
    };

    static string KindName(BufferKind kind) => kind switch
    {
        BufferKind.Step => "of a step",
        BufferKind.Chunk => "of a chunk",
        BufferKind.Trajectory => "of all steps",
        BufferKind.External => "a tensor",
        BufferKind.Fixed => "fixed",
        BufferKind.Sums => "sums",
        _ => "handed on",
    };

    void Pass(string name, ScanPass pass)
    {
        Line(name);
        foreach (var stage in pass.Stages)
        {
            if (pass.Stages.Count > 1) Line($"  {StageName(stage)}");
            string indent = pass.Stages.Count > 1 ? "    " : "  ";
            foreach (var product in stage.Before) Line($"{indent}hoisted, for a chunk at once:  {Text(product)}");
            foreach (var action in stage.Actions) Line($"{indent}{Text(action)}");
        }
        foreach (var product in pass.Delayed)
            Line($"  delayed, for a chunk at once:  {SliceName(product.Left)}ᵀ · "
                + $"[{string.Join(", ", product.Targets.Select(target => SliceName(target.Right)))}] -> gradients of "
                + $"{string.Join(", ", product.Targets.Select(target => leafNames[target.Leaf]))}");
    }

    void Summary()
    {
        if (plan.HasGradients)
            foreach (var sum in plan.ColumnSums) Line($"  summed over rows and steps: gradient of {leafNames[sum.Leaf]}");
        Line(
            $"operations in a step: {plan.Graph.Values.Count(value => value is { Role: Role.Computed, IsBackward: false })} forward"
            + (plan.HasGradients ? $", {plan.Graph.Values.Count(value => value is { Role: Role.Computed, IsBackward: true })} backward"
                : "")
            + $"; passes and products: {CountOf(plan.Forward)} forward"
                + (plan.HasGradients ? $", {CountOf(plan.Backward)} backward" : ""));
        Line($"bytes for a step: {plan.KeptBytesPerStep} in trajectories, {plan.FlopsPerStep} floating-point operations in products");
    }

    static int CountOf(ScanPass pass) => pass.Stages.Sum(stage => stage.Actions.Length);

    string Names(IEnumerable<StepValue> values) => string.Join(", ", values.Select(NameOf)) is { Length: > 0 } names ? names : "none";

    string Text(ScanAction action) => action switch
    {
        KernelAction kernel => Text(kernel),
        ProductAction product => Text(product),
        OperationAction operation => $"operation  {NameOf(operation.Value)} = {operation.Value.Operation!.Name}",
        CopyAction copy => $"copy       {NameOf(copy.Value)} {(copy.ToTensor ? "to a tensor" : $"-> {SliceName(copy.Slice)}")}",
        RowwiseAction rows =>
        $"rows       {NameOf(rows.Value)} = {rows.Value.Operation!.Name}({string.Join(", ", rows.Operands.Select(NameOf))})",
        CopyRowsAction copy => $"copy rows  {SliceName(copy.From)} -> {SliceName(copy.To)}",
        ClearAction clear => $"clear      {SliceName(clear.Slice)}",
        AddAction add => $"add        {NameOf(add.Value)} to the gradient of {leafNames[add.Leaf]}",
        _ => action.ToString(),
    };

    string Text(KernelAction kernel)
    {
        var writes = kernel.Request.Kernel.Writes.GroupBy(write => Verb(write.Write))
            .Select(group =>
            $"{group.Key} {string.Join(", ", group.Select(write => SliceName(kernel.Slots[write.Slot])).Distinct())}");
        return $"fused pass {kernel.Request.Kernel.Width} wide, {kernel.Request.Kernel.Instructions.Length} instructions: "
            + $"{string.Join("; ", writes)}";
    }

    static string Verb(KernelWrite write) => write switch
    {
        KernelWrite.Store or KernelWrite.RowNumber => "writes",
        KernelWrite.Accumulate => "adds to",
        KernelWrite.ColumnSum => "sums columns into",
        _ => "sums rows into",
    };

    string Text(ProductAction product)
    {
        var parts = product.Weights.Parts.Select(part => leafNames[part.Leaf] + (part.Transposed ? "ᵀ" : ""));
        return $"product    {SliceNames(product.Result)} {(product.Accumulates ? "+=" : "=")} {SliceNames(product.Left)} · "
            + $"[{string.Join(" | ", parts)}]  {plan.Batch * product.RowsInRow}x{product.Weights.Rows}x{product.Weights.Columns}";
    }

    static string SliceNames(BufferSlice[] slices) =>
        slices is [var only] ? SliceName(only) : $"[{string.Join(", ", slices.Select(SliceName))}]";

    static string SliceName(BufferSlice slice) =>
        slice.Buffer.Name + (slice.Column > 0 ? $"[{slice.Column}..]" : "") + (slice.Later > 0 ? "'" : "");

    static string NameOf(LoopInvariant invariant) =>
        FormattableString.Invariant($"{(invariant.Value.IsBackward ? "b" : "v")}{invariant.Value.Number}");

    string NameOf(StepValue value) => value switch
    {
        { Role: Role.Leaf } => leafNames[value.Index],
        { Constant: [var number] } => number.ToString(CultureInfo.InvariantCulture),
        _ => value.Name,
    };

    void Line(FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');

    void Line(string line) => text.Append(line).Append('\n');
}
