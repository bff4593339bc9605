using Autograd.Onnx.Graph;
using Autograd.Onnx.Sizes;

namespace Autograd.Onnx.Writing;

/// <summary>
/// A use of an operation that is to be written: the operation with its attributes in every trial, the names of its operands, and shapes in
/// terms of the axes.
/// </summary>
sealed class OnnxCall(FunctionWriter function, int number, OnnxGraph graph, string[] operands)
{
    readonly TracedCall first = function.Trials[0].Calls[number];

    public OnnxGraph Graph => graph;

    public ModelContext Context => function.Context;

    public OnnxSizes Sizes => function.Context.Sizes;

    public string Name => first.Operation.Name;

    public RecordedOperation Operation => first.Operation;

    public IReadOnlyList<string> Operands => operands;

    public string this[int operand] => operands[operand];

    /// <summary>Type of the first operand.</summary>
    public ElementType Type => function.Trials[0].Values[first.Operands[0]].Type;

    /// <summary>Type of the first result.</summary>
    public ElementType ResultType => function.Trials[0].Values[first.First].Type;

    public int RankOf(int operand) => function.Trials[0].Values[first.Operands[operand]].Shape.Rank;

    public Size[] ShapeOf(int operand) => function.ShapeOf(first.Operands[operand]);

    public Size[] ResultShape => function.ShapeOf(first.First);

    /// <summary>An attribute that must be the same in every trial.</summary>
    public T Of<TOperation, T>(Func<TOperation, T> attribute)
        where TOperation : RecordedOperation
    {
        var values = All(attribute);
        return values.All(value => EqualityComparer<T>.Default.Equals(value, values[0]))
            ? values[0]
            : throw new OnnxExportException(Name, "an attribute that must be constant depends on the sizes.");
    }

    /// <summary>A length or position in terms of the axes.</summary>
    public Size Fit<TOperation>(Func<TOperation, long> attribute)
        where TOperation : RecordedOperation
    {
        var values = All(attribute);
        return Context.Fit(Name, trial => values[trial]);
    }

    /// <summary>An attribute in every trial.</summary>
    public T[] All<TOperation, T>(Func<TOperation, T> attribute)
        where TOperation : RecordedOperation
        => Array.ConvertAll(function.Trials, trial => attribute((TOperation)trial.Calls[number].Operation));

    /// <summary>A program in place of the operation, traced with the shapes of the operands in every trial.</summary>
    public TracedFunction[] Trace(Func<RecordedOperation, Tensor[], Tensor> program) => Array.ConvertAll(function.Trials, trial =>
    {
        var traced = trial.Calls[number];
        var like = Array.ConvertAll(traced.Operands, operand => Tensor.Symbolic(trial.Values[operand].Shape, trial.Values[operand].Type));
        return TracedFunction.Of(like, symbols => [program(traced.Operation, symbols)], isStep: false);
    });

    public string Add(string kind, params string[] inputs) => graph.Add(kind, inputs);

    public string Whole(params long[] numbers) => graph.Constants.Of(numbers);
}
