using Autograd;
using Autograd.Layers;
using static Autograd.Functions;

/// <summary>A gated unit with a slow trace s of its own activity, at a rate that each unit learns.</summary>
sealed class TwoSpeedCell : Cell<(Tensor H, Tensor S)>
{
    readonly Parameter Wz, Rz, Pz, Bz, Wn, Rn, Pn, Bn, Rate;

    public TwoSpeedCell(int inputs, int hidden, RandomKey key) : base(key, hidden)
    {
        Weight(out Wz, inputs, hidden); Weight(out Rz, hidden, hidden); Diagonal(out Pz, hidden); Bias(out Bz, hidden, -1);
        Weight(out Wn, inputs, hidden); Weight(out Rn, hidden, hidden); Diagonal(out Pn, hidden); Bias(out Bn, hidden);
        Bias(out Rate, hidden, -2);
    }

    public override (Tensor Output, (Tensor H, Tensor S) Next) Step(Tensor x, (Tensor H, Tensor S) state)
    {
        var (h, s) = state;
        var a = Sigmoid(Rate);
        var z = Sigmoid(MatMul(x, Wz) + MatMul(h, Rz) + s * Pz + Bz);
        var n = Tanh(MatMul(x, Wn) + MatMul(h, Rn) + s * Pn + Bn);
        var next = (1 - z) * h + z * n;
        return (next, (next, (1 - a) * s + a * next));
    }
}
