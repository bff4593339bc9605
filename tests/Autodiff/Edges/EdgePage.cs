using System.Text;

namespace Autograd.Tests.Autodiff;

/// <summary>The table of edges as a page.</summary>
static class EdgePage
{
    // Functions that move, add or multiply what they are given; what is random; compositions of what stands in the table.
    static readonly string[] Linear =
    [
        "AddAlong", "Affine", "At", "BroadcastTo", "Concatenate", "Convert", "Convolution", "Convolve", "Dropout", "DropoutMask", "Einsum",
            "Flip",
            "GatherAlong", "GatherRows", "LinearScan", "MatMul", "MatVec",
        "MeanKeepingAxes", "MoveAxis", "OneHot", "Pad", "Patches", "PatchSums", "Permute", "Repeat", "Reshape", "ReverseSequences",
        "ScatterAlong",
            "ScatterRows", "Slice", "SparseProduct", "Stack", "StepMask", "StopGradient",
        "SumKeepingAxes", "SumTo", "SwapAxes", "TakeAlong", "Transpose", "Unstack", "WithGradient",
    ];

    static readonly string[] OfMatrices =
    [
        "Cholesky", "Inverse", "LeastSquares", "LogDeterminant", "MatrixExponential", "Qr", "SingularValues", "Solve",
            "SolvePositiveDefinite", "SymmetricEigen", "TriangularSolve",
    ];

    public static string Text()
    {
        var page = new StringBuilder(Introduction);
        page.Append("\n## Functions of one number\n");
        foreach (var function in EdgeFunctions.Unary) Append(page, function);
        page.Append("\n## Functions of two numbers\n\nPoints at which everything is NaN are left out.\n");
        foreach (var function in EdgeFunctions.Binary) Append(page, function);
        page.Append("\n## Functions of rows\n\nGradients are those of the results times 1, 2, ….\n\n");
        page.Append("| function | row | result | gradient | chosen |\n|---|---|---|---|---|\n");
        foreach (var row in EdgeRow.All)
            foreach (var one in row.Cases)
                page.Append($"| {row.Name} | {List(one.X)} | {List(one.Value)} | {List(one.Gradient)} | {one.Choice} |\n");
        page.Append("\n## Everything else\n\n").Append(Rest)
            .Append(Names(Linear)).Append(".\n\n").Append(OnMatrices).Append(Names(OfMatrices)).Append(".\n");
        return page.ToString();
    }

    /// <summary>Names on the page of functions that do not exist.</summary>
    public static IEnumerable<string> Unknown() =>
        Linear.Concat(OfMatrices).Except(typeof(Functions).GetMethods().Select(method => method.Name));

    /// <summary>Public functions that the page does not name.</summary>
    public static IEnumerable<string> Missing()
    {
        var named = EdgeFunctions.Unary.Concat(EdgeFunctions.Binary).Select(function => function.Function)
            .Concat(EdgeRow.All.Select(row => row.Name)).Concat(Linear).Concat(OfMatrices).Append("Where").ToHashSet();
        return typeof(Functions).GetMethods(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static)
            .Where(method => method.ReturnType == typeof(Tensor) || method.ReturnType == typeof(Tensor[])
                || method.ReturnType == typeof((Tensor, Tensor)))
            .Select(method => method.Name).Distinct().Where(name => !named.Contains(name));
    }

    static void Append(StringBuilder page, EdgeFunction function)
    {
        EdgeTable wide = new(function, ElementType.Float64), narrow = new(function, ElementType.Float32);
        page.Append($"\n### {function.Name}\n\n").Append(EdgeTable.Heading(function));
        for (int i = 0; i < wide.Points.Length; i++)
        {
            string[] texts = wide.Texts(i), others = narrow.Texts(i);
            if (function.Operands == 2 && texts.All(text => text == "NaN") && others.All(text => text == "NaN")) continue;
            if (function.IsFlat) (texts, others) = (texts[..1], others[..1]);
            var point = wide.Points[i].Select(x => EdgeTable.Text(x, ElementType.Float64));
            var cells = texts.Zip(others, (text, other) => text == other ? text : $"{text}; float {other}");
            page.Append("| ").AppendJoin(" | ", point.Concat(cells)).Append(" |\n");
        }
        if (function.Choices.Length > 0) page.Append('\n');
        for (int i = 0; i < function.Choices.Length; i++)
        {
            var choice = function.Choices[i];
            page.Append($"{i + 1}. {Kinds[choice.What]} {choice.Where}: {choice.Reason} PyTorch: {choice.PyTorch}.\n");
        }
    }

    static string Names(string[] functions) =>
        string.Join(",\n", functions.Select(name => $"`{name}`").Chunk(8).Select(names => string.Join(", ", names)));

    static readonly Dictionary<string, string> Kinds = new() { ["value"] = "Value", ["slope"] = "Slope", ["second"] = "Second slope" };

    static string List(double[] numbers) => "(" + string.Join(", ", numbers.Select(x => EdgeTable.Text(x, ElementType.Float64))) + ")";

    const string Introduction =
        """
        # Edges

        What every function gives at 0 and −0, ±∞, NaN, ties and kinks, subnormal (*tiny*) and the largest (*huge*) numbers: value,
        slope and second slope. This page is written by a test (`EdgeTableTests`), which compares each entry with the function's own
        limit, all modes with each other, both element types, and the eager, compiled and interpreted path. Where one number stands
        it is that of both element types. An entry with a number in parentheses is a choice: its reason and what PyTorch has stand
        below the table. `bash .ci/interop` computes every entry with PyTorch, where that is installed, and fails where the two differ
        and neither such a number nor a rule of this head says so.

        What is true of all of them:

        * **NaN is not lost.** Where a NaN reaches the value, the slope at it is NaN, unless the slope does not depend on the
          argument at all, as in a sum or a product. Second slopes of functions of straight pieces are 0, at NaN too: the slope does
          not change.
        * **A limit stands** where a formula leaves ∞ − ∞, ∞ · 0 or ∞ / ∞ and the function has one: the slope of a `Silu` at ∞ is 1.
          PyTorch has NaN at most of them.
        * **A zero stays zero.** A cotangent or tangent of 0 times an infinite or undefined slope is 0, so that a branch not taken,
          or a masked element, has no gradient. PyTorch has NaN there. Products with an infinite or NaN factor are the exception.
          So a tangent that cancels to exactly 0 stays 0, as that of the variance of a row with a NaN along a constant direction.
        * **Both modes give the same**, and so do recorded and unrecorded sweeps.
        * **Exponentials flush**: eˣ and what is made of it are 0 where they would be below the smallest normal number, at about
          −87.3 in float and −708.4 in double, because processors are many times slower there. `Softmax` and what follows from it do
          not flush.
        * **An element is the same alone and among many**, whatever stands beside it.
        * **Slopes of `Tanh` and `Sigmoid` are formed from their values**, so they have the roundings of 1 where the value is near
          1: in float 0 instead of 2.5e−8 for the sigmoid of 17.5. PyTorch has the same.
        * **Jumps have no slope**: comparisons, `Floor`, `Ceiling`, `Round`, `Sign`, `IsNaN` and the numbers of elements (`ArgMax`,
          …) pass no gradient, not even of a NaN. PyTorch has 0.
        * **Nothing has no mean**: means, deviations, extremes and losses over nothing are a `ShapeException`; a sum is 0, a product
          1, a norm 0, a `LogSumExp` −∞. PyTorch has NaN for means and losses.

        """;

    const string Rest =
        """
        `Where` takes value and gradient of one branch. What is linear in each of its operands has slopes that are the other
        operands, or 1: a NaN or an infinity is moved, added or multiplied as it is, and no entry is chosen:

        """;

    const string OnMatrices =
        """
        Functions of matrices refuse a matrix with an element that is not finite, and one that is singular, or not positive definite,
        where that is needed, with a `MatrixException`. Right sides are taken as they are. A matrix without elements is legal; the
        logarithm of its determinant is 0:

        """;
}
