using Autograd.Onnx.Proto;
using Autograd.Onnx.Writing;

namespace Autograd.Onnx.Operations;

/// <summary>Sums and other reductions, and functions of rows.</summary>
static class ReductionWriter
{
    public static string Sum(OnnxCall call)
    {
        var (first, count) = call.Of((SumOperation sum) => sum.Form);
        // Without axes ONNX sums over all.
        return count == 0 ? call[0]
            : call.Graph.Add("ReduceSum", [call[0], call.Whole(Axes(first, count))], OnnxAttribute.Of("keepdims", 0));
    }

    public static Func<OnnxCall, string> Rows<TReduction>(string kind)
        where TReduction : struct, IRowReduction
        => call => Rows<TReduction>(call, kind);

    static string Rows<TReduction>(OnnxCall call, string kind)
        where TReduction : struct, IRowReduction
    {
        var (first, count) = call.Of((RowReductionOperation<TReduction> reduction) => reduction.Axes);
        if (count == 0) return typeof(TReduction) == typeof(NormReduction) ? call.Add("Abs", call[0]) : call[0];
        return call.Graph.Add(kind, [call[0]], OnnxAttribute.Of("axes", Axes(first, count)), OnnxAttribute.Of("keepdims", 0));
    }

    public static string Softmax(OnnxCall call) => AlongAxis<SoftmaxRow>(call, "Softmax");

    public static string LogSoftmax(OnnxCall call) => AlongAxis<LogSoftmaxRow>(call, "LogSoftmax");

    static string AlongAxis<TTransform>(OnnxCall call, string kind)
        where TTransform : struct, IRowTransform
        => call.Graph.Add(kind, [call[0]], OnnxAttribute.Of("axis", call.Of((RowOperation<TTransform> rows) => rows.Axis)));

    public static string CumulativeSum(OnnxCall call)
    {
        var (axis, fromEnd) = call.Of((CumulativeSumOperation sum) => sum.Direction);
        return call.Graph.Add("CumSum", [call[0], call.Graph.Constants.OfScalar(axis)], OnnxAttribute.Of("reverse", fromEnd ? 1 : 0));
    }

    static long[] Axes(int first, int count) => [.. Enumerable.Range(first, count).Select(axis => (long)axis)];
}
