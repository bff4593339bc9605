using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>The long backward rules of the peephole LSTM, by hand and from the tape.</summary>
public sealed class B15Peepholes : Demonstration
{
    const int Inputs = 3, Hidden = 4, Time = 12, Batch = 5;

    /// <inheritdoc/>
    public override string Id => "B15";

    /// <inheritdoc/>
    public override string Title => "LSTM with peepholes: the hand-derived rules come out of the tape";

    /// <inheritdoc/>
    public override string Claim =>
        "f and i also see c_{t−1}, o sees the new c_t. The lecture derives ∂/∂c_t and ∂/∂h_t by hand, over half a page; from the forward equations alone the tape gives the same numbers. Diagonal by default, full matrices as an option.";

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
            var (byHand, byTape) = (ByHand(report.Key(0), isFull), ByTape(report.Key(0), isFull));
            string kind = isFull ? "full matrices" : "diagonal";
            double worst = byHand.Zip(byTape, Checks.Difference).Max();
            report.Measure($"{kind}: largest difference of ∂L/∂c_t and ∂L/∂h_t over {Time} steps, in double", worst, "at most 1E-12", worst <= 1e-12);
        }
        report.Gradients("diagonal peepholes", new PeepholeLstmCell(2, 3, report.Key(0)), 2);
        report.Gradients("full peepholes", new FullPeepholeLstmCell(2, 3, report.Key(0)), 2);
        report.Text("Counting with peepholes, aⁿbⁿ: see F9d.");
    }

    static Cell<LstmState> Cell(RandomKey key, bool isFull) => isFull ? new FullPeepholeLstmCell(Inputs, Hidden, key) : new PeepholeLstmCell(Inputs, Hidden, key);

    static Tensor Draw(RandomKey key, params ReadOnlySpan<int> shape) => key.Normal(Shape.Create(shape), 1, ElementType.Float64);

    // The loss is Σ h_t ⊙ seed_t: its direct gradient for h_t is seed_t.
    static Tensor[] ByTape(RandomKey key, bool isFull)
    {
        // Gradients of the states in between need the eager tape.
        var model = new Recurrent<LstmState>(Cell(key, isFull)) { Execution = Execution.Eager };
        using var tape = new Tape();
        foreach (var parameter in model.Parameters) tape.Bind(parameter, parameter.Detach().As(ElementType.Float64));
        var run = model.Run(Draw(key.For("x"), Time, Batch, Inputs));
        var loss = Functions.Sum(run.Outputs * Draw(key.For("seed"), Time, Batch, Hidden));
        var gradients = tape.Gradients(loss, [.. run.States.SelectMany(state => (Tensor[])[state.C, state.H])]);
        return Array.ConvertAll(gradients, gradient => gradient.Detach());
    }

    static Tensor[] ByHand(RandomKey key, bool isFull)
    {
        var cell = Cell(key, isFull);
        Tensor W(string name) => cell[name].Detach().As(ElementType.Float64);
        Tensor P(string gate) => isFull ? W("Wc" + gate) : W("P" + gate) * Tensor.Identity(Hidden, ElementType.Float64);
        Tensor Back(Tensor delta, Tensor weight) => MatMul(delta, weight, transposeRight: true);
        var (x, seed) = (Draw(key.For("x"), Time, Batch, Inputs), Draw(key.For("seed"), Time, Batch, Hidden));
        var steps = Forward(x, W, P);

        var zero = Tensor.Zeros([Batch, Hidden], ElementType.Float64);
        var (dc, dh, gradients) = (zero, zero, new Tensor[2 * Time]);
        for (int t = Time - 1; t >= 0; t--)
        {
            var (f, i, g, o, before, c) = steps[t];
            dh += seed[t];
            var deltaO = dh * Tanh(c) * o * (1 - o);
            dc += dh * o * (1 - Square(Tanh(c))) + Back(deltaO, P("o"));
            (gradients[2 * t], gradients[2 * t + 1]) = (dc, dh);
            Tensor deltaF = dc * before * f * (1 - f), deltaI = dc * g * i * (1 - i), deltaG = dc * i * (1 - Square(g));
            dh = Back(deltaF, W("Whf")) + Back(deltaI, W("Whi")) + Back(deltaG, W("Whc")) + Back(deltaO, W("Who"));
            dc = dc * f + Back(deltaF, P("f")) + Back(deltaI, P("i"));
        }
        return gradients;
    }

    static (Tensor F, Tensor I, Tensor G, Tensor O, Tensor Before, Tensor C)[] Forward(Tensor x, Func<string, Tensor> w, Func<string, Tensor> p)
    {
        var h = Tensor.Zeros([Batch, Hidden], ElementType.Float64);
        var c = h;
        var steps = new (Tensor, Tensor, Tensor, Tensor, Tensor, Tensor)[Time];
        for (int t = 0; t < Time; t++)
        {
            var (at, past, before) = (x[t], h, c);
            Tensor Sums(string gate) => MatMul(at, w("Wx" + gate)) + MatMul(past, w("Wh" + gate)) + w("B" + gate);
            Tensor f = Sigmoid(Sums("f") + MatMul(before, p("f"))), i = Sigmoid(Sums("i") + MatMul(before, p("i"))), g = Tanh(Sums("c"));
            c = f * before + i * g;
            var o = Sigmoid(Sums("o") + MatMul(c, p("o")));
            h = o * Tanh(c);
            steps[t] = (f, i, g, o, before, c);
        }
        return steps;
    }
}
