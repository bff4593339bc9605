using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench.Cells;

/// <summary>
/// sLSTM of xLSTM (Beck et al. 2024, equations 8 to 17), with one head: an LSTM with an exponential input gate, a normaliser n, and a
/// stabiliser m that keeps the exponentials in range.
/// </summary>
sealed class SLstmCell : Cell<(Tensor H, Tensor C, Tensor N, Tensor M)>
{
    readonly Parameter Wz, Rz, Bz, Wi, Ri, Bi, Wf, Rf, Bf, Wo, Ro, Bo;

    public SLstmCell(int inputs, int hidden, RandomKey key, double forgetBias = 1)
        : base(key, hidden)
    {
        Weight(out Wz, inputs, hidden); Weight(out Rz, hidden, hidden); Bias(out Bz, hidden);
        Weight(out Wi, inputs, hidden); Weight(out Ri, hidden, hidden); Bias(out Bi, hidden);
        Weight(out Wf, inputs, hidden); Weight(out Rf, hidden, hidden); Bias(out Bf, hidden, forgetBias);
        Weight(out Wo, inputs, hidden); Weight(out Ro, hidden, hidden); Bias(out Bo, hidden);
    }

    public override (Tensor Output, (Tensor H, Tensor C, Tensor N, Tensor M) Next) Step(
        Tensor x, (Tensor H, Tensor C, Tensor N, Tensor M) s)
    {
        var z = Tanh(MatMul(x, Wz) + MatMul(s.H, Rz) + Bz);
        var logI = MatMul(x, Wi) + MatMul(s.H, Ri) + Bi;
        var logF = LogSigmoid(MatMul(x, Wf) + MatMul(s.H, Rf) + Bf) + s.M;
        var o = Sigmoid(MatMul(x, Wo) + MatMul(s.H, Ro) + Bo);
        var m = Maximum(logF, logI);
        var (f, i) = (Exp(logF - m), Exp(logI - m));
        var c = f * s.C + i * z;
        var n = f * s.N + i;
        var h = o * (c / n);
        return (h, (h, c, n, m));
    }
}
