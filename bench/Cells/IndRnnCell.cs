using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench.Cells;

/// <summary>
/// Independently recurrent network (Li, Li, Cook, Zhu and Gao 2018, equation 2): h = relu(x·W + u ⊙ h + b). A unit sees of the state
/// before nothing but itself.
/// </summary>
sealed class IndRnnCell : Cell<Tensor>
{
    readonly Parameter W, U, B;

    public IndRnnCell(int inputs, int hidden, RandomKey key)
        : base(key, hidden)
    {
        Weight(out W, inputs, hidden);
        Parameter(out U, key.For(nameof(U)).Uniform([hidden], -1, 1));
        Bias(out B, hidden);
    }

    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
    {
        var h = Relu(MatMul(x, W) + U * state + B);
        return (h, h);
    }
}
