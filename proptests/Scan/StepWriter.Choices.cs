using static Autograd.Functions;

namespace Autograd.PropertyTests;

sealed partial class StepWriter
{
    static readonly (string Name, Func<Tensor, Tensor> Apply, Func<double, double> Bound)[] SmoothUnary =
    [
        ("tanh", Tanh, _ => 1),
        ("tanh", Tanh, _ => 1),
        ("sigmoid", Sigmoid, _ => 1),
        ("sigmoid", Sigmoid, _ => 1),
        ("silu", Silu, b => b),
        ("gelu", Gelu, b => b),
        ("softplus", Softplus, b => b + 0.7),
        ("softsign", Softsign, _ => 1),
        ("sin", Sin, _ => 1),
        ("cos", Cos, _ => 1),
        ("exp", x => Exp(0.5 * x), b => Math.Exp(0.5 * b)),
        ("expm1", x => ExpM1(0.5 * x), b => Math.Exp(0.5 * b)),
        ("log", x => Log(1.5 + Square(x)), b => Math.Log(1.5 + b * b)),
        ("log1p", x => Log1P(Square(x)), b => Math.Log(1 + b * b)),
        ("sqrt", x => Sqrt(1.0 + Square(x)), b => 1 + b),
        ("reciprocal", x => Reciprocal(1.0 + Square(x)), _ => 1),
        ("square", Square, b => b * b),
        ("cube", x => Power(x, 3), b => b * b * b),
        ("root", x => Power(1.0 + Square(x), 0.3), b => 1 + b),
        ("elu", x => Elu(x), b => b),
        ("log sigmoid", LogSigmoid, b => b + 0.7),
        ("erf", Erf, _ => 1),
        ("tan", x => Tan(0.9 * Tanh(x)), _ => 1.3),
        ("log gamma", x => LogGamma(1.4 + Sigmoid(x)), _ => 1),
        ("negate", Negate, b => b),
        ("scale, shift", x => ScaleShift(x, -0.7, 0.4), b => 0.7 * b + 0.4),
        ("one minus", x => 1 - x, b => 1 + b),
        ("twice", x => x + x, b => 2 * b),
        ("stopped", StopGradient, b => b),
        ("kept", x => x - 0.5 * StopGradient(x), b => 1.5 * b),
    ];

    static readonly (string Name, Func<Tensor, Tensor> Apply)[] KinkedUnary =
    [
        ("abs", Abs),
        ("relu", Relu),
        ("leaky", x => LeakyRelu(x, 0.1)),
        ("elu 0.6", x => Elu(x, 0.6)),
        ("clamp", x => Clamp(x, -0.6, 0.4)),
        ("sign", x => x * Sign(x)),
        ("where below", x => Where(Less(x, 0.2), x, 0.5 * x + 0.1)),
        ("clamp below", x => Clamp(x, -0.2, double.PositiveInfinity)),
    ];

    static readonly (string Name, Func<Tensor, Tensor, Tensor> Apply, Func<double, double, double> Bound)[] SmoothBinary =
    [
        ("add", Add, (a, b) => a + b),
        ("add", Add, (a, b) => a + b),
        ("subtract", Subtract, (a, b) => a + b),
        ("multiply", Multiply, (a, b) => a * b),
        ("multiply", Multiply, (a, b) => a * b),
        ("gate", (a, b) => Sigmoid(a) * b, (_, b) => b),
        ("divide", (a, b) => a / (1.5 + Square(b)), (a, _) => a),
        ("angle", (a, b) => Atan2(a, 1.5 + Square(b)), (_, _) => 1.6),
        ("log of exponentials", LogAddExp, (a, b) => Math.Max(a, b) + 0.7),
        ("power", (a, b) => Power(1.2 + Square(a), 0.3 * b), (a, b) => Math.Pow(1.2 + a * a, 0.3 * b)),
    ];

    static readonly (string Name, Func<Tensor, Tensor, Tensor> Apply, Func<double, double, double> Bound)[] KinkedBinary =
    [
        ("maximum", Maximum, Math.Max),
        ("minimum", Minimum, Math.Max),
        ("greater", Greater, (_, _) => 1),
        ("where", (a, b) => Where(Greater(a, b), a * 0.5, Tanh(b)), Math.Max),
    ];

    static readonly Action<StepWriter>[] Choices =
    [
        writer => writer.Unary(), writer => writer.Unary(), writer => writer.Unary(),
        writer => writer.Binary(), writer => writer.Binary(), writer => writer.Binary(), writer => writer.Binary(),
        writer => writer.WithLeaf(), writer => writer.WithLeaf(),
        writer => writer.Product(), writer => writer.Product(), writer => writer.Product(),
        writer => writer.TwoProducts(), writer => writer.Affinely(),
        writer => writer.RowReduction(), writer => writer.RowReduction(), writer => writer.Normalized(),
        writer => writer.Parts(), writer => writer.Parts(), writer => writer.SideBySide(),
        writer => writer.Drawn(), writer => writer.Chosen(), writer => writer.Attention(), writer => writer.Rare(),
        writer => writer.Cube(), writer => writer.Cube(), writer => writer.Cube(),
    ];

    // A system for each row, with a matrix that is far from singular.
    static Tensor Solved(Tensor rows, int batch, int width)
    {
        var column = rows.Reshape(batch, width, 1);
        var matrix = Tanh(MatMul(column, column, transposeRight: true)) + 2.0 * width * Tensor.Identity(width, rows.ElementType);
        return Solve(matrix, column).Reshape(batch, width);
    }

    bool IsValue(StepLine line) => line.Source != StepSource.Constant && line.Shape.ElementCount is > 0 and <= LargestValue;

    void Unary()
    {
        if (Pick(line => IsValue(line) && (line.IsInner || draw.Whole(0, 3) == 0)) is not { } x) return;
        double bound = lines[x].Bound;
        if (!isSmooth && draw.Whole(0, 2) == 0)
        {
            var (name, apply) = draw.OneOf(KinkedUnary.AsSpan());
            HasKinks = true;
            Write(name, (v, _) => apply(v[0]), bound, x);
            return;
        }
        var smooth = draw.OneOf(SmoothUnary.AsSpan());
        Write(smooth.Name, (v, _) => smooth.Apply(v[0]), smooth.Bound(bound), x);
    }

    void Binary()
    {
        if (Pick(line => IsValue(line) && line.IsInner) is not { } a) return;
        if (Pick(line => Broadcast(lines[a].Shape, line.Shape) <= LargestValue) is { } b) Combine(a, b);
    }

    // With a new leaf of one of the shapes that broadcast.
    void WithLeaf()
    {
        bool isInput = draw.Whole(0, 3) == 0 && IsRows(lines[0]);
        if ((isInput ? 0 : Pick(line => IsRows(line) || IsNumbers(line))) is not { } a) return;
        Combine(a, LeafFor(lines[a].Shape));
    }

    int LeafFor(Shape rows)
    {
        int width = rows[^1];
        Shape shape = draw.Whole(0, 6) switch
        {
            0 => [],
            1 => [1],
            2 => rows.Rank == 2 ? [1, width] : [1],
            3 => rows.Rank == 2 ? [batch, 1] : [batch],
            4 => rows,
            _ => [width],
        };
        return draw.Whole(0, 2) switch { 0 => Capture(shape), 1 => Constant(shape), _ => Parameter(shape, 1) };
    }

    // A number for each sequence.
    bool IsNumbers(StepLine line) => line.Shape.Rank == 1 && line.Shape[0] == batch && line.IsInner;

    void Combine(int a, int b)
    {
        if (draw.Flag()) (a, b) = (b, a);
        bool isKinked = !isSmooth && draw.Whole(0, 3) == 0;
        HasKinks |= isKinked;
        var (name, apply, bound) = isKinked ? draw.OneOf(KinkedBinary.AsSpan()) : draw.OneOf(SmoothBinary.AsSpan());
        Write(name, (v, _) => apply(v[0], v[1]), bound(lines[a].Bound, lines[b].Bound), a, b);
    }

    static int Broadcast(Shape a, Shape b)
    {
        int count = 1;
        for (int i = 1; i <= Math.Max(a.Rank, b.Rank); i++)
        {
            int left = i <= a.Rank ? a[^i] : 1, right = i <= b.Rank ? b[^i] : 1;
            if (left != right && left != 1 && right != 1) return int.MaxValue;
            count *= Math.Max(left, right);
        }
        return count;
    }

    int Width() => draw.Whole(0, 3) == 0 && lines[1].Shape.Rank == 2 ? lines[1].Shape[1] : draw.Whole(1, widest);

    void Product()
    {
        int a = Rows(), inputs = lines[a].Shape[1], outputs = Width();
        double bound = 1.5 * lines[a].Bound;
        switch (draw.Whole(0, 4))
        {
            case 0:
                Write("product, transposed", (v, _) => MatMul(v[0], v[1], transposeRight: true), bound, a, Weight(outputs, inputs));
                break;
            case 1:
                Write("product, with a computed weight", (v, _) => MatMul(v[0], Tanh(v[1])), bound, a, Weight(inputs, outputs));
                break;
            default:
                Write("product", (v, _) => MatMul(v[0], v[1]), bound, a, Weight(inputs, outputs));
                break;
        }
    }

    void TwoProducts()
    {
        int a = Rows(), b = Rows(), outputs = Width();
        int wa = Weight(lines[a].Shape[1], outputs), wb = Weight(lines[b].Shape[1], outputs);
        double bound = 1.5 * (lines[a].Bound + lines[b].Bound);
        if (draw.Flag()) Write("two products", (v, _) => MatMul(v[0], v[1]) + MatMul(v[2], v[3]), bound, a, wa, b, wb);
        else Write("two products, bias", (v, _) => MatMul(v[0], v[1]) + v[4] + MatMul(v[2], v[3]), bound, a, wa, b, wb,
            Parameter([outputs], 1));
    }

    void Affinely()
    {
        int a = Rows(), outputs = Width();
        Write("affine", (v, _) => Affine(v[0], v[1], v[2]), 1.5 * lines[a].Bound + 1, a, Weight(lines[a].Shape[1], outputs),
            Parameter([outputs], 1));
    }

    void RowReduction()
    {
        int a = Rows();
        int kind = draw.Whole(0, isSmooth ? 4 : 5);
        double bound = lines[a].Bound;
        bool keep = draw.Flag();
        int width = lines[a].Shape[1];
        HasKinks |= kind == 5;
        int reduced = kind switch
        {
            0 => Write("row sum", (v, _) => keep ? SumKeepingAxes(v[0], -1) : Sum(v[0], -1), Math.Sqrt(width) * bound, a),
            1 => Write("row mean", (v, _) => keep ? MeanKeepingAxes(v[0], -1) : Mean(v[0], -1), bound, a),
            2 => Write("row logsumexp", (v, _) => LogSumExp(v[0], -1), bound + Math.Log(width), a),
            3 => Write("row variance", (v, _) => Variance(v[0], -1), bound * bound, a),
            4 => Write("row of products", (v, _) => Sum(v[0] * Tanh(v[0]), -1), Math.Sqrt(width) * bound, a),
            _ => Write("row max", (v, _) => Max(v[0], -1), bound, a),
        };
        if (lines[reduced].Shape.Rank == 1 && draw.Whole(0, 3) > 0)
            Write("as column", (v, _) => v[0].Reshape(batch, 1), lines[reduced].Bound, reduced);
    }

    void Normalized()
    {
        int a = Rows();
        switch (draw.Whole(0, 4))
        {
            case 0:
                Write("softmax", (v, _) => Softmax(v[0]), 1, a);
                break;
            case 1:
                Write("logsoftmax", (v, _) => LogSoftmax(v[0]), 2 * lines[a].Bound + 3, a);
                break;
            case 2:
                Write("standardise", (v, _) => Standardise(v[0], 0.1), 3, a);
                break;
            default:
                Write("layer norm", (v, _) => LayerNorm(v[0]) * v[1] + v[2], 3, a, Parameter([lines[a].Shape[1]], 1),
                    Parameter([lines[a].Shape[1]], 1));
                break;
        }
    }

    // Away from a variance of 0, where the norm's slope is large.
    static Tensor LayerNorm(Tensor x)
    {
        var centred = x - MeanKeepingAxes(x, -1);
        return centred / Sqrt(MeanKeepingAxes(Square(centred), -1) + 0.1);
    }

    void Parts()
    {
        int a = Rows(), width = lines[a].Shape[1];
        int start = draw.Whole(0, width - 1), step = draw.Whole(0, 3) == 0 ? 2 : 1, length = draw.Whole(1, (width - start - 1) / step + 1);
        Write($"columns {start}+{length}/{step}", (v, _) => Slice(v[0], 1, start, length, step), lines[a].Bound, a);
    }

    void SideBySide()
    {
        int a = Rows(), b = Rows();
        if (lines[a].Shape[1] + lines[b].Shape[1] <= 2 * widest)
            Write("concatenate", (v, _) => Concatenate(-1, v), Math.Max(lines[a].Bound, lines[b].Bound), a, b);
    }

    // Data of each step.
    void Drawn()
    {
        if (Pick(line => IsValue(line) && line.IsInner) is not { } a) return;
        double rate = draw.Number(0.1, 0.6), bound = lines[a].Bound;
        var (key, shape) = (draw.Key().At(draw.Whole(0, 3)), lines[a].Shape);
        switch (draw.Whole(0, 6))
        {
            case 0:
                Write("step mask", (v, type) => v[0] * StepMask(shape, rate, key, type), bound, a);
                break;
            case 1:
                Write("dropout", (v, _) => Dropout(v[0], rate, key.At(TimeStep.Current)), bound / (1 - rate), a);
                break;
            case 2:
                Write("uniform", (v, type) => v[0] + key.At(TimeStep.Current).Uniform(shape, -1, 1, type), bound + 1, a);
                break;
            case 3:
                // The generator reaches to 6.7 standard deviations.
                Write("normal", (v, type) => v[0] + key.At(TimeStep.Current).Normal(shape, 0.15, type), bound + 1, a);
                break;
            case 4 when shape.Rank > 1:
                Write("oscillators", (v, type) => v[0] * Sin(TimeStep.Current.ToTensor(type) * v[1] + rate), bound, a,
                    Parameter([shape[^1]], 1));
                break;
            case 5 when shape.Rank > 1:
                Write(
                    "gates of the step", (v, type) =>
                    v[0] * Tanh(Sin(TimeStep.Current.ToTensor(type) * v[1]) * Sigmoid(key.At(TimeStep.Current).Normal([shape[^1]], 1, type))
                    + v[2]),
                    bound, a, Parameter([1], 1), Parameter([.. Enumerable.Repeat(1, shape.Rank - 1), shape[^1]], 1));
                break;
            default:
                Write("sine of the step", (v, type) => v[0] * Sin(TimeStep.Current.ToTensor(type) * rate), bound, a);
                break;
        }
    }

    // Zoneout: some units keep what they had.
    void Chosen()
    {
        int a = Rows();
        if (Pick(line => line.Shape.Equals(lines[a].Shape)) is not { } b) return;
        double rate = draw.Number(0.1, 0.6);
        var key = draw.Key();
        Shape shape = draw.Flag() ? lines[a].Shape : [batch, 1];
        Write("zoneout", (v, type) => Where(StepMask(shape, rate, key, type), v[0], v[1]), Math.Max(lines[a].Bound, lines[b].Bound), a, b);
    }

    // Scores of the rows of a captured tensor, and their weighted mean.
    void Attention()
    {
        int a = Rows(), width = lines[a].Shape[1], length = draw.Whole(1, 4);
        int[] known =
            Fitting(line => line.Shape.Rank == 3 && line.Shape[0] == batch && line.Shape[2] == width
            && line.Source is StepSource.Captured or StepSource.State);
        known = [.. known.Where(i => lines[i].Shape.Rank == 3 && lines[i].Shape[2] == width)];
        if (known.Length == 0 && batch * length * width > LargestValue) return;
        int memory = known.Length > 0 ? known[0] : Capture([batch, length, width]);
        Write(
            "attention",
            (v, _) => MatMul(Softmax(MatMul(v[0].Reshape(batch, 1, width), v[1], transposeRight: true)), v[1]).Reshape(batch, width),
            1,
            a,
            memory);
    }

    void Rare()
    {
        int a = Rows(), width = lines[a].Shape[1];
        double bound = lines[a].Bound;
        switch (draw.Whole(0, 13))
        {
            case 0:
                Write("sums of columns", (v, _) => Mean(v[0], 0), bound, a);
                break;
            case 1:
                Write("mean of all", (v, _) => Mean(v[0]), bound, a);
                break;
            case 2:
                Write("flipped", (v, _) => Flip(v[0], 1), bound, a);
                break;
            case 3:
                Write("cumulative", (v, _) => CumulativeSum(v[0], 1) * (1.0 / width), bound, a);
                break;
            case 10:
                Write("scanned", (v, _) => LinearScan(Sigmoid(v[0]), 0.1 * v[0], 1), bound, a);
                break;
            case 11:
                Write("running log of exponentials", (v, _) => CumulativeLogSumExp(v[0], 1) * (1.0 / width), bound + 1, a);
                break;
            case 12:
                Write("system", (v, _) => Solved(v[0], batch, width), bound, a);
                break;
            case 13 when !isSmooth:
                HasKinks = true;
                Write("sorted", (v, _) => Sort(v[0], 1) + CumulativeMax(v[0], 1), 2 * bound, a);
                break;
            case 4:
                int start = draw.Whole(0, width - 1), length = draw.Whole(1, width - start), before = draw.Whole(0, width);
                int behind = draw.Whole(0, Math.Max(2 * widest - before - length, 0));
                Write("shifted", (v, _) => Pad(Slice(v[0], 1, start, length), 1, before, behind), bound, a);
                break;
            case 5:
                Write("across the batch", (v, _) => MatMul(v[0], MatMul(v[0], v[0], transposeLeft: true)) * (1.0 / (batch * width)),
                    bound * bound * bound, a);
                break;
            case 6:
                Write("first column, spread", (v, _) => BroadcastTo(Slice(v[0], 1, 0, 1), [batch, width]) + v[0], 2 * bound, a);
                break;
            case 7 when width % 2 == 0:
                Write("pairs", (v, _) => Sum(v[0].Reshape(batch, width / 2, 2), 2), 2 * bound, a);
                break;
            case 8:
                Write("transposed twice", (v, _) => Transpose(Tanh(Transpose(v[0]))), 1, a);
                break;
            default:
                Write("one number for all", (v, type) => v[0] * Tensor.Scalar(0.7, type) + Tensor.Full([1], -0.1, type), bound, a);
                break;
        }
    }
}
