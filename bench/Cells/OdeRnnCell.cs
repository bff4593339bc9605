using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench.Cells;

/// <summary>
/// ODE-RNN (Rubanova, Chen and Duvenaud 2019, algorithm 1): between observations the state follows h′ = tanh(h·F + a)·G + b, here over
/// one step of the classical Runge–Kutta method; at an observation a GRU updates it. The input's first column is the time since the
/// observation before.
/// </summary>
sealed class OdeRnnCell : Cell<Tensor>
{
    readonly Parameter F, A, G, B;
    readonly GruCell gru;
    readonly int inputs;

    public OdeRnnCell(int inputs, int hidden, RandomKey key)
        : base(key, hidden)
    {
        Weight(out F, hidden, hidden); Bias(out A, hidden);
        Weight(out G, hidden, hidden); Bias(out B, hidden);
        gru = Part(new GruCell(inputs - 1, hidden, key.For(nameof(gru))), nameof(gru));
        this.inputs = inputs;
    }

    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor h)
    {
        var dt = Slice(x, 1, 0, 1);
        var k1 = Slope(h);
        var k2 = Slope(h + 0.5 * dt * k1);
        var k3 = Slope(h + 0.5 * dt * k2);
        var k4 = Slope(h + dt * k3);
        return gru.Step(Slice(x, 1, 1, inputs - 1), h + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4));
    }

    Tensor Slope(Tensor h) => MatMul(Tanh(MatMul(h, F) + A), G) + B;
}
