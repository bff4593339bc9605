using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>The further cells, and the wrappers as they are in evaluation: they obey every law of cells.</summary>
static class ArchitectureKinds
{
    // Without it the curvature of a normalisation near equal numbers is beyond any difference of function values.
    const double Epsilon = 0.1;

    public static IReadOnlyList<CellKind> All { get; } =
    [
        new CellKind<Tensor>("ElmanCell", (inputs, hidden, key) => new ElmanCell(inputs, hidden, 2, key, outputActivation: Tanh)),
        new CellKind<Tensor>("CopyBackCell", (inputs, hidden, key) => new CopyBackCell(inputs, hidden, 2, key)),
        new CellKind<Tensor>("JordanCell", (inputs, hidden, key) => new JordanCell(inputs, hidden, 2, key, outputActivation: Tanh)),
        new CellKind<Tensor>("FullyRecurrentCell", (inputs, hidden, key) => new FullyRecurrentCell(inputs, hidden, 2, key)),
        new CellKind<LstmState>("Lstm1997Cell", (inputs, hidden, key) => new Lstm1997Cell(inputs, hidden, key)),
        new CellKind<LstmState>("FullPeepholeLstmCell", (inputs, hidden, key) => new FullPeepholeLstmCell(inputs, hidden, key)),
        new CellKind<LstmState>("CoupledLstmCell", (inputs, hidden, key) => new CoupledLstmCell(inputs, hidden, key)),
        new CellKind<LstmState>("ProjectedLstmCell", (inputs, hidden, key) => new ProjectedLstmCell(inputs, hidden + 1, hidden, key)),
        new CellKind<LstmState>("LayerNormLstmCell", (inputs, hidden, key) => new LayerNormLstmCell(inputs, hidden, key, epsilon: Epsilon)),
        new CellKind<Tensor>("LayerNormGruCell", (inputs, hidden, key) => new LayerNormGruCell(inputs, hidden, key, Epsilon)),
        new CellKind<LstmState>("VariationalDropout", (inputs, hidden, key) =>
            VariationalDropout.Around(new LstmCell(inputs, hidden, key), key, 0.3, 0.3, [0.3, 0])),
        new CellKind<LstmState>("Zoneout", (inputs, hidden, key) => Zoneout.Around(new LstmCell(inputs, hidden, key), key, 0.3, 0.6)),
        new CellKind<LayerStates<LayerStates<Tensor>>>("Stacked, of DelayedState of Zoneout", (inputs, hidden, key) => Stacked.Of(
            DelayedState.Of(Zoneout.Around(new RnnCell(inputs, hidden, key), key, 0.5), 2),
            DelayedState.Of(Zoneout.Around(VariationalDropout.Around(new GruCell(hidden, 2, key), key, 0.5), key.For("upper"), 0.3), 2)),
                HasDelays: true),
        new CellKind<Tensor>("Residual", (inputs, _, key) => Residual.Around(new GruCell(inputs, inputs, key))),
        new CellKind<LayerStates<Tensor>>("SkipStacked", (inputs, hidden, key) =>
            SkipStacked.Of(new RnnCell(inputs, hidden, key.For("lower")), new RnnCell(inputs + hidden, 2, key.For("upper")))),
        new CellKind<(LstmState, LayerStates<Tensor>)>("OutputFeedback", (inputs, hidden, key) => OutputFeedback.Around(
            Readout.Of(new LstmCell(inputs + 2, hidden, key), new Linear(hidden, 1, key)), outputs: 1, 1, 3), HasDelays: true),
        new CellKind<LayerStates<Tensor>>("MultiLag", MultiLagOf, HasDelays: true),
        new CellKind<LayerStates<LstmState>>(
        "DelayedState", (inputs, hidden, key) => DelayedState.Of(new LstmCell(inputs, hidden, key), 2), HasDelays: true),
        new CellKind<NarxState>("NarxCell", (inputs, hidden, key) => new NarxCell(inputs, hidden, 2, 1, 2, key), HasDelays: true),
        new CellKind<NarxState>("NarxCell, fed the truth", (inputs, hidden, key) =>
            new NarxCell(Math.Max(1, inputs - 1), hidden, 1, 1, 2, key).With(inputs > 1 ? NarxFeedback.True : NarxFeedback.Predicted),
            HasDelays: true),
        new CellKind<NarxState>("NarxCell, fed the error", (inputs, hidden, key) =>
            new NarxCell(Math.Max(1, inputs - 1), hidden, 1, 1, 2, key).With(inputs > 1 ? NarxFeedback.Error : NarxFeedback.Predicted),
            HasDelays: true),
    ];

    static MultiLag MultiLagOf(int inputs, int hidden, RandomKey key)
    {
        Linear input = new(inputs, hidden, key.For("x")), near = new(hidden, hidden, key.For("near")),
            far = new(hidden, hidden, key.For("far"));
        return new MultiLag(
            hidden, (x, past) => Tanh(input.Forward(x) + near.Forward(past[0]) + far.Forward(past[1])), [1, 3], input, near, far);
    }
}
