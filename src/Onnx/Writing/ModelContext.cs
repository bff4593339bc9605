using Autograd.Onnx.Graph;
using Autograd.Onnx.Proto;
using Autograd.Onnx.Sizes;

namespace Autograd.Onnx.Writing;

/// <summary>What all parts of a model that is written have in common.</summary>
/// <param name="Root">The outermost graph.</param>
/// <param name="Trials">The lengths with which the function was traced.</param>
/// <param name="Sizes">Lengths as values of the graph.</param>
/// <param name="Whole">Inputs of whole numbers.</param>
/// <param name="Options">How it is written.</param>
sealed record ModelContext(OnnxGraph Root, SizeTrials Trials, OnnxSizes Sizes, WholeInput[] Whole, OnnxOptions Options)
{
    /// <summary>For a mask the input of lengths that it was made from.</summary>
    public Dictionary<string, string> Masks { get; } = new(StringComparer.Ordinal);

    /// <summary>What a number is in terms of the axes.</summary>
    /// <exception cref="OnnxExportException">It is no sum of products.</exception>
    public Size Fit(string operation, Func<int, long> value) => Trials.Fit(value) ?? throw new OnnxExportException(
        operation,
        "a length or position depends on the sizes in a way that cannot be written: it was "
        + $"{string.Join(", ", Enumerable.Range(0, Trials.Count).Select(value))} " +
        "in the traces.");

    /// <summary>What a shape is in terms of the axes.</summary>
    public Size[] Fit(string operation, IReadOnlyList<Shape> shapes) =>
        [.. Enumerable.Range(0, shapes[0].Rank).Select(axis => Fit(operation, trial => shapes[trial].Lengths[axis]))];

    /// <summary>
    /// A number that an operation uses, as a value without axes: a constant; or a length or its square root, or one over these.
    /// </summary>
    /// <param name="operation">Who uses it.</param>
    /// <param name="used">What it was in every trial.</param>
    /// <param name="type">Its element type.</param>
    public string Number(string operation, IReadOnlyList<double> used, ElementType type)
    {
        if (used.All(number => number.Equals(used[0]))) return Root.Constants.Of(used[0], type);
        // As many digits as the type has.
        double near = 4 * (type == ElementType.Float32 ? float.BitIncrement(1) - 1 : double.BitIncrement(1) - 1);
        foreach (bool isInverse in (bool[])[false, true])
        {
            foreach (bool isRoot in (bool[])[false, true])
            {
                double[] lengths = [.. used.Select(number => isInverse ? 1 / number : number)
                    .Select(number => isRoot ? number * number : number)];
                if (lengths.Any(length => !(Math.Abs(length - Math.Round(length)) <= near * Math.Abs(length)))) continue;
                if (Trials.Fit(trial => (long)Math.Round(lengths[trial])) is not { } size) continue;
                string value = Root.Cast(Sizes.Scalar(size), OnnxProto.TypeOf(type));
                if (isRoot) value = Root.Add("Sqrt", [value]);
                return isInverse ? Root.Add("Reciprocal", [value]) : value;
            }
        }
        throw new OnnxExportException(operation,
            "a number depends on the sizes in no way that can be written, or is another one at each call.");
    }

    /// <summary>
    /// Whole numbers that an operation uses, as a vector of the graph: an input, numbers at equal distances, or constants.
    /// </summary>
    public string Indices(string operation, IReadOnlyList<int[]> used)
    {
        if (Array.Find(Whole, input => input.Is(used)) is { } given) return Root.Add("Reshape", [given.Name, Root.Constants.Of(-1L)]);
        if (used.All(indices => indices.AsSpan().SequenceEqual(used[0])))
            return Root.Constants.Of(Array.ConvertAll(used[0], index => (long)index));
        int step = used.Max(indices => indices.Length < 2 ? 1 : indices[1] - indices[0]);
        bool isEven = used.All(indices => indices.Length > 0 && !indices.Where((index, i) => index != indices[0] + i * step).Any());
        if (!isEven || step == 0)
            throw new OnnxExportException(operation,
                "its indices are neither an input of the model as it is, nor constant, nor at equal distances.");
        var start = Fit(operation, trial => used[trial][0]);
        var end = Fit(operation, trial => used[trial][0] + used[trial].Length * step);
        return Root.Add("Range", [Sizes.Scalar(start), Sizes.Scalar(end), Root.Constants.OfScalar(step)]);
    }
}
