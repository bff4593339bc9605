using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>State of a neural Turing machine.</summary>
/// <param name="Memory"><c>[batch, places, width]</c>.</param>
/// <param name="ReadWeights">Where was read, <c>[batch, places]</c>.</param>
/// <param name="WriteWeights">Where was written, <c>[batch, places]</c>.</param>
/// <param name="Read">What was read, <c>[batch, width]</c>.</param>
readonly record struct TuringMachineState(Tensor Memory, Tensor ReadWeights, Tensor WriteWeights, Tensor Read);

/// <summary>
/// A neural Turing machine with one reading and one writing head and a feed-forward controller (Graves, Wayne and Danihelka 2014, section
/// 3): each head emits a key
/// k, its strength β, a gate g, a shift s over −1, 0, 1 and a sharpening γ; the writing head also what to erase and to add. The controller
/// keeps nothing: all that is
/// remembered is in the memory and in where the heads are.
/// </summary>
sealed class TuringMachineCell : Cell<TuringMachineState>
{
    const double Small = 1e-6;

    readonly Linear controller, output;
    readonly Head read, write;
    readonly Linear erase, add;
    readonly int places, width;

    public TuringMachineCell(int inputs, int hidden, int outputs, int places, int width, RandomKey key)
        : base(key)
    {
        (this.places, this.width) = (places, width);
        Part(out controller, new Linear(inputs + width, hidden, key.For(nameof(controller))));
        Part(out read, new Head(hidden, width, key.For(nameof(read))));
        Part(out write, new Head(hidden, width, key.For(nameof(write))));
        Part(out erase, new Linear(hidden, width, key.For(nameof(erase))));
        Part(out add, new Linear(hidden, width, key.For(nameof(add))));
        Part(out output, new Linear(hidden + width, outputs, key.For(nameof(output))));
    }

    public override TuringMachineState Initial(int batch, ElementType type)
    {
        var first = OneHot(new int[batch], places, type);
        return new(Tensor.Full([batch, places, width], Small, type), first, first, Tensor.Zeros([batch, width], type));
    }

    public override (Tensor Output, TuringMachineState Next) Step(Tensor x, TuringMachineState s)
    {
        var h = Tanh(controller.Forward(Concatenate(-1, x, s.Read)));
        var w = write.Address(h, s.Memory, s.WriteWeights);
        var at = w.Reshape(-1, places, 1);
        var memory = s.Memory * (1 - at * Row(Sigmoid(erase.Forward(h)))) + at * Row(Tanh(add.Forward(h)));
        var r = read.Address(h, memory, s.ReadWeights);
        var found = Sum(r.Reshape(-1, places, 1) * memory, 1);
        return (output.Forward(Concatenate(-1, h, found)), new(memory, r, w, found));
    }

    Tensor Row(Tensor x) => x.Reshape(-1, 1, width);

    /// <summary>Where a head looks: by content, then by shift from where it was.</summary>
    sealed class Head : Layers.Module
    {
        readonly Linear key, strength, gate, shift, sharpening;

        public Head(int hidden, int width, RandomKey random)
        {
            Part(out key, new Linear(hidden, width, random.For(nameof(key))));
            Part(out strength, new Linear(hidden, 1, random.For(nameof(strength))));
            Part(out gate, new Linear(hidden, 1, random.For(nameof(gate))));
            Part(out shift, new Linear(hidden, 3, random.For(nameof(shift))));
            Part(out sharpening, new Linear(hidden, 1, random.For(nameof(sharpening))));
        }

        public Tensor Address(Tensor h, Tensor memory, Tensor before)
        {
            var k = Tanh(key.Forward(h));
            var beta = Softplus(strength.Forward(h));
            var g = Sigmoid(gate.Forward(h));
            var s = Softmax(shift.Forward(h));
            var gamma = 1 + Softplus(sharpening.Forward(h));
            var content = Softmax(beta * Similarity(k, memory));
            var w = g * content + (1 - g) * before;
            w = Slice(s, -1, 0, 1) * Turn(w, 1) + Slice(s, -1, 1, 1) * w + Slice(s, -1, 2, 1) * Turn(w, -1);
            var sharp = Exp(gamma * Log(w + Small));
            return sharp / SumKeepingAxes(sharp, -1);
        }

        // Cosine of the key and every row of the memory.
        static Tensor Similarity(Tensor k, Tensor memory)
        {
            var product = Einsum("bw,bpw->bp", k, memory);
            var sizes = Sqrt(SumKeepingAxes(Square(k), -1) * Sum(Square(memory), -1) + Small);
            return product / sizes;
        }

        // The weights moved along the places, which form a ring.
        static Tensor Turn(Tensor w, int by)
        {
            int places = w.Shape[1], cut = (places - by) % places;
            return Concatenate(-1, Slice(w, -1, cut, places - cut), Slice(w, -1, 0, cut));
        }
    }
}
