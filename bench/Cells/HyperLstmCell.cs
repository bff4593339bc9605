using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench.Cells;

/// <summary>
/// HyperLSTM (Ha, Dai and Le 2017, section 3.2 and appendix A.2, without layer normalisation): a small LSTM that sees input and state
/// gives, through embeddings z, a scale for each row of the weights of a large one at every step.
/// </summary>
sealed class HyperLstmCell : Cell<(LstmState Main, LstmState Hyper)>
{
    readonly LstmCell hyper;
    readonly ScaledSum i, f, o, g;

    public HyperLstmCell(int inputs, int hidden, int hyperHidden, int embedding, RandomKey key)
        : base(key, hidden, hidden, hyperHidden, hyperHidden)
    {
        hyper = Part(new LstmCell(inputs + hidden, hyperHidden, key.For(nameof(hyper))), nameof(hyper));
        (i, f, o, g) = (Sum(nameof(i)), Sum(nameof(f)), Sum(nameof(o)), Sum(nameof(g)));
        ScaledSum Sum(string name) => Part(new ScaledSum(inputs, hidden, hyperHidden, embedding, key.For(name)), name);
    }

    public override (Tensor Output, (LstmState Main, LstmState Hyper) Next) Step(Tensor x, (LstmState Main, LstmState Hyper) s)
    {
        var (h, c) = s.Main;
        var (e, small) = hyper.Step(Concatenate(1, x, h), s.Hyper);
        c = Sigmoid(f.Of(x, h, e)) * c + Sigmoid(i.Of(x, h, e)) * Tanh(g.Of(x, h, e));
        h = Sigmoid(o.Of(x, h, e)) * Tanh(c);
        return (h, (new LstmState(h, c), small));
    }

    sealed class ScaledSum : Module
    {
        readonly Linear zh, zx, zb, dh, dx, db, wh, wx;

        public ScaledSum(int inputs, int hidden, int hyperHidden, int embedding, RandomKey key)
        {
            zh = Linear(nameof(zh), hyperHidden, embedding, true); dh = Linear(nameof(dh), embedding, hidden, false);
            zx = Linear(nameof(zx), hyperHidden, embedding, true); dx = Linear(nameof(dx), embedding, hidden, false);
            zb = Linear(nameof(zb), hyperHidden, embedding, false); db = Linear(nameof(db), embedding, hidden, true);
            wh = Linear(nameof(wh), hidden, hidden, false); wx = Linear(nameof(wx), inputs, hidden, false);
            Linear Linear(string name, int from, int to, bool hasBias) => Part(new Linear(from, to, key.For(name), null, hasBias), name);
        }

        public Tensor Of(Tensor x, Tensor h, Tensor e) =>
            dh.Forward(zh.Forward(e)) * wh.Forward(h) + dx.Forward(zx.Forward(e)) * wx.Forward(x) + db.Forward(zb.Forward(e));
    }
}
