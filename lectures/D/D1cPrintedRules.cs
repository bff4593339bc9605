using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>The backward recursion of the simple net as it is printed, and the slips of printed formulas beside the right ones.</summary>
public sealed class D1cPrintedRules : Demonstration
{
    const int Inputs = 3, Hidden = 5, Outputs = 2, Time = 14, Batch = 4;

    /// <inheritdoc/>
    public override string Id => "D1c";

    /// <inheritdoc/>
    public override string Title => "The printed backward rules against the tape, and four slips";

    /// <inheritdoc/>
    public override string Claim =>
        "The printed recursion of back-propagation through time for h_t = tanh(h_{t−1} W_hh + x_t W_xh + b_h), y_t = σ(h_t W_hy + b_y) " +
            "is what the " +
        "tape computes. Where a printed formula slips, it is not.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        report.Preformatted("""
            δy_t = ∂L/∂y_t ⊙ y_t(1 − y_t)                        ∇W_hy = Σ h_tᵀ·δy_t        ∇b_y = Σ δy_t
            δh_t = δy_t·W_hyᵀ + δa_{t+1}·W_hhᵀ                   ∇h_0  = δa_1·W_hhᵀ
            δa_t = δh_t ⊙ (1 − h_t²)                             ∇W_hh = Σ h_{t−1}ᵀ·δa_t    ∇W_xh = Σ x_tᵀ·δa_t    ∇b_h = Σ δa_t
            """);
        var (byHand, byTape) = (ByHand(report.Key(0)), ByTape(report.Cell(Cell(report.Key(0))), report.Key(0)));
        double worst = byHand.Zip(byTape, Checks.Difference).Max();
        report.Measure($"simple net, {Time} steps: largest difference of a gradient from the tape's, in double", worst, "at most 1E-12",
            worst <= 1e-12);
        LongShortTerm(report);
        Deep(report);
        FixedPoint(report);
        report.Text("One lecture calls b_h the output bias: it is the bias of the hidden layer, b_y is that of the output.");
    }

    static RnnCell Cell(RandomKey key) => new(Inputs, Hidden, key);

    static Tensor Draw(RandomKey key, params ReadOnlySpan<int> shape) => key.Normal(Shape.Create(shape), 1, ElementType.Float64);

    static (Tensor X, Tensor Target, Tensor H0, Tensor Why, Tensor By) Data(RandomKey key) => (
        Draw(key.For("x"), Time, Batch, Inputs), Draw(key.For("target"), Time, Batch, Outputs), Draw(key.For("h0"), Batch, Hidden),
        Draw(key.For("Why"), Hidden, Outputs), Draw(key.For("by"), Outputs));

    // Gradients of L = Σ ½ (y − d)², for W_xh, W_hh, b_h, h_0, W_hy and b_y.
    static Tensor[] ByTape(Cell<Tensor> cell, RandomKey key)
    {
        var (x, target, h0, why, by) = Data(key);
        var model = new Recurrent<Tensor>(cell) { Execution = Execution.Eager };
        using var tape = new Tape();
        foreach (var parameter in cell.Parameters) tape.Bind(parameter, parameter.Detach().As(ElementType.Float64));
        (h0, why, by) = (tape.Watch(h0), tape.Watch(why), tape.Watch(by));
        var y = Sigmoid(MatMul(model.Run(x, h0).Outputs, why) + by);
        return Array.ConvertAll(tape.Gradients(0.5 * Sum(Square(y - target)), [.. cell.Parameters, h0, why, by]), gradient =>
            gradient.Detach());
    }

    static Tensor[] ByHand(RandomKey key)
    {
        var (x, target, h0, why, by) = Data(key);
        var cell = Cell(key);
        Tensor[] w = [.. cell.Parameters.Select(parameter => parameter.Detach().As(ElementType.Float64))];
        var (wx, wh, b) = (w[0], w[1], w[2]);
        var h = new Tensor[Time + 1];
        h[0] = h0;
        for (int t = 1; t <= Time; t++) h[t] = Tanh(MatMul(h[t - 1], wh) + MatMul(x[t - 1], wx) + b);
        Tensor back = Tensor.Zeros([Batch, Hidden], ElementType.Float64), gwx = 0 * wx, gwh = 0 * wh, gb = 0 * b, gwhy = 0 * why,
            gby = 0 * by;
        for (int t = Time; t >= 1; t--)
        {
            var y = Sigmoid(MatMul(h[t], why) + by);
            var dy = (y - target[t - 1]) * y * (1 - y);
            var da = (MatMul(dy, why, transposeRight: true) + back) * (1 - Square(h[t]));
            (gwhy, gby) = (gwhy + MatMul(h[t], dy, transposeLeft: true), gby + Sum(dy, 0));
            (gwh, gwx, gb) = (gwh + MatMul(h[t - 1], da, transposeLeft: true), gwx + MatMul(x[t - 1], da, transposeLeft: true), gb +
                Sum(da, 0));
            back = MatMul(da, wh, transposeRight: true);
        }
        return [gwx, gwh, gb, back, gwhy, gby];
    }

    // Slip 1: on the last slides of the peephole LSTM δo_{t+1} stands where δi_{t+1} belongs.
    static void LongShortTerm(Report report)
    {
        var key = report.Key(0);
        double printed = PeepholeRules.Difference(key, isFull: false, isPrinted: true), right = PeepholeRules.Difference(key,
            isFull: false, isPrinted: false);
        report.Text("Slip: for the LSTM with peepholes the last slides print δo_{t+1}·Piᵀ; right is δi_{t+1}·Piᵀ. (They also write ∇_h " +
            "C for ∇_C Div.)");
        report.Measure("LSTM, right rule: largest difference from the tape", right, "at most 1E-12", right <= 1e-12);
        report.Measure("LSTM, as printed: largest difference from the tape", printed, "above 1E-3: a slip", printed > 1e-3);
    }

    // Slip 2: x_t in the equation of every layer. Then the upper layer does not see the lower one.
    static void Deep(Report report)
    {
        var key = report.Key(0);
        RnnCell low = new(Hidden, Hidden, key.For("low")), top = new(Hidden, Hidden, key.For("top"));
        var x = key.For("deep").Normal([Time, Batch, Hidden]);
        double Reaches(Func<Tensor> output)
        {
            using var tape = new Tape();
            return tape.Gradients(Sum(output()), low.Parameters).Sum(gradient => Sum(Square(gradient)).ToScalar());
        }
        double printed = Reaches(() => Recurrent.Over(top).Forward(x)), right = Reaches(() => Recurrent.Over(top)
            .Forward(Recurrent.Over(low).Forward(x)));
        report.Text("Slip: h^l_t = tanh(W^l x_t + …) is printed with x_t for every layer l; right is h^{l−1}_t, with h^0_t = x_t.");
        report.Measure("deep net as printed: squared gradient of the lower layer's weights", printed, "0: the net is not deep",
            printed == 0);
        report.Measure("deep net with h^{l−1}_t: the same", right, "above 0", right > 0);
    }

    // Slip 3: the fixed point of the logistic map at r = 2.5.
    static void FixedPoint(Report report)
    {
        double x = 0.1;
        for (int t = 0; t < 1000; t++) x = 2.5 * x * (1 - x);
        report.Text("Slip: one lecture prints 0.5 for the fixed point of x ← r x (1 − x) at r = 2.5; right is 1 − 1/r = 0.6.");
        report.Measure("the orbit from 0.1 at r = 2.5 after 1,000 steps", x, "0.6 within 1E-12, and so not 0.5",
            Math.Abs(x - 0.6) <= 1e-12);
    }
}
