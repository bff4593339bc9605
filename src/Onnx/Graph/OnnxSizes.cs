using Autograd.Onnx.Proto;
using Autograd.Onnx.Sizes;

namespace Autograd.Onnx.Graph;

/// <summary>Lengths as values of a graph, computed once in the outermost one from the shapes of its inputs.</summary>
sealed class OnnxSizes(OnnxGraph root, SizeTrials trials)
{
    readonly string?[] axes = new string?[trials.Axes.Count];

    /// <summary>Says where an axis can be seen: the input that has it at a position.</summary>
    public void Found(int axis, string input, int position) =>
        axes[axis] ??= root.Add("Shape", [input], OnnxAttribute.Of("start", position), OnnxAttribute.Of("end", position + 1));

    /// <summary>Whether some input has each axis.</summary>
    public int? Missing => Array.IndexOf(axes, null) is var missing and >= 0 ? missing : null;

    public Size Known(long value) => Size.Of(value, axes.Length);

    /// <summary>A length as a vector of one whole number.</summary>
    public string Vector(Size size)
    {
        if (size.IsKnown) return root.Constants.Of(size.Value);
        string? sum = null;
        for (int set = size.Coefficients.Length - 1; set >= 0; set--)
            if (size.Coefficients[set] != 0)
                sum = sum is null ? Term(set, size.Coefficients[set]) : root.Add("Add", [sum, Term(set, size.Coefficients[set])]);
        return sum!;
    }

    /// <summary>A length as a whole number without axes.</summary>
    public string Scalar(Size size) =>
        size.IsKnown ? root.Constants.OfScalar(size.Value) : root.Add("Squeeze", [Vector(size), root.Constants.Of(0L)]);

    /// <summary>Lengths side by side.</summary>
    public string Vector(IReadOnlyList<Size> sizes) => sizes.All(size => size.IsKnown)
        ? root.Constants.Of([.. sizes.Select(size => size.Value)])
        : sizes.Count == 1 ? Vector(sizes[0]) : root.Add("Concat", [.. sizes.Select(Vector)], OnnxAttribute.Of("axis", 0));

    /// <summary>Lengths as the declaration of a value has them.</summary>
    public IEnumerable<(long Length, string? Name)> Declared(IEnumerable<Size> sizes) =>
        sizes.Select(size => size.IsKnown ? (size.Value, (string?)null) : (0, size.Text(trials.Axes)));

    string Term(int set, long coefficient)
    {
        string? product = coefficient != 1 || set == 0 ? root.Constants.Of(coefficient) : null;
        for (int axis = 0; axis < axes.Length; axis++)
            if ((set >> axis & 1) == 1)
                product = product is null ? axes[axis]! : root.Add("Mul", [product, axes[axis]!]);
        return product!;
    }
}
