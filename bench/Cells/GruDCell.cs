using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench.Cells;

/// <summary>
/// GRU-D (Che, Purushotham, Cho, Sontag and Liu 2018, the equations of GRU-D): a GRU for values that are missing at some steps. A missing
/// value decays from the last that was seen towards the mean, which is 0 for standardised series, and the state decays too. An input row
/// is values, mask and the times δ since each was seen, side by side.
/// </summary>
sealed class GruDCell : Cell<(Tensor H, Tensor Last)>
{
    readonly Parameter Dx, Bx, Dh, Bh, Wz, Rz, Vz, Bz, Wr, Rr, Vr, Br, W, R, V, B;
    readonly int features;

    public GruDCell(int features, int hidden, RandomKey key)
        : base(key, hidden, features)
    {
        Diagonal(out Dx, features); Bias(out Bx, features); Weight(out Dh, features, hidden); Bias(out Bh, hidden);
        Weight(out Wz, features, hidden); Weight(out Rz, hidden, hidden); Weight(out Vz, features, hidden); Bias(out Bz, hidden);
        Weight(out Wr, features, hidden); Weight(out Rr, hidden, hidden); Weight(out Vr, features, hidden); Bias(out Br, hidden);
        Weight(out W, features, hidden); Weight(out R, hidden, hidden); Weight(out V, features, hidden); Bias(out B, hidden);
        this.features = features;
    }

    public override (Tensor Output, (Tensor H, Tensor Last) Next) Step(Tensor x, (Tensor H, Tensor Last) state)
    {
        var (value, m, delta) = (Slice(x, 1, 0, features), Slice(x, 1, features, features), Slice(x, 1, 2 * features, features));
        var seen = m * value + (1 - m) * Exp(-Relu(Dx * delta + Bx)) * state.Last;
        var h = Exp(-Relu(MatMul(delta, Dh) + Bh)) * state.H;
        var z = Sigmoid(MatMul(seen, Wz) + MatMul(h, Rz) + MatMul(m, Vz) + Bz);
        var r = Sigmoid(MatMul(seen, Wr) + MatMul(h, Rr) + MatMul(m, Vr) + Br);
        var next = (1 - z) * h + z * Tanh(MatMul(seen, W) + MatMul(r * h, R) + MatMul(m, V) + B);
        return (next, (next, m * value + (1 - m) * state.Last));
    }
}
