using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>The backward rules of the peephole LSTM, derived by hand, beside what the tape gives.</summary>
static class PeepholeRules
{
    public const int Time = 12;
    const int Inputs = 3, Hidden = 4, Batch = 5;

    /// <summary>The largest difference of ∂L/∂c_t and ∂L/∂h_t over all steps, in double.</summary>
    public static double Difference(RandomKey key, bool isFull, bool isPrinted) =>
        ByHand(key, isFull, isPrinted).Zip(ByTape(key, isFull), Checks.Difference).Max();

    static Cell<LstmState> Cell(RandomKey key, bool isFull) => isFull ? new FullPeepholeLstmCell(Inputs, Hidden, key)
        : new PeepholeLstmCell(Inputs, Hidden, key);

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

    // As the last slides print them, δo stands in the place of δi on the way through the input gate's peephole.
    static Tensor[] ByHand(RandomKey key, bool isFull, bool isPrinted)
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
            dc = dc * f + Back(deltaF, P("f")) + Back(isPrinted ? deltaO : deltaI, P("i"));
        }
        return gradients;
    }

    static (Tensor F, Tensor I, Tensor G, Tensor O, Tensor Before, Tensor C)[] Forward(Tensor x, Func<string, Tensor> w, Func<string,
        Tensor> p)
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
