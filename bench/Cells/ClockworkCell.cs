using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench.Cells;

/// <summary>
/// Clockwork network (Koutník, Greff, Gomez and Schmidhuber 2014, equations 1 to 4): group g of the units is computed at the steps that
/// its period 2^g divides, and keeps its value at the others. A group reads those that are as slow as itself or slower.
/// </summary>
sealed class ClockworkCell : Cell<Tensor>
{
    readonly Parameter W, R, B;
    readonly Tensor periods, isSlower;

    public ClockworkCell(int inputs, int hidden, RandomKey key, int groups = 4)
        : base(key, hidden)
    {
        Weight(out W, inputs, hidden); Weight(out R, hidden, hidden); Bias(out B, hidden);
        double[] period = [.. Enumerable.Range(0, hidden).Select(unit => Math.Pow(2, unit * groups / hidden))];
        periods = Tensor.From(period, [hidden]);
        isSlower = Tensor.From([.. period.SelectMany(from => period.Select(to => from >= to ? 1.0 : 0.0))], [hidden, hidden]);
    }

    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor h)
    {
        var isDue = Equal(Modulo(TimeStep.Current.ToTensor(x.ElementType), periods.As(x.ElementType)), 0);
        var next = Where(isDue, Tanh(MatMul(x, W) + MatMul(h, R * isSlower.As(x.ElementType)) + B), h);
        return (next, next);
    }
}
