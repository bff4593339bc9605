using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench.Cells;

/// <summary>
/// mLSTM of xLSTM (Beck et al. 2024, equations 19 to 27), with heads: a matrix memory C for each head that stores values under keys,
/// gates that are one number for each head, and the stabiliser m.
/// </summary>
sealed class MLstmCell : Cell<(Tensor C, Tensor N, Tensor M)>
{
    readonly Parameter Wq, Bq, Wk, Bk, Wv, Bv, Wi, Bi, Wf, Bf, Wo, Bo;
    readonly int heads, size;

    public MLstmCell(int inputs, int hidden, int heads, RandomKey key)
        : base(key)
    {
        Weight(out Wq, inputs, hidden); Bias(out Bq, hidden); Weight(out Wi, inputs, heads); Bias(out Bi, heads);
        Weight(out Wk, inputs, hidden); Bias(out Bk, hidden); Weight(out Wf, inputs, heads); Bias(out Bf, heads, 1);
        Weight(out Wv, inputs, hidden); Bias(out Bv, hidden); Weight(out Wo, inputs, hidden); Bias(out Bo, hidden);
        (this.heads, size) = (heads, hidden / heads);
    }

    public override (Tensor C, Tensor N, Tensor M) Initial(int batch, ElementType type) =>
        (Tensor.Zeros([batch, heads, size, size], type), Tensor.Zeros([batch, heads, size], type), Tensor.Zeros([batch, heads, 1], type));

    public override (Tensor Output, (Tensor C, Tensor N, Tensor M) Next) Step(Tensor x, (Tensor C, Tensor N, Tensor M) s)
    {
        int batch = x.Shape[0];
        var q = (MatMul(x, Wq) + Bq).Reshape(batch, heads, size);
        var k = (1 / Math.Sqrt(size) * MatMul(x, Wk) + Bk).Reshape(batch, heads, size);
        var v = (MatMul(x, Wv) + Bv).Reshape(batch, heads, size, 1);
        var logI = (MatMul(x, Wi) + Bi).Reshape(batch, heads, 1);
        var logF = LogSigmoid(MatMul(x, Wf) + Bf).Reshape(batch, heads, 1) + s.M;
        var m = Maximum(logF, logI);
        var (f, i) = (Exp(logF - m), Exp(logI - m));
        var c = f.Reshape(batch, heads, 1, 1) * s.C + v * (i * k).Reshape(batch, heads, 1, size);
        var n = f * s.N + i * k;
        var read = MatMul(c, q.Reshape(batch, heads, size, 1)).Reshape(batch, heads, size);
        var h = read / Maximum(Abs(SumKeepingAxes(n * q, 2)), Exp(-m));
        return (Sigmoid(MatMul(x, Wo) + Bo) * h.Reshape(batch, heads * size), (c, n, m));
    }
}
