using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>The long backward rules of the peephole LSTM, by hand and from the tape.</summary>
public sealed class B15Peepholes : Demonstration
{
    /// <inheritdoc/>
    public override string Id => "B15";

    /// <inheritdoc/>
    public override string Title => "LSTM with peepholes: the hand-derived rules come out of the tape";

    /// <inheritdoc/>
    public override string Claim =>
        "f and i also see c_{t−1}, o sees the new c_t. The lecture derives ∂/∂c_t and ∂/∂h_t by hand, over half a page; from the " +
            "forward equations alone the tape gives the same numbers. Diagonal by default, full matrices as an option.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        report.Preformatted("""
            δo_t = δh_t ⊙ tanh c_t ⊙ o(1 − o)
            δc_t = δh_t ⊙ o ⊙ (1 − tanh² c_t) + δo_t·Poᵀ + δc_{t+1} ⊙ f_{t+1} + δf_{t+1}·Pfᵀ + δi_{t+1}·Piᵀ
            δf_t = δc_t ⊙ c_{t−1} ⊙ f(1 − f),   δi_t = δc_t ⊙ g ⊙ i(1 − i),   δg_t = δc_t ⊙ i ⊙ (1 − g²)
            δh_t = ∂L/∂h_t + δf_{t+1}·Whfᵀ + δi_{t+1}·Whiᵀ + δg_{t+1}·Whcᵀ + δo_{t+1}·Whoᵀ
            """);
        foreach (bool isFull in (bool[])[false, true])
        {
            string kind = isFull ? "full matrices" : "diagonal";
            double worst = PeepholeRules.Difference(report.Key(0), isFull, isPrinted: false);
            report.Measure(
                $"{kind}: largest difference of ∂L/∂c_t and ∂L/∂h_t over {PeepholeRules.Time} steps, in double", worst, "at most 1E-12",
                    worst <= 1e-12);
        }
        report.Gradients("diagonal peepholes", new PeepholeLstmCell(2, 3, report.Key(0)), 2);
        report.Gradients("full peepholes", new FullPeepholeLstmCell(2, 3, report.Key(0)), 2);
        report.Text("Counting with peepholes, aⁿbⁿ: see F9d. What the slides print differs in one index: see D1c.");
    }
}
