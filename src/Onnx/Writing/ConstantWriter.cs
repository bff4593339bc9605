using Autograd.Onnx.Graph;
using Autograd.Onnx.Proto;
using Autograd.Onnx.Sizes;

namespace Autograd.Onnx.Writing;

/// <summary>
/// What a function uses from outside: parameters; constants, also those that only get longer with the sizes, such as a state of zeros; and
/// what was made from whole numbers, a mask of lengths or rows with a 1 at each symbol.
/// </summary>
sealed class ConstantWriter(ModelContext context)
{
    /// <summary>Writes a constant.</summary>
    /// <param name="values">The tensor in each trial.</param>
    public string Write(Tensor[] values)
    {
        var first = values[0];
        if (first is Parameter parameter && values.All(value => value == parameter))
            return context.Root.Constants.Of(parameter, parameter.Name);
        foreach (var value in values)
            if (value.Rank != first.Rank || value.ElementType != first.ElementType)
                throw Refused(first);
        bool isSame = values.All(value => value.Shape.Equals(first.Shape));
        if (isSame && values.All(value => StepComparison.IsSame(first, value))) return Constant(first);
        if (isSame && first.ElementCount == 1 && context.Sizes.Missing is null && Number(values) is { } number) return number;
        return Mask(values) ?? Rows(values) ?? (isSame ? throw Refused(first) : Spread(values));
    }

    string Constant(Tensor value) => context.Root.Constants.Of(value, value is ConstantTensor named ? named.Name : "constant");

    // The same along every axis that changes.
    string Spread(Tensor[] values)
    {
        var sizes = context.Fit("a constant", Array.ConvertAll(values, value => value.Shape));
        var part = Array.ConvertAll(values, value => First(value, sizes));
        for (int trial = 0; trial < values.Length; trial++)
        {
            bool isSpread = Functions.BroadcastTo(part[trial], values[trial].Shape)
                .ToDoubles().AsSpan().SequenceEqual(values[trial].ToDoubles());
            if (!isSpread || !StepComparison.IsSame(part[0], part[trial])) throw Refused(values[0]);
        }
        return context.Root.Add("Expand", [Constant(part[0]), context.Sizes.Vector(sizes)]);
    }

    static Tensor First(Tensor value, Size[] sizes)
    {
        for (int axis = 0; axis < sizes.Length; axis++)
            if (!sizes[axis].IsKnown)
                value = Functions.Slice(value, axis, 0, Math.Min(1, value.Shape[axis]));
        return value.Detach();
    }

    // 1 for the steps within each length, [time, batch, 1…].
    string? Mask(Tensor[] values)
    {
        if (values[0].Rank < 2) return null;
        var input = Array.Find(context.Whole, whole =>
            whole.Input.Kind == OnnxInputKind.Lengths && values.Zip(whole.Trials).All(pair => IsMask(pair.First, pair.Second)));
        if (input is null) return null;
        var (root, sizes) = (context.Root, context.Sizes);
        var time = context.Fit("a mask", trial => values[trial].Shape[0]);
        string steps = root.Add("Range", [root.Constants.OfScalar(0), sizes.Scalar(time), root.Constants.OfScalar(1)]);
        string column = root.Add("Unsqueeze", [steps, root.Constants.Of(1L)]);
        string within = root.Add("Less", [column, input.Name]);
        long[] behind = [.. Enumerable.Range(2, values[0].Rank - 2).Select(axis => (long)axis)];
        string mask = root.FromCondition(behind.Length == 0 ? within : root.Add("Unsqueeze", [within, root.Constants.Of(behind)]),
            values[0].ElementType);
        context.Masks[mask] = input.Name;
        return mask;
    }

    static bool IsMask(Tensor value, int[] lengths)
    {
        if (value.Shape[1] != lengths.Length || value.ElementCount != value.Shape[0] * lengths.Length) return false;
        double[] mask = value.ToDoubles();
        for (int i = 0; i < mask.Length; i++)
            if (mask[i] != (i / lengths.Length < lengths[i % lengths.Length] ? 1 : 0))
                return false;
        return true;
    }

    // One number that depends on the sizes.
    string? Number(Tensor[] values)
    {
        try
        {
            string number = context.Number("a constant", Array.ConvertAll(values, value => value.ToScalar()), values[0].ElementType);
            long[] shape = Array.ConvertAll(values[0].Shape.Lengths.ToArray(), length => (long)length);
            return shape.Length == 0 ? number : context.Root.Add("Reshape", [number, context.Root.Constants.Of(shape)]);
        }
        catch (OnnxExportException)
        {
            return null;
        }
    }

    // A 1 at each symbol, [axes of the symbols…, classes].
    string? Rows(Tensor[] values)
    {
        if (values[0].Rank < 2) return null;
        int classes = values[0].Shape[^1];
        var input = Array.Find(context.Whole, whole => values.Zip(whole.Trials).All(pair => IsOneHot(pair.First, pair.Second, classes)));
        if (input is null) return null;
        var root = context.Root;
        string rows = context.Indices("OneHot", input.Trials);
        string levels = root.Constants.Of(Tensor.From([0, 1], [2], values[0].ElementType), "levels");
        string flat = root.Add("OneHot", [rows, root.Constants.OfScalar(classes), levels], OnnxAttribute.Of("axis", -1));
        var shape = context.Fit("OneHot", Array.ConvertAll(values, value => value.Shape));
        return root.Add("Reshape", [flat, context.Sizes.Vector(shape)]);
    }

    static bool IsOneHot(Tensor value, int[] symbols, int classes)
    {
        if (value.ElementCount != symbols.Length * classes || value.Shape[^1] != classes
            || symbols.Any(symbol => symbol >= classes)) return false;
        double[] expected = Functions.OneHot(symbols, classes, ElementType.Float64).ToDoubles();
        return value.ToDoubles().AsSpan().SequenceEqual(expected);
    }

    static OnnxExportException Refused(Tensor value) => new(
        "a constant",
        $"a tensor {value.Shape} that the function uses differs from trace to trace: a random mask of training, other random numbers, or " +
        "something made from tokens or lengths that is not known.");
}
