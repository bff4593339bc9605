using System.Text.Json;
using System.Text.Json.Nodes;

namespace Autograd.Tests.Bench.GradBench;

/// <summary>
/// Every evaluation by the program itself, against plain formulas, and derivatives against their central differences. What is asked of a
/// difference: an error of order h² of the truncation, and eps/h of the rounding.
/// </summary>
public sealed class EvaluationTests(ToolProcess tool) : IClassFixture<ToolProcess>
{
    const double Step = 1e-5, Eps = 2.220446049250313e-16;

    readonly RandomKey key = new(16);

    [Fact]
    public void Hello()
    {
        Near([2.25], tool.Numbers("hello", "square", 1.5));
        Near([3], tool.Numbers("hello", "double", 1.5));
    }

    [Fact]
    public void LogSumExp()
    {
        double[] x = Vector("x", 7);
        var input = Json(new { x });
        Near([Formulas.LogSumExp(x)], tool.Numbers("lse", "primal", input));
        NearSlopes(at => Formulas.LogSumExp(at), x, tool.Numbers("lse", "gradient", input.DeepClone()));
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(7, 9)]
    [InlineData(9, 16)]
    public void LeastSquares(int count, int n)
    {
        double[] x = Vector("x", count);
        var input = Json(new { x, n });
        Near([Formulas.LeastSquares(x, n)], tool.Numbers("llsq", "primal", input), count * n);
        NearSlopes(at => Formulas.LeastSquares(at, n), x, tool.Numbers("llsq", "gradient", input.DeepClone()));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 3)]
    public void Ode(int count, int s)
    {
        double[] x = Vector("x", count);
        var input = Json(new { x, s });
        Near(Formulas.Ode(x, s), tool.Numbers("ode", "primal", input), 10 * s);
        NearSlopes(at => Formulas.Ode(at, s)[^1], x, tool.Numbers("ode", "gradient", input.DeepClone()));
    }

    // Nine rows are more than are expanded at once.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(9)]
    public void Determinant(int ell)
    {
        double[] a = Vector("a", ell * ell);
        var input = new JsonObject { ["A"] = Json(a), ["ell"] = ell };
        Near([Formulas.Determinant(a, ell)], tool.Numbers("det", "primal", input), Math.Exp(1) * Factorial(ell));
        NearSlopes(at => Formulas.Determinant(at, ell), a, tool.Numbers("det", "gradient", input.DeepClone()));
    }

    [Fact]
    public void KMeans()
    {
        double[][] points = Matrix("points", 12, 3), centroids = points[^4..];
        var input = Json(new { points, centroids });
        double[] flat = [.. centroids.SelectMany(row => row.Select(x => x + 0.01))];
        input["centroids"] = Json(flat.Chunk(3));
        Near([Formulas.KMeans(points, flat)], tool.Numbers("kmeans", "cost", input), 12 * 3);
        // Of a function that is quadratic near by, the quotient of the two differences is exact but for rounding.
        double[] direction = [.. flat.Select((_, i) => Slope(at => Formulas.KMeans(points, at), flat, i) / Bend(points, flat, i))];
        AllNear(direction, tool.Numbers("kmeans", "dir", input.DeepClone()), 1e3 * Eps / (Bending * Bending));
    }

    [Theory]
    [InlineData(1, 2, 0)]
    [InlineData(3, 2, 2)]
    public void GaussianMixture(int d, int k, int m)
    {
        double[][] x = Matrix("x", 4, d), mu = Matrix("mu", k, d), q = Matrix("q", k, d), l = Matrix("l", k, d * (d - 1) / 2);
        double[] alpha = Vector("alpha", k);
        var input = Json(new { d, k, n = 4, x, m, gamma = 1.3, alpha, mu, q, l });
        double[] all = [.. alpha, .. mu.SelectMany(row => row), .. q.SelectMany(row => row), .. l.SelectMany(row => row)];
        Near([Of(all)], tool.Numbers("gmm", "objective", input), 4 * k * d * d);
        var gradients = tool.Evaluate("gmm", "jacobian", input.DeepClone());
        NearSlopes(Of, all, [.. new[] { "alpha", "mu", "q", "l" }.SelectMany(name => ToolProcess.Flat(gradients[name]!))]);

        double Of(double[] at)
        {
            double[][] Rows(int start, int width) => [.. Enumerable.Range(0, k).Select(i => at[(start + i * width)..][..width])];
            return Formulas.Mixture(x, at[..k], Rows(k, d), Rows(k + k * d, d), Rows(k + 2 * k * d, l[0].Length), m, 1.3);
        }
    }

    [Fact]
    public void Lstm()
    {
        const int Bits = 3, Layers = 2;
        double[][] main = Matrix("main", 2 * Layers, 4 * Bits), extra = Matrix("extra", 3, Bits), state = Matrix("state", 2 * Layers, Bits);
        double[][] sequence = [.. Matrix("sequence", 6, Bits).Select(row => row.Select(x => x > 0 ? 1.0 : 0).ToArray())];
        var input = Json(new { main_params = main, extra_params = extra, state, sequence });
        double[] all = [.. main.SelectMany(row => row), .. extra.SelectMany(row => row)];
        Near([Of(all)], tool.Numbers("lstm", "objective", input), 10 * sequence.Length);
        NearSlopes(Of, all, tool.Numbers("lstm", "jacobian", input.DeepClone()));

        double Of(double[] at) => Formulas.Lstm(
            [.. at[..(2 * Layers * 4 * Bits)].Chunk(4 * Bits)], [.. at[(2 * Layers * 4 * Bits)..].Chunk(Bits)], state, sequence);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0)]
    public void BundleAdjustment(double turn)
    {
        const int Cameras = 2, Points = 3, Observations = 5, All = 11 * Cameras + 3 * Points;
        double[] cam = [turn, -turn, turn / 2, 0.1, 0.2, 0.3, 1.5, 0.4, 0.6, 0.05, 0.02], x = [0.7, -0.4, 2.1], feat = [0.3, 0.2];
        double[] variables = [.. cam, .. x, 0.8];
        var input = Json(new { n = Cameras, m = Points, p = Observations, cam, x, w = 0.8, feat });
        var errors = Formulas.Observation(variables, feat);
        var found = tool.Evaluate("ba", "objective", input);
        Near(errors[..2], [.. ToolProcess.Flat(found["reproj_error"]!["elements"]!)], 100);
        Near(errors[2..], [.. ToolProcess.Flat(found["w_err"]!["element"]!)]);
        Assert.Equal((Observations, Observations), ((int)found["reproj_error"]!["repeated"]!, (int)found["w_err"]!["repeated"]!));
        var jacobian = tool.Evaluate("ba", "jacobian", input.DeepClone());
        double[] values = [.. ToolProcess.Flat(jacobian["vals"]!)];
        for (int error = 0; error < 2; error++)
            NearSlopes(at => Formulas.Observation(at, feat)[error], variables, values[(15 * error)..][..15]);
        Near([-2 * 0.8], values[^1..]);
        int[] own = [.. Enumerable.Range(0, 11), 22, 23, 24, All];
        Assert.Equal([.. own, .. own, All + Observations - 1], ToolProcess.Flat(jacobian["cols"]!).Select(column => (int)column));
        // Where a row begins, of the first thirty rows and the end: each has 15 elements, and one for a weight.
        int[] rows = [.. ToolProcess.Flat(jacobian["rows"]!).Select(row => (int)row)];
        Assert.Equal([0, 15, 30, 45], rows[..4]);
        Assert.Equal((31 * Observations, Math.Min(30, 3 * Observations) + 1), (rows[^1], rows.Length));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void HandTracking(bool hasPlaces, bool isMirrored)
    {
        const int Bones = 22, Vertices = 5;
        double[,] Move(string name, int i) => Square(key.For(name).At(i).Normal([16], 0.4, ElementType.Float64).ToDoubles());
        int[] parents = [-1, .. Enumerable.Range(1, Bones - 1).Select(bone => (bone - 1) / 2)];
        var hand = new HandModel(
            parents, [.. parents.Select((_, i) => Move("relative", i))], [.. parents.Select((_, i) => Move("inverse", i))],
            [.. Matrix("positions", Vertices, 4).Select(row => (double[])[.. row[..3], 1])], Matrix("weights", Vertices, Bones),
            [[0, 1, 2], [2, 3, 4], [4, 0, 1]], isMirrored, [2, 0, 1, 2], Matrix("points", 4, 3));
        double[] theta = Vector("theta", 26), u = hasPlaces ? Vector("u", 8) : [];
        var input = Input(hand, theta, u);
        Near(Formulas.Hand(hand, theta, u), tool.Numbers("ht", "objective", input), 1000);
        double[][] rows = [.. tool.Evaluate("ht", "jacobian", input.DeepClone()).AsArray().Select(row => ToolProcess.Flat(row!).ToArray())];
        for (int row = 0; row < 12; row++)
        {
            NearSlopes(at => Formulas.Hand(hand, at, u)[row], theta, rows[row][^26..]);
            if (hasPlaces) NearSlopes(at => Formulas.Hand(hand, theta, at)[row], u, [.. Own(rows[row][..2], row / 3)]);
        }
        Assert.All(rows, row => Assert.Equal(hasPlaces ? 28 : 26, row.Length));

        IEnumerable<double> Own(double[] two, int point) => Enumerable.Range(0, 8).Select(i => i / 2 == point ? two[i % 2] : 0);
    }

    // A descent ends where its steps or its slope are as small as 1e-5.
    [Theory]
    [InlineData("rr")]
    [InlineData("rf")]
    [InlineData("fr")]
    [InlineData("ff")]
    public void Particle(string modes)
    {
        double w = tool.Numbers("particle", modes, Json(new { w = 0.2 }))[0];
        double best = Enumerable.Range(0, 2001).Select(i => 0.2 + 1e-5 * i).MinBy(Formulas.Particle);
        Assert.InRange(Formulas.Particle(w), 0, Formulas.Particle(best) + 1e-5);
        Assert.InRange(w, best - 1e-3, best + 1e-3);
    }

    [Theory]
    [InlineData("rr")]
    [InlineData("rf")]
    [InlineData("fr")]
    [InlineData("ff")]
    public void Saddle(string modes)
    {
        // Both descents are that of a square from the same start; what they differ by is rounding.
        double[] start = [1, 1.2], end = Formulas.DescentOfSquare(start);
        AllNear([.. end, .. end], tool.Numbers("saddle", modes, Json(new { start })), 1e5 * Eps);
        Assert.All(end, x => Assert.InRange(x, 0, 1e-4));
    }

    static JsonNode Json<T>(T value) => JsonSerializer.SerializeToNode(value)!;

    static JsonNode Input(HandModel hand, double[] theta, double[] u) => Json(new
    {
        theta,
        us = u.Chunk(2),
        data = new
        {
            correspondences = hand.Correspondences,
            points = hand.Points,
            model = new
            {
                bone_names = hand.Parents.Select(i => $"{i}"),
                parents = hand.Parents,
                base_relatives = hand.Relatives.Select(Rows),
                inverse_base_absolutes = hand.Inverses.Select(Rows),
                base_positions = hand.Positions,
                weights = hand.Weights,
                triangles = hand.Triangles,
                is_mirrored = hand.IsMirrored,
            },
        },
    });

    static IEnumerable<double[]> Rows(double[,] matrix) => matrix.Cast<double>().Chunk(4);

    static double[,] Square(double[] elements)
    {
        var matrix = new double[4, 4];
        for (int i = 0; i < 16; i++) matrix[i / 4, i % 4] = elements[i];
        return matrix;
    }

    double[] Vector(string name, int count) => key.For(name).Normal([count], type: ElementType.Float64).ToDoubles();

    double[][] Matrix(string name, int rows, int columns) =>
        columns == 0 ? [.. Enumerable.Repeat(Array.Empty<double>(), rows)] : [.. Vector(name, rows * columns).Chunk(columns)];

    static double Factorial(int n) => n < 2 ? 1 : n * Factorial(n - 1);

    const double Bending = 1e-3;

    static double Slope(Func<double[], double> function, double[] x, int i, double step = Step) =>
        (function(Moved(x, i, step)) - function(Moved(x, i, -step))) / (2 * step);

    static double Bend(double[][] points, double[] x, int i) =>
        (Formulas.KMeans(points, Moved(x, i, Bending)) - 2 * Formulas.KMeans(points, x) + Formulas.KMeans(points, Moved(x, i, -Bending)))
        / (Bending * Bending);

    static double[] Moved(double[] x, int i, double by)
    {
        double[] moved = [.. x];
        moved[i] += by;
        return moved;
    }

    // As many roundings as operations that a result is made of.
    static void Near(double[] expected, double[] found, double operations = 1) => AllNear(expected, found, 100 * operations * Eps);

    static void NearSlopes(Func<double[], double> function, double[] x, double[] found)
    {
        double[] slopes = [.. x.Select((_, i) => Slope(function, x, i))];
        double size = Math.Max(1, Math.Abs(function(x)));
        AllNear(slopes, found, 100 * size * ((Step * Step) + (Eps / Step)));
    }

    static void AllNear(double[] expected, double[] found, double tolerance)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < found.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - found[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"[{i}]: {found[i]:G17} was found, {expected[i]:G17} expected, within {tolerance:G3}");
    }
}
