using static Autograd.Functions;

namespace Autograd.PropertyTests;

static partial class PlantedErrors
{
    static Shape[] Sequence => [[Time, 2, 1], [1, 2], [2, 2], [2], [2, 2]];

    static IEnumerable<PlantedError> InTime =>
    [
        Over("gradient of the initial state missing", 4, planted => new Network { Initial = h => planted ? h.Detach() : h }),
        Over("gradient of the final state dropped", 2, planted => new Network { Final = h => planted ? h.Detach() : h }),
        Over("cotangents of the outputs reversed in time", 2, planted =>
            new Network { Outputs = y => planted ? WithGradient(y, g => Flip(g, 0)) : y }),
        Over("bias counted at one step only", 3, planted => new Network { Bias = (b, t) => planted && t > 0 ? b.Detach() : b }),
        Over("recurrent weights counted at one step only", 2, planted =>
            new Network { Recurrent = (r, t) => planted && t < Time - 1 ? r.Detach() : r }),
        Over("a clip left behind", 2, planted => new Network { State = h => planted ? WithGradient(h, g => Clamp(g, -1e-3, 1e-3)) : h }),
        Over("state kept by the mask without its gradient", 4, planted =>
            new Network { Kept = h => planted ? h.Detach() : h, IsMasked = true }),
        new("recurrent weights' gradient from the new state", 1, 2, planted => x =>
        {
            var step = NewState(planted);
            var h = x[1];
            for (int t = 0; t < Time; t++) h = step.Apply(x[0][t], h, x[2]);
            return h;
        }, [Time, 2, 2], [2, 2], [2, 2]),
        new("gates swapped", 1, 0, planted => x => Gates(planted).Apply([.. x]), [2, 2], [2, 2], [2, 2], [2, 2]),
        new("reset gate without gradient", 1, 1, planted => x =>
        {
            var reset = Sigmoid(x[1]);
            return Tanh(MatMul((planted ? reset.Detach() : reset) * x[0], x[2]));
        }, [2, 2], [2, 2], [2, 2]),
    ];

    static PlantedError Over(string name, int faulty, Func<bool, Network> network) =>
        new(name, 1, faulty, planted => network(planted).Run, Sequence);

    /// <summary>tanh(a + h·R). Operands: a, h, R.</summary>
    static Handwritten NewState(bool planted) => new(
        x => Tanh(x[0] + MatMul(x[1], x[2])),
        (x, y, argument, g) =>
        {
            var slope = g * (1 - y * y);
            return argument switch
            {
                0 => slope,
                1 => MatMul(slope, x[2], transposeRight: true),
                _ => MatMul(planted ? y : x[1], slope, transposeLeft: true),
            };
        });

    /// <summary>f·c + i·g. Operands: f, i, c, g.</summary>
    static Handwritten Gates(bool planted) => new(
        x => x[0] * x[2] + x[1] * x[3],
        (x, _, argument, g) => g * x[argument switch { 0 => planted ? 3 : 2, 1 => planted ? 2 : 3, 2 => 0, _ => 1 }]);

    /// <summary>A recurrence with places for errors. Inputs: x, W, R, b, first state.</summary>
    sealed class Network
    {
        static readonly Tensor LastIsPadding = Tensor.From(new double[,] { { 1 }, { 0 } });

        public Func<Tensor, Tensor> Initial { get; init; } = h => h;

        public Func<Tensor, Tensor> Final { get; init; } = h => h;

        public Func<Tensor, Tensor> Outputs { get; init; } = y => y;

        public Func<Tensor, Tensor> State { get; init; } = h => h;

        public Func<Tensor, Tensor> Kept { get; init; } = h => h;

        public Func<Tensor, int, Tensor> Bias { get; init; } = (b, _) => b;

        public Func<Tensor, int, Tensor> Recurrent { get; init; } = (r, _) => r;

        public bool IsMasked { get; init; }

        public Tensor Run(IReadOnlyList<Tensor> p)
        {
            var h = Initial(p[4]);
            var outputs = new Tensor[Time];
            for (int t = 0; t < Time; t++)
            {
                var next = Tanh(Affine(p[0][t], p[1], Bias(p[3], t)) + MatMul(h, Recurrent(p[2], t)));
                outputs[t] = next;
                h = State(IsMasked ? Where(LastIsPadding.As(next.ElementType), next, Kept(h)) : next);
            }
            return Concatenate(0, Outputs(Stack(outputs)).Reshape(-1), Final(h).Reshape(-1));
        }
    }
}
