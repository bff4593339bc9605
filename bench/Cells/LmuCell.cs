using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench.Cells;

/// <summary>
/// Legendre memory unit (Voelker, Kajić and Eliasmith 2019, equations 1, 2, 4, 6 and 7): m holds the first Legendre coefficients of the
/// last θ steps of a signal u, h reads it. The linear memory is fixed; it is discretised by the trapezoidal rule, which needs no matrix
/// exponential and is as stable as zero-order hold.
/// </summary>
sealed class LmuCell : Cell<(Tensor H, Tensor M)>
{
    readonly Parameter Ex, Eh, Em, Wx, Wh, Wm;
    readonly Tensor A, B;

    public LmuCell(int inputs, int hidden, int order, RandomKey key, double theta = 50)
        : base(key, hidden, order)
    {
        Weight(out Ex, inputs, 1, Initializer.Glorot);
        Weight(out Eh, hidden, 1, Initializer.Glorot);
        Weight(out Em, order, 1, Initializer.Constant(0));
        Weight(out Wx, inputs, hidden); Weight(out Wh, hidden, hidden); Weight(out Wm, order, hidden);
        var a = new double[order, order];
        var b = new double[order, 1];
        for (int i = 0; i < order; i++)
        {
            b[i, 0] = (2 * i + 1) * (i % 2 == 0 ? 1 : -1) / theta;
            for (int j = 0; j < order; j++) a[i, j] = (2 * i + 1) * (i < j || (i - j) % 2 == 0 ? -1 : 1) / theta;
        }
        var (half, one) = (0.5 * Tensor.From(a), Tensor.Identity(order, ElementType.Float64));
        A = Transpose(Solve(one - half, one + half));
        B = Transpose(Solve(one - half, Tensor.From(b)));
    }

    public override (Tensor Output, (Tensor H, Tensor M) Next) Step(Tensor x, (Tensor H, Tensor M) state)
    {
        var (h, m) = state;
        var u = MatMul(x, Ex) + MatMul(h, Eh) + MatMul(m, Em);
        m = MatMul(m, A.As(x.ElementType)) + u * B.As(x.ElementType);
        h = Tanh(MatMul(x, Wx) + MatMul(h, Wh) + MatMul(m, Wm));
        return (h, (h, m));
    }
}
