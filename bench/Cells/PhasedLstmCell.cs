using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench.Cells;

/// <summary>
/// Phased LSTM (Neil, Pfeiffer and Liu 2016, equations 1 to 10): a peephole LSTM whose units each have an oscillator of learned period τ
/// and shift s. State and output change while it is open, for a part r of the period; else next to nothing, α of the phase, passes. The
/// time is the number of the step.
/// </summary>
sealed class PhasedLstmCell : Cell<LstmState>
{
    readonly Parameter Wi, Ri, Pi, Bi, Wf, Rf, Pf, Bf, Wc, Rc, Bc, Wo, Ro, Po, Bo, Tau, S;
    readonly double open, leak;

    public PhasedLstmCell(int inputs, int hidden, RandomKey key, double open = 0.05, double leak = 0.001)
        : base(key, hidden)
    {
        Weight(out Wi, inputs, hidden); Weight(out Ri, hidden, hidden); Diagonal(out Pi, hidden); Bias(out Bi, hidden);
        Weight(out Wf, inputs, hidden); Weight(out Rf, hidden, hidden); Diagonal(out Pf, hidden); Bias(out Bf, hidden, 1);
        Weight(out Wo, inputs, hidden); Weight(out Ro, hidden, hidden); Diagonal(out Po, hidden); Bias(out Bo, hidden);
        Weight(out Wc, inputs, hidden); Weight(out Rc, hidden, hidden); Bias(out Bc, hidden);
        var period = Exp(key.For(nameof(Tau)).Uniform([hidden], 1, 3));
        Parameter(out Tau, period);
        Parameter(out S, period * key.For(nameof(S)).Uniform([hidden]));
        (this.open, this.leak) = (open, leak);
    }

    public override (Tensor Output, LstmState Next) Step(Tensor x, LstmState s)
    {
        var phase = Modulo(TimeStep.Current.ToTensor(x.ElementType) - S, Tau) / Tau;
        var k = Where(Less(phase, open / 2), 2 / open * phase, Where(Less(phase, open), 2 - 2 / open * phase, leak * phase));
        var i = Sigmoid(MatMul(x, Wi) + MatMul(s.H, Ri) + Pi * s.C + Bi);
        var f = Sigmoid(MatMul(x, Wf) + MatMul(s.H, Rf) + Pf * s.C + Bf);
        var proposed = f * s.C + i * Tanh(MatMul(x, Wc) + MatMul(s.H, Rc) + Bc);
        var c = k * proposed + (1 - k) * s.C;
        var o = Sigmoid(MatMul(x, Wo) + MatMul(s.H, Ro) + Po * proposed + Bo);
        var h = k * (o * Tanh(proposed)) + (1 - k) * s.H;
        return (h, new LstmState(h, c));
    }
}
