using System.Reflection;
using Autograd.Dispatch;
using Autograd.Layers;
using Autograd.Onnx;
using Autograd.Onnx.Writing;
using static Autograd.Functions;

namespace Autograd.Interop;

/// <summary>Each operation by itself, with lengths of axes that are not known when the file is written.</summary>
public class OperationTests
{
    static readonly SparseMatrix Sparse = new(Tensor.From([0.5, 0, 0, 1, -1, 0, 2, 0, 0, 0, 0.25, 0, 0, 3, 0, 0], [4, 4]));

    static readonly Tensor Hollow = 1 - Tensor.Identity(3);

    static readonly RandomKey Key = new(13);
    static readonly OnnxAxis Rows = new("rows", 4);
    static readonly OnnxInput A = OnnxInput.Numbers("a", [Rows, 3, 4]), B = OnnxInput.Numbers("b", [Rows, 3, 4]);

    static readonly Dictionary<string, Func<Tensor, Tensor, OnnxGiven, Tensor>> Functions = new()
    {
        ["Add"] = (a, b, _) => a + b,
        ["Divide"] = (a, b, _) => a / (Square(b) + 1),
        ["Power"] = (a, b, _) => Power(Square(a) + 0.5, b),
        ["Power, number"] = (a, _, _) => Power(Square(a) + 0.5, 1.7),
        ["Power 0"] = (a, b, _) => Power(a, 0) + b,
        ["Maximum"] = (a, b, _) => Maximum(a, b) + Minimum(a, 0.3),
        ["Comparisons"] = (a, b, _) =>
            Greater(a, b) + 2 * Less(a, 0.1) + 4 * GreaterOrEqual(a, b) + 8 * LessOrEqual(b, a) + 16 * Equal(Round(a), Round(b)),
        ["Where"] = (a, b, _) => Where(Greater(a, b), Sin(a), Cos(b)) + Where(Round(a), a, 2),
        ["Modulo"] = (a, b, _) => Modulo(a, Abs(b) + 0.5),
        ["LogAddExp"] = (a, b, _) => LogAddExp(a, b),
        ["Clamp"] = (a, _, _) => Clamp(a, -0.5, 0.7) + LeakyRelu(a, 0.1) + Elu(a, 0.4),
        ["Numbers"] = (a, b, _) => 2.5 * a - (1 - b) / 3 + -a,
        ["Log"] = (a, _, _) => Log(Square(a) + 0.1) + Log1P(Square(a)) + Sqrt(Abs(a)),
        ["Sum"] = (a, b, _) => Sum(a, 0) + Sum(b) + SumKeepingAxes(a, 1)[0],
        ["Moments"] = (a, b, _) => Mean(a, 0, 2) + StandardDeviation(b, 0, 2) + Variance(a) * Norm(b),
        ["Extremes"] = (a, b, _) => Max(a, -1) + Min(b, -1) * LogSumExp(a, 2) * Max(a, 0)[0][..3],
        ["Numbers of sizes"] = (a, b, given) =>
            a / given.Length(Rows) + b * Math.Sqrt(given.Length(Rows)) + Clamp(a, -1.0 / given.Length(Rows), 1),
        ["Product"] = (a, _, _) => Product(a, 1),
        ["Softmax"] = (a, b, _) => Softmax(a) + Softmax(b, 0) + LogSoftmax(a, 1),
        ["Standardise"] = (a, b, _) => Standardise(a) + Standardise(b, 0.1, 1),
        ["CumulativeSum"] = (a, b, _) => CumulativeSum(a, 0) + Flip(CumulativeSum(Flip(b, 1), 1), 1),
        ["CumulativeMax"] = (a, b, _) => CumulativeMax(a, 0) - CumulativeMin(b, 2),
        ["CumulativeLogSumExp"] = (a, b, _) => CumulativeLogSumExp(a, 1) + CumulativeLogSumExp(b, 0),
        ["CumulativeProduct"] = (a, _, _) => CumulativeProduct(a, 1) + CumulativeProduct(1.5 * Sigmoid(a), 0),
        ["LinearScan"] = (a, b, _) => LinearScan(Sigmoid(a), b, 0) + LinearScan(a, b, 2, initial: a[0][2][..3], fromEnd: true),
        ["Sort"] = (a, b, _) => Sort(a, 0) + Sort(b, 2, descending: true),
        ["ArgSort"] = (a, b, _) => ArgSort(Round(a), 1) + ArgMax(b, 0) + ArgMin(b, 0),
        ["TopK"] = (a, b, _) => TopK(a, 2, 1) * ArgTopK(b, 2, 1),
        ["TakeAlong"] = (a, b, _) => TakeAlong(a, ArgSort(b, 2), 2) + AddAlong(b, Round(3 * Sigmoid(a)), 4, 2),
        ["MatMul"] = (a, b, _) =>
            MatMul(a, b, transposeRight: true).Reshape(-1, 9) + Concatenate(-1, MatMul(b, a[0], transposeRight: true).Reshape(-1, 9)),
        ["MatMul, transposed left"] = (a, b, _) => MatMul(a, b, transposeLeft: true),
        ["SparseProduct"] = (a, b, _) => SparseProduct(a, Sparse) + b,
        ["Affine"] = (a, b, _) => Affine(a, b[0].Reshape(4, 3), b[1][2][..3]),
        ["Einsum"] = (a, b, _) => Einsum("rij,rkj->rik", a, b),
        ["Reshape"] = (a, _, given) => a.Reshape(3 * given.Length(Rows), 4),
        ["Reshape, two axes"] = (a, b, given) => (a.Reshape(-1, 4) + 1).Reshape(given.Length(Rows), 3, 2, 2) * b.Reshape(-1, 3, 2, 2),
        ["Permute"] = (a, b, _) => Permute(a, 2, 0, 1) + Permute(b, 2, 0, 1),
        ["Slice"] = (a, b, _) => a[1..^1] + Slice(b, 0, 2, b.Shape[0] - 2),
        ["Slice, steps"] = (a, _, _) => Slice(Slice(a, 2, 1, 2, 2), 1, 0, 2),
        ["Slice, the last"] = (a, b, _) => a[^1] + b[0],
        ["Pad"] = (a, b, _) => Pad(a, 0, 2, 1) + Pad(Pad(b, 0, 0, 3), 2, 0, 0),
        ["Flip"] = (a, b, _) => Flip(a, 0) + Flip(b, 2),
        ["Stack"] = (a, b, _) => Stack([a, b], 1) * Slice(Stack([b, a, a], 3), 3, 0, 1).Reshape(-1, 1, 3, 4),
        ["Unstack"] = (a, b, _) => Unstack(a, 1)[2] * Unstack(b, 1)[0],
        ["BroadcastTo"] = (a, b, given) =>
            BroadcastTo(a.Reshape(-1, 1, 3, 4), [given.Length(Rows), 2, 3, 4]) + Repeat(b, 2, 1).Reshape(-1, 2, 3, 4),
        ["GatherRows"] = (a, b, given) => GatherRows(a, [2, 0, 2, 1]) + GatherRows(b, [.. Enumerable.Range(0, given.Length(Rows))])[..4],
        ["GatherAlong"] = (a, b, _) => GatherAlong(a[0], [2, 0, 1, 1, 3, 0], 2) + GatherAlong(b[1], [2, 0, 1, 1, 3, 0], 2),
        ["ScatterRows"] = (a, b, given) => ScatterRows(a[..3], [2, 0, 2], given.Length(Rows)) + b,
        ["ScatterAlong"] = (a, b, _) => ScatterAlong(Slice(a[0], 1, 0, 2), [2, 0, 1, 1, 3, 3], 4) + b[0],
        ["ScatterRowsMax"] = (a, b, given) => Maximum(ScatterRowsMax(a[..3], [2, 0, 2], given.Length(Rows)), -9) + b,
        ["Patches"] = (a, _, _) => Patches(a.Reshape(1, -1, 3, 4), new WindowAxis(2, 1, 2, 1, 1), new WindowAxis(2, 2, 1, 0, 1)),
        ["PatchSums"] = (a, _, given) => PatchSums(
            Patches(a.Reshape(1, -1, 3, 4), new WindowAxis(3, 1, 1, 1, 1), new WindowAxis(2, 2, 1, 0, 1)), [1, given.Length(Rows), 3, 4],
            new WindowAxis(3, 1, 1, 1, 1), new WindowAxis(2, 2, 1, 0, 1)),
        ["Convolution"] = (a, b, _) => Convolution(a, b[..2].Reshape(2, 4, 3), stride: 1, dilation: 2),
        ["Convert"] = (a, b, _) => (a.As(ElementType.Float64) * b.As(ElementType.Float64)).As(ElementType.Float32),
        ["Double"] = (a, b, _) =>
            Affine(a.As(ElementType.Float64), b[0].Reshape(4, 3).As(ElementType.Float64), Tensor.Ones([3], ElementType.Float64)),
        ["Solve"] = (a, b, _) => Solve(Regular(a, b), b) + Solve(Regular(a[..1], b[..1])[0], b),
        ["Inverse"] = (a, b, _) => Inverse(Regular(a, b)),
        ["Inverse, nothing on the diagonal"] = (a, _, _) => Inverse((1 + Square(Slice(a, 2, 0, 3))) * Hollow),
        ["TriangularSolve"] = (a, b, _) => TriangularSolve(Regular(a, b), a) + TriangularSolve(Regular(b, a), b, upper: true)
            + TriangularSolve(Regular(a, a), a, transposed: true) + TriangularSolve(Regular(b, b), b, upper: true, transposed: true),
        ["LogDeterminant"] = (a, b, _) => LogDeterminant(Regular(a, b)) + LogDeterminant(Regular(b, a)[0]),
        ["Cholesky"] = (a, _, _) => Cholesky(Positive(a)),
        ["SolvePositiveDefinite"] = (a, b, _) => SolvePositiveDefinite(Positive(a), b),
        ["Qr"] = (a, b, _) => MatMul(Qr(Permute(a, 0, 2, 1)).Q, Qr(Regular(a, b)).Q + 3 * Qr(Regular(b, a)).R),
        ["Qr, columns of zeros"] = (a, _, _) => Qr(Slice(a, 2, 0, 3) * Tensor.From([1f, 0, 1])).R,
        ["LeastSquares"] = (a, b, _) => LeastSquares(Permute(a, 0, 2, 1), Permute(b, 0, 2, 1)) + Sum(LeastSquares(a, b, 0.5)),
        ["MatrixExponential"] = (a, b, _) => MatrixExponential(MatMul(a, b, transposeRight: true)) * Exp(-0.5 * Sum(Square(a), 1, 2))[0],
        ["MatrixExponential, large"] = (a, b, _) => MatrixExponential(-40 * Positive(a)) + MatrixExponential(1e-3 * Regular(a, b)),
        ["SymmetricEigen"] = (a, b, _) => SymmetricEigen(Regular(a, b)).Vectors,
        ["SymmetricEigen, values"] = (a, b, _) => SymmetricEigen(Regular(a, b)).Values,
        ["SingularValues"] = (a, _, _) => SingularValues(a),
        ["Checkpoint"] = (a, b, _) => Checkpoint.Run(() => Tanh(a) * b),
        ["Gradients"] = (a, b, _) => StopGradient(a) + WithGradient(b, gradient => 2 * gradient),
    };

    // Matrices [rows, 3, 3].
    static Tensor Regular(Tensor a, Tensor b) => MatMul(a, b, transposeRight: true) + 4 * Tensor.Identity(3);

    static Tensor Positive(Tensor a) => MatMul(a, a, transposeRight: true) + 0.5 * Tensor.Identity(3);

    // Of square matrices: they are above.
    static readonly string[] OfMatrices = ["Cholesky", "Inverse", "LogDeterminant", "MatrixExponential", "SingularValues"];

    public static TheoryData<string> Names => [.. Functions.Keys.Union(Unary.Keys)];

    // Every function of one tensor, on numbers where it is defined.
    static Dictionary<string, Func<Tensor, Tensor>> Unary { get; } = typeof(Autograd.Functions)
        .GetMethods(BindingFlags.Static | BindingFlags.Public)
        .Where(method => method.ReturnType == typeof(Tensor) && method.GetParameters() is [{ ParameterType: var type }]
            && type == typeof(Tensor) && !OfMatrices.Contains(method.Name))
        .ToDictionary(method => method.Name, method => method.CreateDelegate<Func<Tensor, Tensor>>());

    [Theory, MemberData(nameof(Names))]
    public void AnOperation(string name)
    {
        bool isPositive = name is "Log" or "Sqrt" or "Log1P" or "LogGamma" or "Digamma";
        // Of numbers this one is 0 everywhere.
        var function = name == "IsNaN" ? (a, b, _) => IsNaN(a) + b
            : Functions.GetValueOrDefault(name) ?? ((a, _, _) => Unary[name](isPositive ? Square(a) + 0.1 : a));
        var model = OnnxModel.Export(new Dropout(0, Key), [A, B], given => [("y", function(given["a"], given["b"], given))]);
        using var runtime = new Runtime(model.ToArray());
        foreach (int rows in new[] { 4, 9, 20 })
        {
            var (a, b) = (Key.For("a").At(rows).Normal([rows, 3, 4]), Key.For("b").At(rows).Normal([rows, 3, 4]));
            var expected = function(a, b, new OnnxGiven(new Dictionary<string, Tensor>(), new Dictionary<string, int[]>(), _ => rows));
            Agree.Within(expected, runtime.Run(("a", a), ("b", b))[0], FormattableString.Invariant($"{name} of {rows} rows"));
        }
    }

    // The digits of what is nearly 0 are there too.
    [Fact]
    public void SmallNumbersKeepTheirDigits()
    {
        var model = OnnxModel.Export(new Dropout(0, Key), [A], given => [("y", ExpM1(given["a"])), ("z", Log1P(given["a"]))]);
        using var runtime = new Runtime(model.ToArray());
        var a = 1e-6 * Key.Normal([5, 3, 4]);
        var actual = runtime.Run(("a", a));
        Agree.Within(ExpM1(a), actual[0], "ExpM1");
        Agree.Within(Log1P(a), actual[1], "Log1P");
    }

    /// <summary>A program within a step is a loop within a loop.</summary>
    [Fact]
    public void MatricesWithinAStep()
    {
        var cell = new StateSpaceCell(3, (u, x) =>
        {
            // Far from singular, so that no rounding grows from step to step.
            var outer = Tanh(u).Reshape(-1, 3, 1) * Tanh(x).Reshape(-1, 1, 3);
            var matrix = 4 * Tensor.Identity(3) + outer;
            return Solve(matrix, (u + 0.5 * x).Reshape(-1, 3, 1)).Reshape(-1, 3) + 0.1 * LogDeterminant(matrix).Reshape(-1, 1);
        });
        var layer = Recurrent.Over(cell);
        var model = OnnxModel.Export(layer, 3);
        using var runtime = new Runtime(model.ToArray());
        foreach (var (time, batch) in new[] { (5, 2), (9, 1), (6, 7) })
        {
            var x = Key.For("steps").At(time).Normal([time, batch, 3]);
            Agree.Within(layer.Forward(x), runtime.Run(("x", x))[0], FormattableString.Invariant($"({time}, {batch})"));
        }
    }

    /// <summary>To the digits of double, where the condition of the matrices lets there be any.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(24)]
    public void MatricesInDouble(int n)
    {
        var x = OnnxInput.Numbers("x", ["batch", n, n], ElementType.Float64);
        (string Name, Tensor Value)[] All(Tensor x)
        {
            var positive = MatMul(x, x, transposeRight: true) + Tensor.Identity(n, ElementType.Float64);
            var (values, vectors) = SymmetricEigen(x);
            return
            [
                ("inverse", Inverse(positive)), ("logarithm", LogDeterminant(x)), ("cholesky", Cholesky(positive)), ("q", Qr(x).Q),
                ("r", Qr(x).R), ("exponential", MatrixExponential(x)), ("values", values), ("vectors", vectors),
                ("singular", SingularValues(x)),
            ];
        }
        var model = OnnxModel.Export(new Dropout(0, Key), [x], given => All(given["x"]));
        using var runtime = new Runtime(model.ToArray());
        foreach (int batch in new[] { 1, 3 })
        {
            var drawn = Key.For("matrices").At(batch).Normal([batch, n, n], 1, ElementType.Float64);
            var (expected, actual) = (All(drawn), runtime.Run(("x", drawn)));
            for (int i = 0; i < actual.Length; i++)
            {
                double[] right = expected[i].Value.ToDoubles();
                double bound = 1e4 * n * Math.Pow(2, -52) * Math.Max(1, right.Max(Math.Abs));
                double difference = right.Zip(actual[i].ToDoubles(), (one, other) => Math.Abs(one - other)).Max();
                Assert.True(difference <= bound,
                    FormattableString.Invariant($"{expected[i].Name} of {n}: {difference:G3} above {bound:G3}"));
            }
        }
    }

    /// <summary>What is new among the operations is written too, or is missing here.</summary>
    [Fact]
    public void EveryOperationHasAForm()
    {
        var unknown = typeof(Tensor).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false, ContainsGenericParameters: false }
                && type.IsAssignableTo(typeof(RecordedOperation)))
            .Where(type => !OperationMap.Knows(type));
        // Refused, or made of several results, or never on a trace that is written.
        Assert.Equal(
            ["CheckpointOperation", "CrossEntropyParts", "CustomAdapter", "LinearCrossEntropyGradient", "LinearCrossEntropyOperation",
                "Recurrence", "RecurrenceGradients", "ScanOperation", "UnstackOperation"],
            unknown.Select(type => type.Name).Order(StringComparer.Ordinal));
    }
}
