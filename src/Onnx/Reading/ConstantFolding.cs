namespace Autograd.Onnx.Reading;

/// <summary>
/// Operators by which exporters bring weights into the layout of a recurrent operator; of constants they are constants. They move elements
/// and change signs, nothing else.
/// </summary>
static class ConstantFolding
{
    public static bool Knows(OnnxNode node) =>
        node is
        {
            Domain: "" or "ai.onnx",
            Operator: "Identity" or "Neg" or "Transpose" or "Concat" or "Unsqueeze" or "Squeeze" or "Slice"
        };

    /// <summary>The result of a node that is known.</summary>
    /// <exception cref="ArgumentException">The operands do not fit.</exception>
    /// <exception cref="InvalidOperationException">An operand is missing, or of whole numbers.</exception>
    public static OnnxConstant Of(OnnxNode node, OnnxConstant?[] operands)
    {
        if (node.Operator == "Identity") return operands[0]!.Value;
        var x = Numbers(operands, 0);
        return new(
            node.Operator switch
            {
                "Neg" => -x,
                "Transpose" => Functions.Permute(x, [.. Order(node, x.Rank)]),
                "Concat" => Functions.Concatenate(
                    Axis(node["axis"]?.Whole ?? 0, x.Rank), [.. operands.Select((_, i) => Numbers(operands, i))]),
                "Unsqueeze" => Unsqueezed(x, Wholes(node, operands, "axes", 1)),
                "Squeeze" => Squeezed(x, Wholes(node, operands, "axes", 1)),
                _ => Sliced(x, node, operands),
            },
            null);
    }

    static Tensor Numbers(OnnxConstant?[] operands, int number) => operands[number]?.Numbers
        ?? throw new InvalidOperationException($"operand {number} is missing, or of whole numbers.");

    // Attributes in old versions of the operators, operands in new ones.
    static long[]? Wholes(OnnxNode node, OnnxConstant?[] operands, string name, int operand) =>
        operand < operands.Length ? operands[operand]?.Whole : node[name]?.Wholes.ToArray();

    static IEnumerable<int> Order(OnnxNode node, int rank) =>
        node["perm"]?.Wholes.Select(axis => Axis(axis, rank)) ?? Enumerable.Range(0, rank).Reverse();

    static int Axis(long axis, int rank) => axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis)
        : throw new ArgumentException($"there is no axis {axis} among {rank}.");

    static Tensor Unsqueezed(Tensor x, long[]? axes)
    {
        if (axes is null || axes.Length > 8) throw new InvalidOperationException("it has no axes, or too many.");
        int rank = x.Rank + axes.Length;
        var added = axes.Select(axis => Axis(axis, rank)).ToHashSet();
        if (added.Count < axes.Length) throw new ArgumentException("an axis is named twice.");
        int next = 0;
        return Functions.Reshape(x, [.. Enumerable.Range(0, rank).Select(axis => added.Contains(axis) ? 1 : x.Shape[next++])]);
    }

    static Tensor Squeezed(Tensor x, long[]? axes)
    {
        var removed = axes?.Select(axis => Axis(axis, x.Rank)).ToHashSet();
        int[] kept = [.. Enumerable.Range(0, x.Rank).Where(axis => removed is null ? x.Shape[axis] != 1 : !removed.Contains(axis))];
        return Functions.Reshape(x, [.. kept.Select(axis => x.Shape[axis])]);
    }

    static Tensor Sliced(Tensor x, OnnxNode node, OnnxConstant?[] operands)
    {
        if (Wholes(node, operands, "starts", 1) is not { } starts || Wholes(node, operands, "ends", 2) is not { } ends)
            throw new InvalidOperationException("its bounds are missing.");
        long[] axes = Wholes(node, operands, "axes", 3) ?? [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)];
        if (ends.Length != starts.Length || axes.Length != starts.Length) throw new ArgumentException("its bounds differ in number.");
        if (operands.Length > 4 && operands[4]?.Whole is { } steps && Array.Exists(steps, step => step != 1))
            throw new ArgumentException("its steps are not 1.");
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = Axis(axes[i], x.Rank), length = x.Shape[axis];
            var (start, end) = (Bound(starts[i], length), Bound(ends[i], length));
            x = Functions.Slice(x, axis, start, Math.Max(0, end - start));
        }
        return x;
    }

    static int Bound(long bound, int length) => (int)Math.Clamp(bound < 0 ? Math.Max(bound, -length) + length : bound, 0, length);
}
