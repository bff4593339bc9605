using static Autograd.Functions;

namespace Autograd.PropertyTests;

static partial class PlantedErrors
{
    const int Time = 3;

    static IEnumerable<PlantedError> InCells =>
    [
        new("state detached at every step", 1, 2, planted => x => Elman(x, _ => planted), [Time, 2, 1], [1, 2], [2, 2], [2]),
        new("one time step missing", 1, 1, planted => x => Elman(x, t => planted && t == 1), [Time, 2, 1], [1, 2], [2, 2], [2]),
        new("one time step missing, seen from the inputs", 1, 0, planted => x => Elman(x, t => planted && t == 2), [Time, 2, 1], [1, 2],
            [2, 2], [2]),
        new("update gate's complement detached", 1, 1, planted => x => Gated(x, planted), [2, 3], [2, 3], [2, 3]),
        new("variance detached", 1, 0, planted => x => Normalized(x[0], planted), [2, 4]),
        new("peephole's way to the new cell missing", 1, 1, planted => x => Peephole(x, planted), [2, 3], [2, 3], [2, 3], [3]),
        new("output peephole's gradient from the old cell", 1, 3, planted => x => HandWrittenPeephole(x, planted), [2, 3], [2, 3], [2, 3],
            [3]),
    ];

    // Inputs: x, W, R, b.
    static Tensor Elman(IReadOnlyList<Tensor> p, Func<int, bool> isDetached)
    {
        var h = Tensor.Zeros([2, 2], ElementType.Float64);
        for (int t = 0; t < Time; t++)
        {
            if (isDetached(t)) h = h.Detach();
            h = Tanh(Affine(p[0][t], p[1], p[3]) + MatMul(h, p[2]));
        }
        return h;
    }

    // Inputs: old state, gate, candidate.
    static Tensor Gated(IReadOnlyList<Tensor> p, bool planted)
    {
        var z = Sigmoid(p[1]);
        return (1 - (planted ? z.Detach() : z)) * p[0] + z * Tanh(p[2]);
    }

    static Tensor Normalized(Tensor x, bool planted)
    {
        var centred = x - MeanKeepingAxes(x, -1);
        var variance = MeanKeepingAxes(Square(centred), -1);
        return centred / Sqrt((planted ? variance.Detach() : variance) + 0.1);
    }

    // Inputs: output gate's sum, candidate, old cell, peephole.
    static Tensor Peephole(IReadOnlyList<Tensor> p, bool planted)
    {
        var c = 0.5 * p[2] + Tanh(p[1]);
        return Sigmoid(p[0] + (planted ? c.Detach() : c) * p[3]) * Tanh(c);
    }

    static Tensor HandWrittenPeephole(IReadOnlyList<Tensor> p, bool planted)
    {
        var c = 0.5 * p[2] + Tanh(p[1]);
        return Dispatcher.Apply(new OutputGate(planted), p[0], p[2], c, p[3]) * Tanh(c);
    }

    /// <summary>σ(sum + new cell ⊙ peephole), with its gradient written out. Operands: sum, old cell, new cell, peephole.</summary>
    sealed class OutputGate(bool planted) : Operation
    {
        public override string Name => nameof(OutputGate);

        public override bool Broadcasts => true;

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[0].Shape;

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            Sigmoid(operands[0] + operands[2] * operands[3]).AsSpan<double>().CopyTo(result.WriteSpan<double>());
        }

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent)
        {
            var slope = cotangent * call.Result * (1 - call.Result);
            return argument switch
            {
                0 => slope,
                1 => null,
                2 => slope * call[3],
                _ => slope * call[planted ? 1 : 2],
            };
        }
    }
}
