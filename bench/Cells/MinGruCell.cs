using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench.Cells;

/// <summary>
/// minGRU in log space (Feng, Tung, Ahmed, Bengio and Hajimirsadeghi 2024, section 3.1 and appendix B): h = (1 − z) ⊙ h + z ⊙ g(x·W),
/// where gate and candidate see the input only and g is positive; g(a) = a + 1/2 for a ≥ 0, else σ(a). The state is log h.
/// </summary>
sealed class MinGruCell : Cell<Tensor>
{
    readonly Parameter Wz, Bz, Wh, Bh;
    readonly int hidden;

    public MinGruCell(int inputs, int hidden, RandomKey key)
        : base(key, hidden)
    {
        Weight(out Wz, inputs, hidden); Bias(out Bz, hidden);
        Weight(out Wh, inputs, hidden); Bias(out Bh, hidden);
        this.hidden = hidden;
    }

    // h = g(0).
    public override Tensor Initial(int batch, ElementType type) => Tensor.Full([batch, hidden], Math.Log(0.5), type);

    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor logH)
    {
        var z = MatMul(x, Wz) + Bz;
        var next = LogAddExp(LogSigmoid(-z) + logH, LogSigmoid(z) + LogG(MatMul(x, Wh) + Bh));
        return (Exp(next), next);
    }

    /// <summary>log g(a).</summary>
    public static Tensor LogG(Tensor a) => Where(GreaterOrEqual(a, 0), Log(Relu(a) + 0.5), LogSigmoid(a));
}
