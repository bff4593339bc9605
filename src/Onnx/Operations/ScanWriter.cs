using Autograd.Onnx.Graph;
using Autograd.Onnx.Proto;
using Autograd.Onnx.Sizes;
using Autograd.Onnx.Writing;

namespace Autograd.Onnx.Operations;

/// <summary>What runs along an axis, element by element of the others: a <c>Scan</c> whose body is the one step.</summary>
static class ScanWriter
{
    public static string Linear(OnnxCall call)
    {
        var (axis, fromEnd) = call.Of((LinearScanOperation scan) => scan.Direction);
        string initial = call.Operands.Count > 2 ? call[2] : First(call, axis, 0);
        return Scan(call, axis, fromEnd, initial, [call[0], call[1]], (state, given) => given[0] * state + given[1]);
    }

    public static string Running(OnnxCall call, IRunningOperation running) => Scan(
        call, running.Axis, fromEnd: false, First(call, running.Axis, running.Function.Neutral), [call[0]],
        (state, given) => running.Function.Combination.Value<OnnxNumber>([state, given[0]]));

    static string First(OnnxCall call, int axis, double number) =>
        call.Add("Expand", call.Graph.Constants.Of(number, call.Type), call.Sizes.Vector(Without(call.ResultShape, axis)));

    static string Scan(
        OnnxCall call, int axis, bool fromEnd, string initial, string[] scanned, Func<OnnxNumber, OnnxNumber[], OnnxNumber> step)
    {
        var body = new OnnxGraph(call.Graph);
        var shape = Without(call.ResultShape, axis);
        string state = body.NewName("state");
        string[] given = [.. scanned.Select(_ => body.NewName("step"))];
        var next = step(Number(state), [.. given.Select(Number)]);
        string[] results = [body.NewName("result"), body.NewName("result")];
        foreach (string result in results) body.AddNode("Identity", [next.NameNear(next)], [result]);
        var graph = OnnxProto.Graph(
            body.NewName("step_along_axis"), body.Nodes, [], [Declared(state), .. given.Select(Declared)], results.Select(Declared));
        string[] names = [call.Graph.NewName("final"), call.Graph.NewName("outputs")];
        long[] axes = [.. scanned.Select(_ => (long)axis)], directions = [.. scanned.Select(_ => fromEnd ? 1L : 0)];
        call.Graph.AddNode(
            "Scan", [initial, .. scanned], names, OnnxAttribute.Of("body", graph), OnnxAttribute.Of("num_scan_inputs", scanned.Length),
            OnnxAttribute.Of("scan_input_axes", axes), OnnxAttribute.Of("scan_input_directions", directions),
            OnnxAttribute.Of("scan_output_axes", (long[])[axis]), OnnxAttribute.Of("scan_output_directions", directions[..1]));
        return names[1];

        OnnxNumber Number(string name) => new(body, name, call.Type);
        ProtoMessage Declared(string name) => OnnxProto.Value(name, OnnxProto.TypeOf(call.Type), call.Sizes.Declared(shape));
    }

    static Size[] Without(Size[] shape, int axis) => [.. shape[..axis], .. shape[(axis + 1)..]];
}
