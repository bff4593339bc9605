using Autograd.Onnx.Graph;
using Autograd.Onnx.Sizes;

namespace Autograd.Onnx.Writing;

/// <summary>Writes a function, traced with several sizes, into a graph. What nothing needs is left out.</summary>
sealed class FunctionWriter
{
    readonly Size[]?[] shapes;
    readonly string?[] names;

    /// <param name="context">What is common to the model.</param>
    /// <param name="trials">The function as it was in each trial.</param>
    /// <exception cref="OnnxExportException">It did something else in another trial.</exception>
    public FunctionWriter(ModelContext context, TracedFunction[] trials)
    {
        Context = context;
        Trials = trials;
        TrialComparison.ThrowIfDifferent(trials);
        names = new string?[trials[0].Values.Length];
        shapes = new Size[]?[names.Length];
    }

    public ModelContext Context { get; }

    public TracedFunction[] Trials { get; }

    public TracedFunction First => Trials[0];

    /// <summary>The name of a value, once it is known.</summary>
    public string NameOf(int value) => names[value] ?? throw new InvalidOperationException($"Value {value} was not written.");

    public bool IsNamed(int value) => names[value] is not null;

    public void SetName(int value, string name) => names[value] = name;

    public Size[] ShapeOf(int value) =>
        shapes[value] ??= Context.Fit("a value", Array.ConvertAll(Trials, trial => trial.Values[value].Shape));

    /// <summary>Which values are needed for some of them.</summary>
    /// <param name="values">Their numbers.</param>
    /// <param name="isGiven">Values that are there already, so that nothing is needed for them; none by default.</param>
    public bool[] NeededFor(IEnumerable<int> values, Predicate<int>? isGiven = null)
    {
        var needed = new bool[names.Length];
        foreach (int value in values) needed[value] = true;
        foreach (var call in First.Calls.Reverse())
            if (needed.AsSpan(call.First, call.Results).Contains(true) && isGiven?.Invoke(call.First) != true)
                foreach (int operand in call.Operands) needed[operand] = true;
        return needed;
    }

    /// <summary>Writes what the results need, constants included, where the arguments have their names.</summary>
    public void WriteAll(OnnxGraph graph)
    {
        bool[] needed = NeededFor(First.Results);
        var constants = new ConstantWriter(Context);
        for (int i = 0; i < First.Leaves.Length; i++)
            if (needed[First.FirstLeaf + i])
                SetName(First.FirstLeaf + i, constants.Write(Array.ConvertAll(Trials, trial => trial.Leaves[i])));
        Write(graph, needed);
    }

    /// <summary>Writes all calls whose results are needed and have no name yet.</summary>
    public void Write(OnnxGraph graph, bool[] needed)
    {
        for (int number = 0; number < First.Calls.Length; number++)
        {
            var call = First.Calls[number];
            if (needed.AsSpan(call.First, call.Results).Contains(true) && !IsNamed(call.First)) Write(graph, number, needed);
        }
    }

    void Write(OnnxGraph graph, int number, bool[] needed)
    {
        var call = First.Calls[number];
        var written = new OnnxCall(this, number, graph, Array.ConvertAll(call.Operands, NameOf));
        if (call.Operation is Recurrence or SplitOperation)
        {
            bool[] wanted = needed[call.First..(call.First + call.Results)];
            string?[] results = call.Operation is Recurrence
                ? new RecurrenceWriter(written, Array.ConvertAll(Trials, trial => (Recurrence)trial.Calls[number].Operation)).Write(wanted)
                : Operations.ShapeWriter.Unstack(written, wanted);
            for (int i = 0; i < results.Length; i++) names[call.First + i] = results[i];
        }
        else
        {
            names[call.First] = OperationMap.Write(written);
        }
    }
}
