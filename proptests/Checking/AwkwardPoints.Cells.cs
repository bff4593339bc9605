using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

static partial class AwkwardPoints
{
    static IEnumerable<AwkwardPoint> Cells =>
    [
        Cell("independent units with relu, from zero input", key => new Independent(key),
            draw => Tensor.Zeros([3, 2, 2], ElementType.Float64)),
        Cell("independent units with relu", key => new Independent(key), Sequence),
        Cell("gated unit", key => new GruCell(2, 3, key), Sequence),
        Cell("memory with an open forget gate", key => new LstmCell(2, 3, key), draw => 5 * Sequence(draw)),
        Cell("root of a running mean of squares", key => new RootMeanSquare(key), Sequence),
        Cell("exponential gates with a normaliser", key => new ExponentialGates(key), Sequence),
        new("clock that counts, half a tick past", draw => GradientCheck.Run(
            new Clock(draw.Key()), Sequence(draw), (draw.Values([2, 3], Domain.Any), Tensor.Full([2, 1], 0.5, ElementType.Float64)),
            options: Options(draw, 2))),
        Cell("recurrence in log space", key => new LogSpace(key), Sequence),
        Cell("largest input so far", key => new Running(key), Sequence),
    ];

    static AwkwardPoint Cell<TState>(string name, Func<RandomKey, Cell<TState>> cell, Func<Draw, Tensor> x) => new(name, draw =>
        GradientCheck.Run(cell(draw.Key()), x(draw), draw.Flag() ? [3, 2] : null, Options(draw, 2)));

    static Tensor Sequence(Draw draw) => draw.Values([3, 2, 2], Domain.Any);

    /// <summary>IndRNN (Li et al. 2018): relu of an input and one's own last value.</summary>
    sealed class Independent : Cell<Tensor>
    {
        readonly Parameter W, U, B;

        public Independent(RandomKey key) : base(key, 3)
        {
            Weight(out W, 2, 3); Diagonal(out U, 3); Bias(out B, 3);
        }

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor h)
        {
            var next = Relu(MatMul(x, W) + U * h + B);
            return (next, next);
        }
    }

    /// <summary>Inputs over the root of a running mean of their squares, which must not be negative.</summary>
    sealed class RootMeanSquare : Cell<Tensor>
    {
        readonly Parameter W;

        public RootMeanSquare(RandomKey key) : base(key, 3) => Weight(out W, 2, 3);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor mean)
        {
            var a = MatMul(x, W);
            var next = 0.9 * mean + 0.1 * Square(a);
            return (a / Sqrt(next), next);
        }
    }

    /// <summary>
    /// sLSTM (Beck et al. 2024), in short: exponential gates, a normaliser, and a running maximum that keeps both in range.
    /// </summary>
    sealed class ExponentialGates : Cell<(Tensor C, Tensor N, Tensor M)>
    {
        readonly Parameter Wz, Wi, Bi, Wf, Bf;

        public ExponentialGates(RandomKey key) : base(key, 3)
        {
            Weight(out Wz, 2, 3); Weight(out Wi, 2, 3); Bias(out Bi, 3); Weight(out Wf, 2, 3); Bias(out Bf, 3, 1);
        }

        public override (Tensor Output, (Tensor C, Tensor N, Tensor M) Next) Step(Tensor x, (Tensor C, Tensor N, Tensor M) s)
        {
            var (i, f) = (MatMul(x, Wi) + Bi, MatMul(x, Wf) + Bf + s.M);
            var m = Maximum(i, f);
            var c = Exp(f - m) * s.C + Exp(i - m) * Tanh(MatMul(x, Wz));
            var n = Exp(f - m) * s.N + Exp(i - m);
            return (c / n, (c, n, m));
        }
    }

    /// <summary>Clockwork units: every other step is kept out by a counter in the state.</summary>
    sealed class Clock : Cell<(Tensor H, Tensor Count)>
    {
        readonly Parameter W, R;

        public Clock(RandomKey key) : base(key, 3, 1)
        {
            Weight(out W, 2, 3); Weight(out R, 3, 3);
        }

        public override (Tensor Output, (Tensor H, Tensor Count) Next) Step(Tensor x, (Tensor H, Tensor Count) s)
        {
            var isDue = Less(Modulo(s.Count, 2), 1);
            var h = Where(isDue, Tanh(MatMul(x, W) + MatMul(s.H, R)), s.H);
            return (h, (h, s.Count + 1));
        }
    }

    /// <summary>minGRU (Feng et al. 2024) over logarithms.</summary>
    sealed class LogSpace : Cell<Tensor>
    {
        readonly Parameter Wz, Wh;

        public LogSpace(RandomKey key) : base(key, 3)
        {
            Weight(out Wz, 2, 3); Weight(out Wh, 2, 3);
        }

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor logH)
        {
            var k = MatMul(x, Wz);
            var next = LogAddExp(logH - Softplus(k), Log(Softplus(MatMul(x, Wh))) - Softplus(-k));
            return (Exp(next), next);
        }
    }

    /// <summary>The largest of the inputs so far: at its own state a tie.</summary>
    sealed class Running : Cell<Tensor>
    {
        readonly Parameter W;

        public Running(RandomKey key) : base(key, 3) => Weight(out W, 2, 3);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor largest)
        {
            var next = Maximum(MatMul(x, W), largest);
            return (next, next);
        }
    }
}
