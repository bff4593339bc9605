using Autograd.Onnx.Proto;
using Autograd.Onnx.Writing;

namespace Autograd.Onnx.Operations;

/// <summary>What is chosen or placed by whole numbers.</summary>
internal static class IndexWriter
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

    public static string ScatterAlong(OnnxCall call)
    {
        int axis = call.Of((ScatterAlongOperation scatter) => scatter.Places.Axis);
        string indices = Indices(call, (ScatterAlongOperation scatter) => scatter.Places.Indices);
        indices = call.Add("Reshape", indices, call.Sizes.Vector(call.ShapeOf(0)));
        return call.Graph.Add(
            "ScatterElements", [Zeros(call), indices, call[0]], OnnxAttribute.Of("axis", axis), OnnxAttribute.Of("reduction", "add"));
    }

    public static string ReverseSequences(OnnxCall call)
    {
        string lengths = Indices(call, (ReverseSequencesOperation reverse) => reverse.Lengths);
        return call.Graph.Add(
            "ReverseSequence", [call[0], lengths], OnnxAttribute.Of("batch_axis", 1), OnnxAttribute.Of("time_axis", 0));
    }

    static string Zeros(OnnxCall call) =>
        call.Add("Expand", call.Graph.Constants.Of(0.0, call.Type), call.Sizes.Vector(call.ResultShape));

    static string Indices<TOperation>(OnnxCall call, Func<TOperation, int[]> indices)
        where TOperation : RecordedOperation
        => call.Context.Indices(call.Name, call.All(indices));
}
