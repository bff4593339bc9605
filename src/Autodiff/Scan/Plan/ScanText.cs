using System.Globalization;
using System.Text;

namespace Autograd.Scan;

/// <summary>Writes a plan in readable form: both steps in the order in which they run, and what was done to get there.</summary>
internal sealed class ScanText
{
    readonly ScanPlan plan;
    readonly StepForms forms;
    readonly string[] leafNames;
    readonly StringBuilder text = new();

    ScanText(ScanPlan plan, string[] leafNames)
    {
        (this.plan, this.leafNames) = (plan, leafNames);
        forms = new StepForms(plan.Graph);
    }

    /// <param name="plan">The plan.</param>
    /// <param name="name">What is run.</param>
    /// <param name="leafNames">Names of the program's leaves.</param>
    public static string Of(ScanPlan plan, string name, string[] leafNames)
    {
        var writer = new ScanText(plan, leafNames);
        writer.Head(name);
        writer.Values();
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
        foreach (var value in plan.Graph.Values)
            if (value.Role == Role.Computed && forms.Actual(value) == value)
                Line($"  {NameOf(value)} = "
                    + $"{value.Operation!.Name}({string.Join(", ", value.Operands.Select(operand => NameOf(forms.Actual(operand))))}) "
                    + $"{value.Shape}");
    }

    void Pass(string name, ScanPass pass)
    {
        Line(name);
        foreach (var stage in pass.Stages)
        {
            if (pass.Stages.Count > 1) Line(stage.IsWide ? "  for a chunk at once" : "  step by step");
            string indent = pass.Stages.Count > 1 ? "    " : "  ";
            foreach (var product in stage.Before) Line($"{indent}hoisted, for a chunk at once:  {Text(product)}");
            foreach (var action in stage.Actions) Line($"{indent}{Text(action)}");
        }
        foreach (var product in pass.Delayed)
            Line($"  delayed, for a chunk at once:  {PlaceName(product.Left)}ᵀ · "
                + $"[{string.Join(", ", product.Targets.Select(target => PlaceName(target.Right)))}] -> gradients of "
                + $"{string.Join(", ", product.Targets.Select(target => leafNames[target.Leaf]))}");
    }

    void Summary()
    {
        if (plan.HasGradients)
        {
            foreach (var sum in plan.ColumnSums) Line($"  summed over rows and steps: gradient of {leafNames[sum.Leaf]}");
            Line($"saved for the backward pass: {string.Join(", ", plan.Saved.Select(NameOf))}; recomputed: {Names(plan.Recomputed)}");
        }
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
        CopyAction copy => $"copy       {NameOf(copy.Value)} {(copy.ToTensor ? "to a tensor" : $"-> {PlaceName(copy.Place)}")}",
        RowwiseAction rows =>
        $"rows       {NameOf(rows.Value)} = {rows.Value.Operation!.Name}({string.Join(", ", rows.Operands.Select(NameOf))})",
        CopyRowsAction copy => $"copy rows  {PlaceName(copy.From)} -> {PlaceName(copy.To)}",
        ClearAction clear => $"clear      {PlaceName(clear.Place)}",
        AddAction add => $"add        {NameOf(add.Value)} to the gradient of {leafNames[add.Leaf]}",
        _ => action.ToString(),
    };

    string Text(KernelAction kernel)
    {
        var writes = kernel.Request.Kernel.Writes.GroupBy(write => write.Write)
            .Select(group =>
            $"{Verb(group.Key)} {string.Join(", ", group.Select(write => PlaceName(kernel.Slots[write.Slot])).Distinct())}");
        return $"fused pass {kernel.Request.Kernel.Width} wide, {kernel.Request.Kernel.Instructions.Length} instructions: "
            + $"{string.Join("; ", writes)}";
    }

    static string Verb(KernelWrite write) => write switch
    {
        KernelWrite.Store => "writes",
        KernelWrite.Accumulate => "adds to",
        KernelWrite.ColumnSum => "sums columns into",
        _ => "sums rows into",
    };

    string Text(ProductAction product)
    {
        var parts = product.Weights.Parts.Select(part => leafNames[part.Leaf] + (part.Transposed ? "ᵀ" : ""));
        return $"product    {PlaceName(product.Result)} {(product.Accumulates ? "+=" : "=")} {PlaceName(product.Left)} · "
            + $"[{string.Join(" | ", parts)}]  {plan.Batch}x{product.Weights.Rows}x{product.Weights.Columns}";
    }

    static string PlaceName(Place place) =>
        place.Buffer.Name + (place.Column > 0 ? $"[{place.Column}..]" : "") + (place.Later > 0 ? "'" : "");

    string NameOf(StepValue value) => value switch
    {
        { Role: Role.Leaf } => leafNames[value.Index],
        { Constant: [var number] } => number.ToString(CultureInfo.InvariantCulture),
        _ => value.Name,
    };

    void Line(FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');

    void Line(string line) => text.Append(line).Append('\n');
}
