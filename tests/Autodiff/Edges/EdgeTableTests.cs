using Autograd.Layers;
using Autograd.Tests.Layers.Recurrence;

namespace Autograd.Tests.Autodiff;

/// <summary>
/// The table of edges: every elementwise function at 0, ±∞, NaN, kinks and the ends of the range, in every mode and on every path.
/// </summary>
public class EdgeTableTests : Poisoned
{
    static readonly Dictionary<string, EdgeFunction> All =
        EdgeFunctions.Unary.Concat(EdgeFunctions.Binary).ToDictionary(function => function.Name);

    public static TheoryData<string, ElementType> Names
    {
        get
        {
            var names = new TheoryData<string, ElementType>();
            foreach (string name in All.Keys)
            {
                names.Add(name, ElementType.Float32);
                names.Add(name, ElementType.Float64);
            }
            return names;
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void EveryEntryIsRightOrChosen(string name, ElementType type)
    {
        string[] wrong = [.. new EdgeTable(All[name], type).Wrong()];
        Assert.True(wrong.Length == 0, string.Join("\n", wrong));
    }

    // A choice for what is right anyway is none.
    [Theory, MemberData(nameof(Names))]
    public void EveryChoiceIsOne(string name, ElementType type)
    {
        var table = new EdgeTable(All[name], type);
        foreach (var choice in All[name].Choices)
        {
            var points = Enumerable.Range(0, table.Points.Length).Where(i => table.Cells[i].Exists(cell => cell.Choice == choice)).ToList();
            Assert.True(points.Count > 0, $"{name}: no point is {choice.Where}.");
            foreach (int i in points)
                Assert.All(table.Cells[i].Where(cell => cell.Choice == choice),
                    cell => Assert.False(cell.Right == cell.Expected(table.Points[i]) && type == ElementType.Float32, table.Name(i)));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void ModesAgree(string name, ElementType type)
    {
        var table = new EdgeTable(All[name], type);
        using var tape = new Tape();
        var x = Array.ConvertAll(table.Operands, tape.Watch);
        var y = All[name].Apply(x);
        var ones = Tensor.Ones(y.Shape, type);
        for (int i = 0; i < x.Length; i++)
        {
            var recorded = tape.Gradients([y], [ones], [x[i]], record: true)[0];
            Same(recorded, tape.Gradients([y], [ones], [x[i]])[0], table);
            Same(recorded, tape.Tangents([y], [x[i]], [ones])[0], table);
            Same(recorded, tape.Tangents([y], [x[i]], [ones], record: true)[0], table);
            if (tape.NumberOf(recorded) < 0) continue;
            var (second, forward) = (tape.Gradients([recorded], [ones], [x[i]])[0], tape.Tangents([recorded], [x[i]], [ones])[0]);
            Same(second, forward, table, All[name].IsBeyond);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void NaNIsNotLost(string name, ElementType type)
    {
        var (function, table) = (All[name], new EdgeTable(All[name], type));
        if (function.IsFlat) return;
        foreach (var (point, cells) in table.Points.Zip(table.Cells))
        {
            if (!double.IsNaN(cells[0].Actual)) continue;
            foreach (var cell in cells.Where(cell => cell.What == "slope" && double.IsNaN(point[cell.Operand])))
                Assert.True(double.IsNaN(cell.Actual) || IsLinear(function, point, cell.Operand),
                    $"{name}: a NaN has the slope {cell.Actual}.");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void PathsAgree(string name, ElementType type)
    {
        var (function, table) = (All[name], new EdgeTable(All[name], type));
        var (expected, slopes) = Run(function, table, type, Execution.Eager);
        foreach (var execution in new[] { Execution.Compiled, Execution.Interpreted })
        {
            var (values, gradient) = Run(function, table, type, execution);
            Close(expected, values, table, type, execution);
            Close(slopes, gradient, table, type, execution);
        }
    }

    public static TheoryData<string, ElementType> Rows
    {
        get
        {
            var names = new TheoryData<string, ElementType>();
            foreach (var row in EdgeRow.All)
            {
                names.Add(row.Name, ElementType.Float32);
                names.Add(row.Name, ElementType.Float64);
            }
            return names;
        }
    }

    [Theory, MemberData(nameof(Rows))]
    public void RowsAreRightOrChosenInEveryMode(string name, ElementType type)
    {
        var row = EdgeRow.All.Single(row => row.Name == name);
        foreach (var one in row.Cases)
        {
            using var tape = new Tape();
            var x = tape.Watch(Data.Vector(type, one.X));
            var y = row.Apply(x);
            Expect.Near(one.Value, y);
            var seed = Data.Counting(y.Shape, type);
            foreach (bool record in new[] { false, true })
            {
                Expect.Near(one.Gradient, tape.Gradients([y], [seed], [x], record)[0], epsilons: 16);
                // Along a direction in which everything counts.
                var forward = Functions.Sum(tape.Tangents([y], [x], [Data.Counting(x.Shape, type)], record)[0] * seed);
                Expect.Near([one.Gradient.Select((slope, i) => slope * (i + 1)).Sum()], forward, epsilons: 16, scale: 1);
            }
        }
    }

    // As one row of a step.
    [Theory, MemberData(nameof(Rows))]
    public void RowsAreTheSameOnEveryPath(string name, ElementType type)
    {
        var row = EdgeRow.All.Single(row => row.Name == name);
        foreach (var one in row.Cases.Where(one => one.X.Length > 0))
        {
            foreach (var execution in new[] { Execution.Eager, Execution.Compiled, Execution.Interpreted })
            {
                var layer = Recurrent.Over(new FunctionCell<Tensor>((x, s) => (row.Apply(x.Reshape(-1)).Reshape(1, -1), s), 1));
                layer.Execution = execution;
                using var tape = new Tape();
                var x = tape.Watch(Data.Of(type, [1, 1, one.X.Length], one.X));
                var y = layer.Forward(x);
                Assert.Equal(execution, layer.LastPath.Execution);
                Expect.Near(one.Value, y.Reshape(-1));
                Expect.Near(one.Gradient, tape.Gradients([y], [Data.Counting(y.Shape, type)], [x])[0].Reshape(-1), epsilons: 16);
            }
        }
    }

    [Fact]
    public void ThePageIsWhatTheTableSays()
    {
        string file = Path.Combine(ReadmeTests.Repository, "docs", "edges.md"), page = EdgePage.Text().ReplaceLineEndings("\n");
        // Set to write the page anew.
        if (Environment.GetEnvironmentVariable("AUTOGRAD_WRITE_PAGES") is not null) File.WriteAllText(file, page);
        Assert.Equal(page, File.ReadAllText(file).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void EveryPublicFunctionIsOnThePage()
    {
        Assert.Empty(EdgePage.Missing());
        Assert.Empty(EdgePage.Unknown());
    }

    [Fact]
    public void EveryElementwiseFunctionHasARow()
    {
        string[] elsewhere = ["Where", "TimesSlope", "OverSlope", "NormalDistribution"];
        var functions = typeof(UnaryOperation<>).Assembly.GetTypes()
            .Where(type => type.IsValueType
                && (type.IsAssignableTo(typeof(IUnaryFunction)) || type.IsAssignableTo(typeof(IBinaryFunction))))
            .Select(type => type.Name.Replace("Function", "", StringComparison.Ordinal).Replace("Constant", "", StringComparison.Ordinal));
        Assert.Empty(functions.Except(All.Values.Select(function => function.Function)).Except(elsewhere));
    }

    // With the operands beside each other as the input of one step.
    static (double[] Values, double[] Slopes) Run(EdgeFunction function, EdgeTable table, ElementType type, Execution execution)
    {
        int n = table.Points.Length;
        var cell = new FunctionCell<Tensor>((x, s) =>
            (function.Apply([.. Enumerable.Range(0, function.Operands).Select(i => Functions.Slice(x, 1, i * n, n))]), s), 1);
        var layer = Recurrent.Over(cell);
        layer.Execution = execution;
        using var tape = new Tape();
        var x = tape.Watch(Functions.Concatenate(0, table.Operands).Reshape(1, 1, -1));
        var y = layer.Forward(x);
        Assert.Equal(execution, layer.LastPath.Execution);
        double[] slopes = function.IsFlat ? [] : tape.Gradients([y], [Tensor.Ones(y.Shape, type)], [x])[0].ToDoubles();
        return (y.ToDoubles(), slopes);
    }

    static bool IsLinear(EdgeFunction function, double[] point, int operand)
    {
        double[] numbers = [-3.5, -0.7, 0.3, 1.7, 20];
        double[] slopes = [.. numbers.Select(x => function.Slope([.. point.Select((own, i) => i == operand ? x : own)], operand))];
        return slopes.Distinct().Count() == 1;
    }

    static void Same(Tensor expected, Tensor actual, EdgeTable table, Func<double[], bool>? isBeyond = null)
    {
        double[] a = expected.ToDoubles(), b = actual.ToDoubles();
        // Subnormal numbers are whole multiples of the smallest one.
        double smallest = expected.ElementType == ElementType.Float32 ? float.Epsilon : double.Epsilon;
        for (int i = 0; i < a.Length; i++)
            Assert.True(
                a[i].Equals(b[i]) || Math.Abs(a[i] - b[i]) <= 1e-6 * Math.Abs(a[i]) + 4 * smallest
                || isBeyond?.Invoke(table.Points[i]) == true,
                FormattableString.Invariant($"{table.Name(i)}: {a[i]:R} in one mode, {b[i]:R} in another."));
    }

    static void Close(double[] expected, double[] actual, EdgeTable table, ElementType type, Execution execution)
    {
        var (epsilon, normal) = type == ElementType.Float32 ? (Math.Pow(2, -23), 1.2e-38) : (Math.Pow(2, -52), 2.3e-308);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            bool isClose = expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) <= 16 * epsilon * Math.Abs(expected[i])
                + normal;
            Assert.True(
                isClose,
                FormattableString.Invariant($"{table.Name(i % table.Points.Length)}: {expected[i]:R} eagerly, {actual[i]:R} {execution}."));
        }
    }
}
