using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench;

/// <summary>Layer-normalised LSTM (Ba, Kiros and Hinton 2016): the sums of all four gates are normalised together, for input and state apart, and c.</summary>
internal sealed class LayerNormLstmCell : Cell<LstmState>
{
    readonly Parameter Wx, Wh, B;
    readonly LayerNorm inputNorm, stateNorm, cellNorm;
    readonly int hidden;

    public LayerNormLstmCell(int inputs, int hidden, RandomKey key)
        : base(key, hidden)
    {
        Weight(out Wx, inputs, 4 * hidden);
        Weight(out Wh, hidden, 4 * hidden);
        Bias(out B, 4 * hidden);
        (inputNorm, stateNorm) = (Part(new LayerNorm(4 * hidden), nameof(inputNorm)), Part(new LayerNorm(4 * hidden), nameof(stateNorm)));
        cellNorm = Part(new LayerNorm(hidden), nameof(cellNorm));
        this.hidden = hidden;
    }

    public override (Tensor Output, LstmState Next) Step(Tensor x, LstmState s)
    {
        var sums = stateNorm.Forward(MatMul(s.H, Wh)) + inputNorm.Forward(MatMul(x, Wx)) + B;
        var (f, i, o) = (Sigmoid(Gate(sums, 0)), Sigmoid(Gate(sums, 1)), Sigmoid(Gate(sums, 2)));
        var c = f * s.C + i * Tanh(Gate(sums, 3));
        var h = o * Tanh(cellNorm.Forward(c));
        return (h, new LstmState(h, c));
    }

    Tensor Gate(Tensor sums, int gate) => Slice(sums, -1, gate * hidden, hidden);
}

/// <summary>Zoneout around an LSTM (Krueger et al. 2016): each unit of the state keeps its value of the step before with some probability.</summary>
internal sealed class Zoneout : Cell<LstmState>
{
    readonly Cell<LstmState> cell;
    readonly RandomKey masks;
    readonly double rate;

    Zoneout(Cell<LstmState> cell, RandomKey key, double rate)
        : base(key) => (this.cell, masks, this.rate) = (Part(cell, nameof(cell)), key, rate);

    public static Zoneout Around(Cell<LstmState> cell, RandomKey key, double rate) => new(cell, key, rate);

    public override LstmState Initial(int batch, ElementType type) => cell.Initial(batch, type);

    public override (Tensor Output, LstmState Next) Step(Tensor x, LstmState state)
    {
        var (_, next) = cell.Step(x, state);
        var h = Where(Mask(next.H, "h"), next.H, state.H);
        return (h, new LstmState(h, Where(Mask(next.C, "c"), next.C, state.C)));
    }

    Tensor Mask(Tensor after, string name) => StepMask(after.Shape, rate, masks.For(name), Tape.Actual(after).ElementType);
}
