using Autograd.Onnx.Proto;
using Autograd.Onnx.Writing;

namespace Autograd.Onnx.Operations;

/// <summary>What is chosen or placed by whole numbers.</summary>
static class IndexWriter
{
    public static string GatherRows(OnnxCall call) =>
        call.Graph.Add("Gather", [call[0], Indices(call, (GatherRowsOperation gather) => gather.Indices)], OnnxAttribute.Of("axis", 0));

    public static string GatherAlong(OnnxCall call)
    {
        int axis = call.Of((GatherAlongOperation gather) => gather.Places.Axis);
        string indices = Indices(call, (GatherAlongOperation gather) => gather.Places.Indices);
        indices = call.Add("Reshape", indices, call.Sizes.Vector(call.ResultShape));
        return call.Graph.Add("GatherElements", [call[0], indices], OnnxAttribute.Of("axis", axis));
    }

    public static string ScatterRows(OnnxCall call)
    {
        string indices = call.Add("Unsqueeze", Indices(call, (ScatterRowsOperation scatter) => scatter.Indices), call.Whole(1));
        return call.Graph.Add("ScatterND", [Zeros(call), indices, call[0]], OnnxAttribute.Of("reduction", "add"));
    }

    /// <summary>The largest of all rows, of which those that belong elsewhere are −∞: scattering by maxima came with version 18.</summary>
    public static string ScatterRowsMax(OnnxCall call)
    {
        var constants = call.Graph.Constants;
        string numbers = call.Add("Range", constants.OfScalar(0), call.Sizes.Scalar(call.ResultShape[0]), constants.OfScalar(1));
        string indices = Indices(call, (ScatterRowsMaxOperation scatter) => scatter.Indices);
        string belongs = call.Add("Equal", call.Add("Unsqueeze", numbers, call.Whole(1)), indices);
        long[] behind = [.. Enumerable.Range(2, call.RankOf(0) - 1).Select(axis => (long)axis)];
        if (behind.Length > 0) belongs = call.Add("Unsqueeze", belongs, call.Whole(behind));
        string rows = call.Add("Where", belongs, call[0], constants.Of(double.NegativeInfinity, call.Type));
        return call.Graph.Add("ReduceMax", [rows], OnnxAttribute.Of("axes", [1L]), OnnxAttribute.Of("keepdims", 0));
    }

    public static string ScatterAlong(OnnxCall call)
    {
        int axis = call.Of((ScatterAlongOperation scatter) => scatter.Places.Axis);
        string indices = Indices(call, (ScatterAlongOperation scatter) => scatter.Places.Indices);
        indices = call.Add("Reshape", indices, call.Sizes.Vector(call.ShapeOf(0)));
        return call.Graph.Add(
            "ScatterElements", [Zeros(call), indices, call[0]], OnnxAttribute.Of("axis", axis), OnnxAttribute.Of("reduction", "add"));
    }

    /// <summary>Numbers of elements in order. Where elements are equal, the first comes first, there as here.</summary>
    public static string Rank(OnnxCall call)
    {
        var (axis, ranking) = call.Of((RankOperation rank) => rank.Order);
        string count = call.Sizes.Vector(call.Fit((RankOperation rank) => rank.Count));
        string[] names = [call.Graph.NewName("ranked"), call.Graph.NewName("numbers")];
        call.Graph.AddNode(
            "TopK", [call[0], count], names, OnnxAttribute.Of("axis", axis),
            OnnxAttribute.Of("largest", ranking == Ranking.Largest ? 1 : 0));
        return call.Graph.Cast(names[1], OnnxProto.TypeOf(call.ResultType));
    }

    public static string TakeAlong(OnnxCall call) => call.Graph.Add(
        "GatherElements", [call[0], Computed(call)], OnnxAttribute.Of("axis", call.Of((TakeAlongOperation take) => take.Axis)));

    public static string AddAlong(OnnxCall call) => call.Graph.Add(
        "ScatterElements", [Zeros(call), Computed(call), call[0]],
        OnnxAttribute.Of("axis", call.Of((AddAlongOperation add) => add.Axis)), OnnxAttribute.Of("reduction", "add"));

    public static string ReverseSequences(OnnxCall call)
    {
        string lengths = Indices(call, (ReverseSequencesOperation reverse) => reverse.Lengths);
        return call.Graph.Add(
            "ReverseSequence", [call[0], lengths], OnnxAttribute.Of("batch_axis", 1), OnnxAttribute.Of("time_axis", 0));
    }

    static string Computed(OnnxCall call) => call.Graph.Cast(call[1], OnnxType.Int64);

    static string Zeros(OnnxCall call) =>
        call.Add("Expand", call.Graph.Constants.Of(0.0, call.Type), call.Sizes.Vector(call.ResultShape));

    static string Indices<TOperation>(OnnxCall call, Func<TOperation, int[]> indices)
        where TOperation : RecordedOperation
        => call.Context.Indices(call.Name, call.All(indices));
}
