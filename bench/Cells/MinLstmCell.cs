using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench.Cells;

/// <summary>
/// minLSTM in log space (Feng, Tung, Ahmed, Bengio and Hajimirsadeghi 2024, section 3.2 and appendix B): as <see cref="MinGruCell"/>,
/// with a forget and an input gate that are divided by their sum. The state is log h.
/// </summary>
sealed class MinLstmCell : Cell<Tensor>
{
    readonly Parameter Wf, Bf, Wi, Bi, Wh, Bh;
    readonly int hidden;

    public MinLstmCell(int inputs, int hidden, RandomKey key)
        : base(key, hidden)
    {
        Weight(out Wf, inputs, hidden); Bias(out Bf, hidden, 1);
        Weight(out Wi, inputs, hidden); Bias(out Bi, hidden);
        Weight(out Wh, inputs, hidden); Bias(out Bh, hidden);
        this.hidden = hidden;
    }

    // h = g(0).
    public override Tensor Initial(int batch, ElementType type) => Tensor.Full([batch, hidden], Math.Log(0.5), type);

    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor logH)
    {
        // log(i/f), of which the logarithms of f/(f + i) and of i/(f + i) are functions.
        var difference = Softplus(-(MatMul(x, Wf) + Bf)) - Softplus(-(MatMul(x, Wi) + Bi));
        var next = LogAddExp(LogSigmoid(-difference) + logH, LogSigmoid(difference) + MinGruCell.LogG(MatMul(x, Wh) + Bh));
        return (Exp(next), next);
    }
}
