using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>Gradient checks of compiled runs, to second order, and their equality with eager ones, for every cell of the library.</summary>
public class CompiledCheckTests
{
    static readonly RandomKey Key = new(7);

    public static TheoryData<string> Cells => [.. All.Keys];

    static Dictionary<string, Action> All => new()
    {
        ["rnn"] = () => Check(new RnnCell(2, 3, Key)),
        ["rnn, sine"] = () => Check(new RnnCell(2, 3, Key, Sin)),
        ["gru, before"] = () => Check(new GruCell(2, 3, Key)),
        ["gru, after"] = () => Check(new GruCell(2, 3, Key, GruReset.AfterProduct)),
        ["lstm"] = () => Check(new LstmCell(2, 3, Key)),
        ["peephole lstm"] = () => Check(new PeepholeLstmCell(2, 3, Key)),
        ["two lstms"] = () => Check(Stacked.Of(new LstmCell(2, 3, Key), new LstmCell(3, 2, Key.For("second")))),
        ["three rnns"] = () =>
            Check(Stacked.Of(new RnnCell(2, 3, Key), new RnnCell(3, 2, Key.For("second")), new RnnCell(2, 2, Key.For("third")))),
        ["normalized"] = () => Check(new NormalizedCell()),
        ["traces"] = () => Check(new TraceCell()),
    };

    [Theory]
    [MemberData(nameof(Cells))]
    public void GradientsAgreeWithDifferences(string name) => All[name]();

    static void Check<TState>(Cell<TState> cell)
    {
        foreach (int[] lengths in (int[][])[[], [4, 1, 3]])
        {
            var layer = Recurrent.Over(cell);
            var x = InDouble.Draw(Key.For("x"), 4, 3, 2);
            GradientCheck.Run(at => Joined(layer.Run(at[0], lengths)), [x], layer.Parameters).ThrowIfFailed();
            BothWays.Took(layer);
            GradientCheck.Run(cell, x, lengths).ThrowIfFailed();
            BothWays.Agree(layer, () => BothWays.Everything(layer, x, lengths, x));
        }
    }

    static Tensor Joined<TState>(Unrolled<TState> run) =>
        Concatenate(0,
            [.. State.Tensors(run.Final).Prepend(run.Outputs).Concat(State.Tensors(run.StackedStates()))
            .Select(tensor => tensor.Reshape(-1))]);

    sealed class NormalizedCell : Cell<Tensor>
    {
        readonly LayerNorm norm;
        readonly Parameter w;

        public NormalizedCell()
            : base(Key, 4)
        {
            norm = Part(new LayerNorm(4, 0.1), nameof(norm));
            Weight(out w, 6, 4);
        }

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var next = Tanh(norm.Forward(MatMul(Concatenate(-1, x, state), w)));
            return (Softmax(next), next);
        }
    }
}
