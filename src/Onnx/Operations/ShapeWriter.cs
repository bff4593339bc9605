using Autograd.Onnx.Proto;
using Autograd.Onnx.Sizes;
using Autograd.Onnx.Writing;

namespace Autograd.Onnx.Operations;

/// <summary>Operations that move elements.</summary>
static class ShapeWriter
{
    public static string BroadcastTo(OnnxCall call) => call.Add("Expand", call[0], call.Sizes.Vector(call.ResultShape));

    public static string Concatenate(OnnxCall call) =>
        call.Graph.Add("Concat", [.. call.Operands], OnnxAttribute.Of("axis", call.Of((ConcatenateOperation join) => join.Form.Axis)));

    public static string Convert(OnnxCall call) => call.Graph.Cast(call[0], OnnxProto.TypeOf(call.ResultType));

    public static string Flip(OnnxCall call) => call.Add(
        "Slice", call[0], call.Whole(-1), call.Whole(long.MinValue), call.Whole(call.Of((FlipOperation flip) => flip.Axis)),
        call.Whole(-1));

    public static string Permute(OnnxCall call)
    {
        long[] order = Array.ConvertAll(call.All((PermuteOperation permute) => permute.Order)[0], axis => (long)axis);
        return call.Graph.Add("Transpose", [call[0]], OnnxAttribute.Of("perm", order));
    }

    public static string Reshape(OnnxCall call) => Reshape(call, call[0], call.ResultShape);

    public static string Slice(OnnxCall call)
    {
        var (axis, step) = call.Of((SliceOperation slice) => (slice.Form.Axis, slice.Form.Step));
        var start = call.Fit((SliceOperation slice) => slice.Form.Start);
        var end = call.Fit((SliceOperation slice) => slice.Form.Start + (long)slice.Form.Length * slice.Form.Step);
        return call.Add("Slice", call[0], call.Sizes.Vector(start), call.Sizes.Vector(end), call.Whole(axis), call.Whole(step));
    }

    public static string Pad(OnnxCall call)
    {
        var (axis, step) = call.Of((PadOperation pad) => (pad.Form.Axis, pad.Form.Step));
        var start = call.Fit((PadOperation pad) => pad.Form.Start);
        var lengths = call.All((PadOperation pad) => pad.Form.Length);
        return Place(call, call[0], call.ShapeOf(0), axis, step, start, call.Context.Fit(call.Name, trial => lengths[trial]));
    }

    public static string Stack(OnnxCall call)
    {
        string[] parts = [.. call.Operands.Select(part => call.Add("Unsqueeze", part, call.Whole(0)))];
        return call.Graph.Add("Concat", parts, OnnxAttribute.Of("axis", 0));
    }

    /// <summary>Those parts of a leading axis that are wanted.</summary>
    public static string?[] Unstack(OnnxCall call, bool[] wanted) =>
        [.. wanted.Select((isWanted, i) => isWanted
            ? call.Graph.Add("Gather", [call[0], call.Graph.Constants.OfScalar(i)], OnnxAttribute.Of("axis", 0)) : null)];

    public static string Reshape(OnnxCall call, string value, Size[] shape)
    {
        int open = Array.FindIndex(shape, size => !size.IsKnown);
        bool isOnly = open >= 0 && Array.FindLastIndex(shape, size => !size.IsKnown) == open
            && !Array.Exists(shape, size => size is { IsKnown: true, Value: 0 });
        if (isOnly) shape = [.. shape.Select((size, axis) => axis == open ? call.Sizes.Known(-1) : size)];
        // A length of 0 is one, and not that of the operand.
        return call.Graph.Add("Reshape", [value, call.Sizes.Vector(shape)], OnnxAttribute.Of("allowzero", isOnly ? 0 : 1));
    }

    /// <summary>Values at start, start + step, … of an axis of a length, among zeros.</summary>
    public static string Place(OnnxCall call, string value, Size[] shape, int axis, int step, Size start, Size length)
    {
        var count = shape[axis];
        if (step > 1)
        {
            // Zeros behind each element, on an axis of their own.
            value = call.Add("Unsqueeze", value, call.Whole(axis + 1));
            value = Zeros(call, value, shape.Length + 1, axis + 1, call.Sizes.Known(0), call.Sizes.Known(step - 1));
            count = Combine(count, step);
            value = Reshape(call, value, [.. shape[..axis], count, .. shape[(axis + 1)..]]);
        }
        var after = new Size([.. length.Coefficients
            .Select((coefficient, set) => coefficient - start.Coefficients[set] - count.Coefficients[set])]);
        return Zeros(call, value, shape.Length, axis, start, after);
    }

    /// <summary>Zeros before and after an axis; a negative number cuts off.</summary>
    public static string Zeros(OnnxCall call, string value, int rank, int axis, Size before, Size after)
    {
        var none = call.Sizes.Known(0);
        if (before.Equals(none) && after.Equals(none)) return value;
        var pads = Enumerable.Repeat(none, 2 * rank).ToArray();
        (pads[axis], pads[rank + axis]) = (before, after);
        return call.Add("Pad", value, call.Sizes.Vector(pads), call.Graph.Constants.Of(0.0, call.Type));
    }

    static Size Combine(Size size, long factor) => new([.. size.Coefficients.Select(coefficient => coefficient * factor)]);
}
