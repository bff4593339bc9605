using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench.Cells;

/// <summary>
/// Network with an orthogonal recurrent matrix (Mhammedi, Hellicar, Rahman and Bailey 2017, section 3): h = tanh(h·H₁⋯Hₖ + x·W + b),
/// where Hᵢ = 1 − 2 uᵢuᵢᵀ/‖uᵢ‖² is a reflection. No matrix is formed.
/// </summary>
sealed class HouseholderCell : Cell<Tensor>
{
    readonly Parameter W, U, B;
    readonly int reflections;

    public HouseholderCell(int inputs, int hidden, int reflections, RandomKey key)
        : base(key, hidden)
    {
        Weight(out W, inputs, hidden); Weight(out U, reflections, hidden, Initializer.Normal()); Bias(out B, hidden);
        this.reflections = reflections;
    }

    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor h)
    {
        for (int i = 0; i < reflections; i++)
        {
            var u = U[i];
            h -= 2 / Sum(Square(u)) * SumKeepingAxes(h * u, 1) * u;
        }
        h = Tanh(h + MatMul(x, W) + B);
        return (h, h);
    }
}
