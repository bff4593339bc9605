using Autograd.Onnx.Graph;
using Autograd.Onnx.Proto;
using Autograd.Onnx.Sizes;

namespace Autograd.Onnx.Writing;

/// <summary>
/// Writes a recurrence as one <c>Scan</c>, whose body is the step. What the step computes from its input alone, products with weights
/// above all, is computed for all steps before it, if that is asked for.
/// </summary>
sealed class RecurrenceWriter
{
    readonly OnnxCall call;
    readonly Recurrence first;
    readonly FunctionWriter step;
    readonly Dictionary<int, string> perStep = [];

    /// <param name="call">The recurrence in the function around it.</param>
    /// <param name="trials">What it was in each trial.</param>
    public RecurrenceWriter(OnnxCall call, Recurrence[] trials)
    {
        this.call = call;
        first = trials[0];
        if (Array.Exists(trials, trial => trial.Options.FirstStep != first.Options.FirstStep))
            throw new OnnxExportException(call.Name, "the number of its first step depends on the sizes.");
        step = new FunctionWriter(call.Context, Array.ConvertAll(trials, trial => trial.Step));
    }

    TracedFunction Step => step.First;

    /// <summary>Writes it.</summary>
    /// <param name="wanted">Which of its results are needed: outputs, final states, states after every step.</param>
    /// <returns>The names of the results, null for those that are not there.</returns>
    public string?[] Write(bool[] wanted)
    {
        if (call.Context.Options.PrefersNative && NativeRecurrence.TryWrite(call, first, wanted) is { } native) return native;
        int given = 1 + first.States + first.Sequences;
        perStep[0] = call[0];
        for (int i = 1 + first.States; i < given; i++) perStep[i] = call[i];
        for (int i = 0; i < Step.StepData.Length; i++)
            if (step.NeededFor(Step.Results)[given + i])
                perStep[given + i] = Numbers(Step.StepData[i], Step.Values[given + i].Type);
        for (int i = 0; i < Step.Leaves.Length; i++) step.SetName(Step.FirstLeaf + i, call[given + i]);
        int[] results = wanted[0] ? Step.Results : Step.Results[1..];
        if (call.Context.Options.Hoists) Hoist(step.NeededFor(results));
        return Scan(wanted, step.NeededFor(results, perStep.ContainsKey));
    }

    // The numbers of the steps, one after the other.
    string Numbers(StepData data, ElementType type)
    {
        if (data is not StepNumber)
            throw new OnnxExportException(
                data.GetType().Name.Replace("Data", "", StringComparison.Ordinal),
                "the step draws random numbers: in training mode, or noise that is part of the cell.");
        var time = call.ShapeOf(0)[0];
        var end = new Size([.. time.Coefficients.Select((coefficient, set) => coefficient + (set == 0 ? first.Options.FirstStep : 0))]);
        var constants = call.Graph.Constants;
        string range = call.Add("Range", constants.OfScalar(first.Options.FirstStep), call.Sizes.Scalar(end), constants.OfScalar(1));
        return call.Graph.Cast(range, OnnxProto.TypeOf(type));
    }

    // What depends on the input alone, where an axis of time before the others changes nothing.
    void Hoist(bool[] needed)
    {
        var before = new FunctionWriter(call.Context, step.Trials);
        foreach (var (value, name) in perStep) before.SetName(value, name);
        for (int i = 0; i < Step.Leaves.Length; i++) before.SetName(Step.FirstLeaf + i, step.NameOf(Step.FirstLeaf + i));
        bool[] hoisted = new bool[Step.Values.Length];
        foreach (var one in Step.Calls)
        {
            if (!needed[one.First] || !CanHoist(one)) continue;
            perStep[one.First] = "";
            hoisted[one.First] = true;
        }
        before.Write(call.Graph, hoisted);
        foreach (int value in perStep.Keys.ToArray()) perStep[value] = before.NameOf(value);
    }

    bool CanHoist(TracedCall one)
    {
        if (one.Operation is not (ElementwiseOperation or AffineOperation or MatMulOperation)) return false;
        if (one.Operation is MatMulOperation { Form.TransposesLeft: true }) return false;
        int rank = Step.Values[one.First].Shape.Rank;
        bool isProduct = one.Operation is not ElementwiseOperation, any = false;
        for (int i = 0; i < one.Operands.Length; i++)
        {
            int operand = one.Operands[i];
            bool varies = perStep.ContainsKey(operand), isLeaf = operand >= Step.FirstLeaf && operand < Step.FirstComputed;
            var shape = Step.Values[operand].Shape;
            bool fits = varies
                ? shape.Rank == rank && rank > 0 && (i == 0 || !isProduct)
                : isLeaf && (isProduct ? i > 0 && shape.Rank <= 2 : shape.Rank <= rank);
            if (!fits) return false;
            any |= varies;
        }
        return any;
    }

    string?[] Scan(bool[] wanted, bool[] needed)
    {
        var body = new OnnxGraph(call.Graph);
        var inputs = new List<ProtoMessage>();
        for (int i = 1; i <= first.States; i++) inputs.Add(Declare(body, i, "state"));
        // The input at least, which says how many steps there are.
        int[] scanned = [.. perStep.Keys.Where(value => needed[value]).Order()];
        if (scanned.Length == 0) scanned = [0];
        foreach (int value in scanned) inputs.Add(Declare(body, value, "step"));
        step.Write(body, needed);
        int[] results = [.. Step.Results[1..], .. wanted[0] ? Step.Results[..1] : [],
            .. Step.Results.Where((_, i) => i > 0 && wanted[first.States + i])];
        var outputs = new List<ProtoMessage>();
        foreach (int value in results)
        {
            string name = body.NewName("result");
            body.AddNode("Identity", [step.NameOf(value)], [name]);
            outputs.Add(Declaration(name, value));
        }
        var graph = OnnxProto.Graph(body.NewName("step_of_time"), body.Nodes, [], inputs, outputs);
        string[] names = [.. results.Select((_, i) => call.Graph.NewName(i < first.States ? "final" : "outputs"))];
        string[] operands = [.. Enumerable.Range(1, first.States).Select(state => call[state]), .. scanned.Select(value => perStep[value])];
        call.Graph.AddNode("Scan", operands, names, OnnxAttribute.Of("body", graph), OnnxAttribute.Of("num_scan_inputs", scanned.Length));
        return Named(wanted, names);
    }

    // Final states first, then the outputs and those states of all steps that are wanted.
    string?[] Named(bool[] wanted, string[] names)
    {
        var results = new string?[wanted.Length];
        int next = first.States;
        if (wanted[0]) results[0] = names[next++];
        for (int i = 0; i < first.States; i++)
        {
            results[1 + i] = names[i];
            if (wanted[1 + first.States + i]) results[1 + first.States + i] = names[next++];
        }
        return results;
    }

    ProtoMessage Declare(OnnxGraph body, int value, string name)
    {
        step.SetName(value, body.NewName(name));
        return Declaration(step.NameOf(value), value);
    }

    ProtoMessage Declaration(string name, int value) =>
        OnnxProto.Value(name, OnnxProto.TypeOf(Step.Values[value].Type), call.Sizes.Declared(step.ShapeOf(value)));
}
