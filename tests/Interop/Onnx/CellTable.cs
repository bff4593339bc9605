using Autograd.Layers;
using Autograd.Onnx;

namespace Autograd.Interop;

/// <summary>A cell that is exported, as functions that do not name its state.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Inputs">Number of inputs.</param>
/// <param name="Module">The cell.</param>
abstract record ExportedCell(string Name, int Inputs, Module Module)
{
    public abstract OnnxModel Export(bool hasLengths, OnnxOptions? options = null);

    /// <summary>Random inputs of a size for the file, and what the cell gives for them.</summary>
    public abstract ((string Name, object Value)[] Inputs, (string Name, Tensor Value)[] Outputs) Run(int time, int batch, int[] lengths);

    public override string ToString() => Name;
}

/// <inheritdoc/>
sealed record ExportedCell<TState>(string Name, int Inputs, Cell<TState> Cell) : ExportedCell(Name, Inputs, Cell)
{
    readonly Recurrent<TState> layer = Recurrent.Over(Cell);

    public override OnnxModel Export(bool hasLengths, OnnxOptions? options = null) =>
        OnnxModel.ExportWithState(layer, Inputs, hasLengths, options);

    public override ((string Name, object Value)[] Inputs, (string Name, Tensor Value)[] Outputs) Run(int time, int batch, int[] lengths)
    {
        var key = new RandomKey(7).For(Name).At(100 * time + batch);
        var x = key.For("x").Normal([time, batch, Inputs]);
        int count = 0;
        var state = State.Map(Cell.First(batch, ElementType.Float32), tensor =>
            key.For("state").At(count++).Uniform(tensor.Shape, -0.9, 0.9, tensor.ElementType));
        var run = layer.Run(x, state, lengths);
        return (
            [("x", x), .. lengths.Length > 0 ? ((string, object)[])[("lengths", lengths)] : [],
                .. Named("state", State.Tensors(state)).Select(pair => (pair.Name, (object)pair.Value))],
            [("y", run.Outputs), .. Named("final", State.Tensors(run.Final))]);
    }

    static IEnumerable<(string Name, Tensor Value)> Named(string name, Tensor[] tensors) =>
        tensors.Select((tensor, i) => (FormattableString.Invariant($"{name}{i}"), tensor));
}

/// <summary>Every cell and wrapper of the library, with random numbers in the place of all parameters.</summary>
static class CellTable
{
    static readonly RandomKey Key = new(3);

    public static IReadOnlyList<ExportedCell> All { get; } = [.. Cells().Select(Filled)];

    public static TheoryData<string> Names => [.. All.Select(cell => cell.Name)];

    public static ExportedCell Named(string name) => All.Single(cell => cell.Name == name);

    /// <summary>Random numbers for all parameters, so that no bias is 0 and no gain 1.</summary>
    public static TModule Filled<TModule>(TModule module)
        where TModule : Module
    {
        foreach (var (path, parameter) in module.NamedParameters())
            parameter.Assign(Key.For(path).Uniform(parameter.Shape, -0.7, 0.7, parameter.ElementType));
        return module;
    }

    static ExportedCell Filled(ExportedCell cell)
    {
        Filled(cell.Module);
        return cell;
    }

    static ExportedCell Of<TState>(Cell<TState> cell, string? name = null, int inputs = 3) =>
        new ExportedCell<TState>(name ?? cell.GetType().Name.Split('`')[0], inputs, cell);

    static RandomKey K(string name) => Key.For(name);

    static IEnumerable<ExportedCell> Cells() =>
    [
        Of(new RnnCell(3, 4, K("a"))),
        Of(new RnnCell(3, 4, K("a"), Functions.Relu), "RnnCell, relu"),
        Of(new ElmanCell(3, 4, 2, K("a"))),
        Of(new JordanCell(3, 4, 2, K("a"))),
        Of(new FullyRecurrentCell(3, 4, 2, K("a"))),
        Of(new CopyBackCell(3, 4, 2, K("a"))),
        Of(new LstmCell(3, 4, K("a"))),
        Of(new PeepholeLstmCell(3, 4, K("a"))),
        Of(new FullPeepholeLstmCell(3, 4, K("a"))),
        Of(new CoupledLstmCell(3, 4, K("a"))),
        Of(new LayerNormLstmCell(3, 4, K("a"))),
        Of(new Lstm1997Cell(3, 4, K("a"))),
        Of(new Lstm1997Cell(3, 4, K("a"), Lstm1997Gradient.Truncated), "Lstm1997Cell, truncated"),
        Of(new ProjectedLstmCell(3, 5, 2, K("a"))),
        Of(new GruCell(3, 4, K("a"))),
        Of(new GruCell(3, 4, K("a"), GruReset.AfterProduct), "GruCell, reset after"),
        Of(new LayerNormGruCell(3, 4, K("a"))),
        Of(new FocusedCell(3, 4, K("a"))),
        Of(new ContractiveCell(3)),
        Of(new StateSpaceCell(3, (u, x) => 0.9 * x + Functions.Sin(u), Functions.Square)),
        Of(new NarxCell(3, 4, 2, 2, 3, K("a"))),
        Of(new NarxCell(1, 4, 2, 0, 2, K("a")).With(NarxFeedback.Error), "NarxCell, fed errors"),
        Of(new EchoStateCell(3, 20, K("a"), new() { Leak = 0.7, BiasScaling = 0.3 })),
        Of(new LiquidStateCell(3, K("a"), new() { Grid = (2, 2, 3), InputScaling = 4, InputConnectivity = 1 })),
        Of(Stacked.Of(new RnnCell(3, 4, K("a")), new RnnCell(4, 2, K("b")), new RnnCell(2, 5, K("c")))),
        Of(Stacked.Of(new LstmCell(3, 4, K("a")), new GruCell(4, 2, K("b"))), "Stacked, of two kinds"),
        Of(Stacked.Of(new LstmCell(3, 4, K("a")), new GruCell(4, 2, K("b")), new LstmCell(2, 3, K("c"))), "Stacked, of three kinds"),
        Of(
            Stacked.Of(new LstmCell(3, 4, K("a")), new GruCell(4, 2, K("b")), new LstmCell(2, 3, K("c")), new RnnCell(3, 1, K("d"))),
            "Stacked, of four kinds"),
        Of(SkipStacked.Of(new RnnCell(3, 4, K("a")), new RnnCell(7, 2, K("b")))),
        Of(DelayedState.Of(new LstmCell(3, 4, K("a")), 3)),
        Of(FlatState.Of(new LstmCell(3, 4, K("a")))),
        Of(MultiLagCell()),
        Of(OutputFeedback.Around(new GruCell(3 + 4, 2, K("a")), 2, 1, 4)),
        Of(Readout.Of(new LstmCell(3, 4, K("a")), new Linear(4, 2, K("b")))),
        Of(Readout.Of(new LstmCell(3, 4, K("a")), new RidgeReadout(4, 2)), "Readout, in double"),
        Of(Residual.Around(new RnnCell(3, 3, K("a")))),
        Of(VariationalDropout.Around(new LstmCell(3, 4, K("a")), K("m"), 0.3, 0.3, [0.3, 0])),
        Of(Zoneout.Around(new LstmCell(3, 4, K("a")), K("m"), 0.1, 0.4)),
        Of(GradientLimitedCell.ByNorm(new LstmCell(3, 4, K("a")), 1)),
        Of(new PartedUnit(K("a"))),
        Of(new ClockedCell(3, 4, K("a"))),
    ];

    static MultiLag MultiLagCell()
    {
        var (input, near, far) = (new Linear(3, 2, K("a")), new Linear(2, 2, K("b")), new Linear(2, 2, K("c"), hasBias: false));
        return new MultiLag(2, (x, h) => Functions.Tanh(input.Forward(x) + near.Forward(h[0]) + far.Forward(h[1])), [1, 3], input, near,
            far);
    }
}

/// <summary>Two inputs and two outputs, side by side as columns.</summary>
sealed class PartedUnit : Cell<(Tensor A, Tensor B), Tensor, (Tensor Before, Tensor After)>
{
    readonly Parameter W, R;

    public PartedUnit(RandomKey key)
        : base(key, [[2], [1]], 4)
    {
        Weight(out W, 2, 4);
        Weight(out R, 4, 4);
    }

    public override ((Tensor Before, Tensor After) Output, Tensor Next) StepParts((Tensor A, Tensor B) x, Tensor h)
    {
        var next = Functions.Tanh(Functions.MatMul(x.A, W) + Functions.MatMul(h, R) * x.B);
        return ((h.Reshape(h.Shape[0], 2, 2), next), next);
    }
}

/// <summary>A cell with a gate of the time step, a learned one, and a constant.</summary>
sealed class ClockedCell : Cell<Tensor>
{
    readonly Parameter W, R, Phase;
    readonly Tensor rates;

    public ClockedCell(int inputs, int hidden, RandomKey key)
        : base(key, hidden)
    {
        Weight(out W, inputs, hidden);
        Weight(out R, hidden, hidden);
        Bias(out Phase, hidden);
        Constant(out rates, Tensor.From([.. Enumerable.Range(1, hidden).Select(i => 0.3 * i)]));
    }

    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor h)
    {
        var t = TimeStep.Current.ToTensor(x.ElementType);
        var isDue = Functions.Greater(Functions.Sin(t * 0.5), -0.2);
        var wave = 1 + 0.5 * Functions.Sin(t * rates + Phase);
        var next = Functions.Where(isDue, Functions.Tanh(Functions.MatMul(x, W) + Functions.MatMul(h, R)) * wave, h);
        return (next, next);
    }
}
