using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench.Cells;

/// <summary>
/// Fast weights with the delta rule, DeltaNet (Schlag, Irie and Schmidhuber 2021, section 4.2; keys normalised as by Yang et al. 2024):
/// what the memory S holds under a key moves by β towards a value: S = S + β (v − S·k) ⊗ k, y = S·q. The state is <c>[batch, hidden,
/// hidden]</c>.
/// </summary>
sealed class DeltaRuleCell : Cell<Tensor>
{
    readonly Parameter Wq, Wk, Wv, Wb, Bb;
    readonly int hidden;

    public DeltaRuleCell(int inputs, int hidden, RandomKey key)
        : base(key)
    {
        Weight(out Wq, inputs, hidden); Weight(out Wk, inputs, hidden); Weight(out Wv, inputs, hidden);
        Weight(out Wb, inputs, 1); Bias(out Bb, 1);
        this.hidden = hidden;
    }

    public override Tensor Initial(int batch, ElementType type) => Tensor.Zeros([batch, hidden, hidden], type);

    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor s)
    {
        int batch = x.Shape[0];
        var (q, k, v) = (Normalised(Silu(MatMul(x, Wq))), Normalised(Silu(MatMul(x, Wk))), MatMul(x, Wv));
        var beta = Sigmoid(MatMul(x, Wb) + Bb);
        var old = MatMul(s, k.Reshape(batch, hidden, 1)).Reshape(batch, hidden);
        s += (beta * (v - old)).Reshape(batch, hidden, 1) * k.Reshape(batch, 1, hidden);
        return (MatMul(s, q.Reshape(batch, hidden, 1)).Reshape(batch, hidden), s);
    }

    static Tensor Normalised(Tensor a) => a / Sqrt(SumKeepingAxes(Square(a), 1) + 1e-6);
}
