using Autograd.Onnx.Proto;
using Autograd.Onnx.Sizes;
using Autograd.Onnx.Writing;

namespace Autograd.Onnx.Operations;

/// <summary>Patches of windows and their adjoint, tap by tap.</summary>
static class PatchWriter
{
    public static string Patches(OnnxCall call)
    {
        var windows = Windows(call, (PatchesOperation patches) => patches.Windows);
        var positions = call.ResultShape;
        string padded = call[0];
        for (int axis = 0; axis < windows.Length; axis++)
            padded = ShapeWriter.Zeros(
                call, padded, windows.Length + 2, axis + 1, call.Sizes.Known(windows[axis].Before), call.Sizes.Known(windows[axis].After));
        long[] axes = [.. Enumerable.Range(1, windows.Length).Select(axis => (long)axis)];
        string steps = call.Whole([.. windows.Select(window => (long)window.Stride)]);
        var parts = new List<string>();
        foreach (int[] taps in Taps(windows))
        {
            long[] starts = [.. taps.Select((tap, axis) => (long)tap * windows[axis].Dilation)];
            var ends = windows.Select((window, axis) => Linear(positions[axis + 1], window.Stride, starts[axis] - window.Stride + 1));
            parts.Add(call.Add("Slice", padded, call.Whole(starts), call.Sizes.Vector([.. ends]), call.Whole(axes), steps));
        }
        return call.Graph.Add("Concat", [.. parts], OnnxAttribute.Of("axis", -1));
    }

    public static string Sums(OnnxCall call)
    {
        var windows = Windows(call, (PatchSumsOperation sums) => sums.Windows);
        var shape = call.ResultShape;
        long channels = shape[^1].Value;
        string? sum = null;
        long first = 0;
        foreach (int[] taps in Taps(windows))
        {
            Size[] part = [.. call.ShapeOf(0)];
            part[^1] = call.Sizes.Known(channels);
            string value = call.Add("Slice", call[0], call.Whole(first), call.Whole(first += channels), call.Whole(part.Length - 1),
                call.Whole(1));
            for (int axis = 0; axis < windows.Length; axis++)
            {
                var start = call.Sizes.Known((long)taps[axis] * windows[axis].Dilation - windows[axis].Before);
                value = ShapeWriter.Place(call, value, part, axis + 1, windows[axis].Stride, start, shape[axis + 1]);
                part[axis + 1] = shape[axis + 1];
            }
            sum = sum is null ? value : call.Add("Add", sum, value);
        }
        return sum!;
    }

    static WindowAxis[] Windows<TOperation>(OnnxCall call, Func<TOperation, WindowAxis[]> windows)
        where TOperation : RecordedOperation
    {
        var all = call.All(windows);
        return all.All(each => each.AsSpan().SequenceEqual(all[0]))
            ? all[0]
            : throw new OnnxExportException(call.Name, "its windows depend on the sizes.");
    }

    // The last axis runs fastest, as in memory.
    static IEnumerable<int[]> Taps(WindowAxis[] windows)
    {
        IEnumerable<int[]> taps = [[]];
        foreach (var window in windows) taps = taps.SelectMany(before => Enumerable.Range(0, window.Width)
            .Select(tap => (int[])[.. before, tap]));
        return taps;
    }

    static Size Linear(Size size, long factor, long shift) =>
        new([.. size.Coefficients.Select((coefficient, set) => coefficient * factor + (set == 0 ? shift : 0))]);
}
