using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench.Cells;

/// <summary>
/// Coupled oscillatory network (Rusch and Mishra 2021, equation 3): y″ = tanh(y·W + y′·V + x·U + b) − γy − εy′, in steps Δt with z = y′.
/// </summary>
sealed class CoRnnCell : Cell<(Tensor Y, Tensor Z)>
{
    readonly Parameter W, V, U, B;
    readonly double dt, gamma, epsilon;

    public CoRnnCell(int inputs, int hidden, RandomKey key, double dt = 0.1, double gamma = 1, double epsilon = 1)
        : base(key, hidden)
    {
        Weight(out W, hidden, hidden); Weight(out V, hidden, hidden); Weight(out U, inputs, hidden); Bias(out B, hidden);
        (this.dt, this.gamma, this.epsilon) = (dt, gamma, epsilon);
    }

    public override (Tensor Output, (Tensor Y, Tensor Z) Next) Step(Tensor x, (Tensor Y, Tensor Z) state)
    {
        var (y, z) = state;
        z += dt * (Tanh(MatMul(y, W) + MatMul(z, V) + MatMul(x, U) + B) - gamma * y - epsilon * z);
        y += dt * z;
        return (y, (y, z));
    }
}
