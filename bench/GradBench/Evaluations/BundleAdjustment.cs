using static Autograd.Functions;

namespace Autograd.GradBench.Evaluations;

/// <summary>
/// Bundle adjustment: how far the projections of points by cameras are from what was observed, and the sparse Jacobian. The errors of an
/// observation depend on its own 15 variables alone; observations are columns, and a block of them is computed at a time.
/// </summary>
sealed class BundleAdjustment
{
    const int CameraSize = 11, PointSize = 3, Variables = CameraSize + PointSize + 1, Block = 4096;

    readonly int cameras, points, observations;
    readonly Tensor camera, point, weight, feature;

    BundleAdjustment(Input input)
    {
        (cameras, points, observations) = (input["n"].Whole(least: 1), input["m"].Whole(least: 1), input["p"].Whole(least: 1));
        // All cameras, points, weights and features begin as the same, but each is a variable of its own.
        camera = Repeat(Reshape(input["cam"].Tensor(CameraSize), [1, CameraSize]), cameras, 0);
        point = Repeat(Reshape(input["x"].Tensor(PointSize), [1, PointSize]), points, 0);
        weight = Tensor.Full([observations, 1], input["w"].Number(), ElementType.Float64);
        feature = Repeat(Reshape(input["feat"].Tensor(2), [1, 2]), observations, 0);
    }

    public static Evaluation Evaluation { get; } = new("ba", new Dictionary<string, Function>
    {
        ["objective"] = input => new BundleAdjustment(input).Objective,
        ["jacobian"] = input => new BundleAdjustment(input).Jacobian,
    });

    Dictionary<string, object> Objective()
    {
        var (projections, weights) = (new double[2 * observations], new double[observations]);
        foreach (var block in Blocks())
        {
            Transpose(ProjectionErrors(block.Variables, block.Feature)).AsSpan<double>().CopyTo(projections.AsSpan(2 * block.First));
            WeightErrors(block.Weights).AsSpan<double>().CopyTo(weights.AsSpan(block.First));
        }
        return new()
        {
            ["reproj_error"] = Repeated("elements", Tensor.From(projections[..2])),
            ["w_err"] = Repeated("element", weights[0]),
        };
    }

    Dictionary<string, object> Jacobian()
    {
        var jacobian = new SparseRows(cameras, points, observations);
        foreach (var block in Blocks())
        {
            var rows = Enumerable.Range(0, 2).Select(error => Transpose(Row(block, error)));
            jacobian.SetProjections(block.First, Stack([.. rows], axis: 1).AsSpan<double>());
            var ones = Tensor.Ones(block.Weights.Shape, ElementType.Float64);
            jacobian.SetWeights(block.First, Differentiate.Vjp(WeightErrors, block.Weights, ones).Product.AsSpan<double>());
        }
        return jacobian.Parts();
    }

    // The gradient of one of the two errors by each observation's own variables, [variables, observations].
    static Tensor Row(Observations block, int error)
    {
        var ones = Tensor.Ones(block.Weights.Shape, ElementType.Float64);
        return Differentiate.Vjp(at => ProjectionErrors(at, block.Feature)[error], block.Variables, ones).Product;
    }

    IEnumerable<Observations> Blocks()
    {
        for (int first = 0; first < observations; first += Block)
        {
            var range = first..Math.Min(first + Block, observations);
            int[] numbers = [.. Enumerable.Range(first, range.End.Value - first)];
            var ofCameras = GatherRows(camera, [.. numbers.Select(i => i % cameras)]);
            var ofPoints = GatherRows(point, [.. numbers.Select(i => i % points)]);
            var variables = Transpose(Concatenate(1, ofCameras, ofPoints, weight[range]));
            yield return new(first, variables, variables[Variables - 1], Transpose(feature[range]));
        }
    }

    static Tensor WeightErrors(Tensor weights) => 1 - Square(weights);

    static Tensor ProjectionErrors(Tensor variables, Tensor feature)
    {
        var (rotation, centre, focal, principal, radial) =
            (variables[..3], variables[3..6], variables[6], variables[7..9], variables[9..11]);
        var (at, weights) = (Rotated(variables[11..14] - centre, rotation), variables[14]);
        var plane = at[..2] / at[2];
        var square = Sum(Square(plane), 0);
        var distorted = plane * (1 + radial[0] * square + radial[1] * Square(square));
        return weights * (distorted * focal + principal - feature);
    }

    // Rodrigues' formula; the linear part of it where the angle is 0.
    static Tensor Rotated(Tensor x, Tensor rotation)
    {
        var square = Sum(Square(rotation), 0);
        var isNone = Equal(square, 0);
        var angle = Sqrt(Where(isNone, 1, square));
        var axis = rotation / angle;
        var (cos, sin) = (Cos(angle), Sin(angle));
        var turned = x * cos + Cross(axis, x) * sin + axis * (Sum(axis * x, 0) * (1 - cos));
        return Where(isNone, x + Cross(rotation, x), turned);
    }

    static Tensor Cross(Tensor a, Tensor b) =>
        Stack([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]);

    Dictionary<string, object> Repeated(string name, object part) => new() { [name] = part, ["repeated"] = observations };

    sealed record Observations(int First, Tensor Variables, Tensor Weights, Tensor Feature);

    /// <summary>The Jacobian by rows: two for each observation, of 15 elements, then one for each weight, of one.</summary>
    sealed class SparseRows
    {
        const int Shown = 2 * Variables;

        readonly int observations;
        readonly int[] ends, columns;
        readonly double[] values;

        public SparseRows(int cameras, int points, int observations)
        {
            this.observations = observations;
            ends = new int[3 * observations + 1];
            (columns, values) = (new int[(Shown + 1) * observations], new double[(Shown + 1) * observations]);
            for (int row = 0; row < 2 * observations; row++) ends[row + 1] = ends[row] + Variables;
            for (int row = 2 * observations; row < 3 * observations; row++) ends[row + 1] = ends[row] + 1;
            int ofPoints = CameraSize * cameras, ofWeights = ofPoints + PointSize * points;
            for (int i = 0; i < observations; i++)
            {
                columns[Shown * observations + i] = ofWeights + i;
                var own = columns.AsSpan(i * Shown, Variables);
                for (int j = 0; j < CameraSize; j++) own[j] = CameraSize * (i % cameras) + j;
                for (int j = 0; j < PointSize; j++) own[CameraSize + j] = ofPoints + PointSize * (i % points) + j;
                own[^1] = ofWeights + i;
                own.CopyTo(columns.AsSpan(i * Shown + Variables));
            }
        }

        public void SetProjections(int first, ReadOnlySpan<double> block) => block.CopyTo(values.AsSpan(first * Shown));

        public void SetWeights(int first, ReadOnlySpan<double> block) => block.CopyTo(values.AsSpan(Shown * observations + first));

        // As much as the evaluation compares: the first observation, and the last element.
        public Dictionary<string, object> Parts() => new()
        {
            ["rows"] = (int[])[.. ends.AsSpan(0, Math.Min(Shown, 3 * observations)), ends[^1]],
            ["cols"] = (int[])[.. columns.AsSpan(0, Shown), columns[^1]],
            ["vals"] = Tensor.From((double[])[.. values.AsSpan(0, Shown), values[^1]]),
        };
    }
}
