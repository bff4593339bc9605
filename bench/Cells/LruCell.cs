using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench.Cells;

/// <summary>
/// Linear recurrent unit (Orvieto et al. 2023, section 3): h = λ ⊙ h + γ ⊙ (x·B), y = Re(h·C) + x·D, with complex h, B, C and λ =
/// exp(−exp(ν) + i·exp(θ)) inside the unit circle. Complex numbers are pairs of tensors. |λ| begins between 0.9 and 0.999, γ = √(1 −
/// |λ|²).
/// </summary>
sealed class LruCell : Cell<(Tensor Re, Tensor Im)>
{
    readonly Parameter Nu, Theta, LogGamma, Bre, Bim, Cre, Cim, D;

    public LruCell(int inputs, int hidden, RandomKey key)
        : base(key, hidden)
    {
        var squared = key.For(nameof(Nu)).Uniform([hidden], 0.9 * 0.9, 0.999 * 0.999);
        Parameter(out Nu, Log(-0.5 * Log(squared)));
        Parameter(out Theta, Log(key.For(nameof(Theta)).Uniform([hidden], 0.001, 2 * Math.PI)));
        Parameter(out LogGamma, 0.5 * Log(1 - squared));
        var (forB, forC) = (Initializer.Normal(Math.Sqrt(0.5 / inputs)), Initializer.Normal(Math.Sqrt(1.0 / hidden)));
        Weight(out Bre, inputs, hidden, forB); Weight(out Bim, inputs, hidden, forB);
        Weight(out Cre, hidden, hidden, forC); Weight(out Cim, hidden, hidden, forC);
        Weight(out D, inputs, hidden);
    }

    public override (Tensor Output, (Tensor Re, Tensor Im) Next) Step(Tensor x, (Tensor Re, Tensor Im) h)
    {
        var (magnitude, phase, gamma) = (Exp(-Exp(Nu)), Exp(Theta), Exp(LogGamma));
        var (a, b) = (magnitude * Cos(phase), magnitude * Sin(phase));
        var re = a * h.Re - b * h.Im + gamma * MatMul(x, Bre);
        var im = a * h.Im + b * h.Re + gamma * MatMul(x, Bim);
        return (MatMul(re, Cre) - MatMul(im, Cim) + MatMul(x, D), (re, im));
    }
}
