using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>
/// A random program over square matrices: each step applies an operation to values made before, so that values are shared, repeated, viewed
/// and left unused in every way. All values stay between −1 and 1 or so.
/// </summary>
sealed record RandomProgram(int Size, Tensor[] Inputs, IReadOnlyList<(int Operation, int Left, int Right)> Steps)
{
    const int ShortestProgram = 5, LongestProgram = 30;

    static readonly (string Name, Func<Tensor, Tensor, Tensor> Apply)[] Operations =
    [
        ("half of sum", (a, b) => 0.5 * (a + b)),
        ("sum", (a, b) => a + b),
        ("difference", (a, b) => a - b),
        ("product", (a, b) => a * b),
        ("matrix product", (a, b) => Tanh(MatMul(a, b))),
        ("matrix product, transposed", (a, b) => Tanh(MatMul(a, b, transposeRight: true))),
        ("affine", (a, b) => Tanh(Affine(a, b, b[0]))),
        ("squashed", (a, _) => Tanh(a)),
        ("gate", (a, b) => Sigmoid(a) * b),
        ("transposed", (a, _) => Transpose(a)),
        ("first row, broadcast", (a, b) => Tanh(a[..1] + b)),
        ("one of a stack", (a, b) => Stack([a, b])[1]),
        ("half of a concatenation", (a, b) => Concatenate(0, a, b)[^a.Shape[0]..]),
        ("parts, last first", (a, _) => Stack([.. Unstack(a).Reverse()])),
        ("parts, one taken twice", (a, b) => Unstack(a)[0] + Unstack(a)[0] is var row ? Tanh(row + b) : a),
        ("rows gathered", (a, _) => GatherRows(a, [.. Enumerable.Range(0, a.Shape[0]).Select(row => row / 2)])),
        ("reshaped", (a, _) => a.Reshape(-1).Reshape(a.Shape.Lengths)),
        ("column sums", (a, b) => Tanh(Sum(a, 0)) * b),
        ("scanned", (a, b) => Tanh(LinearScan(a, b, 0))),
        ("scanned from the end of a row", (a, b) => Tanh(LinearScan(a, b, 1, a[0], fromEnd: true))),
        ("running product", (a, _) => Tanh(CumulativeProduct(a, 0))),
        ("running log of exponentials", (a, b) => 0.3 * CumulativeLogSumExp(a, 1) * b),
        ("system", (a, b) => Tanh(Solve(a + 6.0 * Tensor.Identity(a.Shape[0], a.ElementType), b))),
        ("scanned by pairs", (a, b) => Tanh(AssociativeScan.Run(Composed, [a, b])[1])),
    ];

    static Tensor[] Composed(Tensor[] first, Tensor[] second) => [second[0] * first[0], second[0] * first[1] + second[1]];

    public static RandomProgram Of(Draw draw)
    {
        int size = draw.Whole(1, 3), inputs = draw.Whole(1, 3), length = draw.Whole(ShortestProgram, LongestProgram);
        (int, int, int)[] steps =
        [
            .. Enumerable.Range(inputs, length)
                .Select(known => (draw.Whole(0, Operations.Length - 1), draw.Whole(0, known - 1), draw.Whole(0, known - 1))),
        ];
        return new(size, [.. Enumerable.Range(0, inputs).Select(_ => draw.Values([size, size], Domain.Between(-1, 1)))], steps);
    }

    /// <summary>All values: the inputs, then the result of every step.</summary>
    public List<Tensor> Run(IReadOnlyList<Tensor> inputs)
    {
        var values = new List<Tensor>(inputs);
        Run(values, 0, Steps.Count);
        return values;
    }

    /// <summary>Some of the steps, after those before them.</summary>
    public void Run(List<Tensor> values, int first, int end)
    {
        for (int i = first; i < end; i++)
        {
            var (operation, left, right) = Steps[i];
            values.Add(Operations[operation].Apply(values[left], values[right]));
        }
    }

    public override string ToString() => $"inputs {string.Join(", ", Inputs.Select(input => input.ToString()))}; steps " + string.Join(
        ", ", Steps.Select((step, i) => $"{Inputs.Length + i} = {Operations[step.Operation].Name} of {step.Left} and {step.Right}"));
}
