using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>A kind of cell, whatever its state: how it is used, and how its runs are judged.</summary>
abstract record CellKind(string Name)
{
    /// <summary>Its uses: one step, and every driver with every kind of initial state.</summary>
    public abstract IEnumerable<ModuleCase> Cases { get; }

    /// <summary>A random cell under a driver: recurrent, or bidirectional.</summary>
    public abstract SequenceRun Run(Draw draw, bool bothDirections);

    /// <summary>A cell as its constructor leaves it.</summary>
    public abstract Module Fresh(RandomKey key);

    /// <summary>A random cell, stepped by hand.</summary>
    public abstract SteppedCell Stepped(Draw draw);

    /// <summary>The results and gradients of a run, compiled and eager, and which way the first took.</summary>
    public abstract ExecutionTrial BothExecutions(Draw draw);

    /// <summary>A random cell with a read-out and a task, for learning rules.</summary>
    public abstract LearningTrial Learning(Draw draw);

    /// <summary>A random cell in some mode, and all that drives it.</summary>
    public abstract DriverTrial Drivers(Draw draw);

    /// <summary>A cell run with and without the states between.</summary>
    public abstract ForgettingTrial Forgetting(Draw draw);

    /// <summary>Two cells in both directions, to be compared with the two exchanged.</summary>
    public abstract ReversalTrial Reversal(Draw draw);
}

/// <summary>
/// A driver with random parameters as a function from sequences to outputs <c>[time, batch, …]</c> and final states <c>[batch, …]</c>.
/// </summary>
sealed record SequenceRun(Module Module, int Inputs, Func<Tensor, int[], Tensor[]> Apply);

/// <summary>A cell with random parameters, whose state is a list of tensors.</summary>
sealed record SteppedCell(Module Module, int Inputs, Tensor[] State, Func<Tensor, Tensor[], (Tensor Output, Tensor[] Next)> Step);

static class CellKinds
{
    public static IReadOnlyList<CellKind> All { get; } =
    [
        new CellKind<Tensor>("RnnCell", (inputs, hidden, key) => new RnnCell(inputs, hidden, key)),
        new CellKind<Tensor>("RnnCell, sigmoid", (inputs, hidden, key) => new RnnCell(inputs, hidden, key, Functions.Sigmoid)),
        new CellKind<LstmState>("LstmCell", (inputs, hidden, key) => new LstmCell(inputs, hidden, key)),
        new CellKind<LstmState>("PeepholeLstmCell", (inputs, hidden, key) => new PeepholeLstmCell(inputs, hidden, key)),
        new CellKind<Tensor>("GruCell, reset before", (inputs, hidden, key) => new GruCell(inputs, hidden, key)),
        new CellKind<Tensor>("GruCell, reset after", (inputs, hidden, key) => new GruCell(inputs, hidden, key, GruReset.AfterProduct)),
        new CellKind<LayerStates<Tensor>>("Stacked, of RnnCell", (inputs, hidden, key) =>
            Stacked.Of(new RnnCell(inputs, hidden, key.For("lower")), new RnnCell(hidden, hidden, key.For("upper")))),
        new CellKind<LayerStates<LstmState>>("Stacked, of LstmCell", (inputs, hidden, key) =>
            Stacked.Of<LstmState>(new LstmCell(inputs, hidden, key.For("lower")), new PeepholeLstmCell(hidden, 1, key.For("upper")))),
        new CellKind<(LstmState, Tensor)>("Stacked, of two kinds", (inputs, hidden, key) =>
            Stacked.Of(new LstmCell(inputs, 2, key.For("lower")), new GruCell(2, hidden, key.For("upper")))),
        new CellKind<(LstmState, Tensor, LstmState)>("Stacked, of three kinds", (inputs, hidden, key) => Stacked.Of(
            new LstmCell(inputs, 2, key.For("a")), new GruCell(2, hidden, key.For("b")), new LstmCell(hidden, hidden, key.For("c")))),
        new CellKind<(LstmState, Tensor, LstmState, Tensor)>("Stacked, of four kinds", (inputs, hidden, key) => Stacked.Of(
            new LstmCell(inputs, 1, key.For("a")), new RnnCell(1, 2, key.For("b")), new LstmCell(2, 1, key.For("c")),
            new GruCell(1, hidden, key.For("d")))),
        new CellKind<LayerStates<Tensor[]>>("Stacked, of FlatState", (inputs, hidden, key) => Stacked.Of(
            FlatState.Of(new LstmCell(inputs, 2, key.For("lower"))), FlatState.Of(new GruCell(2, hidden, key.For("upper"))))),
        new CellKind<Tensor>("Cell with constants", (inputs, hidden, key) => new LeakyCell(inputs, hidden, key)),
        new CellKind<Tensor>("Cell of parts", (inputs, hidden, key) => new PartedUnit(inputs, hidden, key)),
        .. ArchitectureKinds.All,
        new CellKind<Tensor>("FocusedCell", (inputs, hidden, key) => new FocusedCell(inputs, hidden, key)),
    ];

    public static TheoryData<string> Names => [.. All.Select(kind => kind.Name)];

    public static CellKind Named(string name) => All.Single(kind => kind.Name == name);
}

/// <param name="Name">What it is called.</param>
/// <param name="Create">From numbers of inputs and hidden units.</param>
/// <param name="HasDelays">Whether its state may still hold first states, which are tracked only where they are learned.</param>
sealed record CellKind<TState>(string Name, Func<int, int, RandomKey, Cell<TState>> Create, bool HasDelays = false)
    : CellKind(Name)
{
    public override IEnumerable<ModuleCase> Cases =>
    [
        new($"{Name}: one step", OneStep),
        new($"{Name}: sequences", draw => Sequences(draw, InitialState.FromCell, hasLengths: false)),
        new($"{Name}: learned state, lengths", draw => Sequences(draw, InitialState.Learned, hasLengths: true)),
        new($"{Name}: given state, lengths", GivenState),
        new($"{Name}: both directions", BothDirections),
    ];

    public override SequenceRun Run(Draw draw, bool bothDirections)
    {
        int inputs = draw.Whole(1, 2);
        if (bothDirections)
        {
            var both = Bidirectional.Over(
                Create(inputs, draw.Whole(1, 3), draw.Key()), Create(inputs, 2, draw.Key()), InitialState.Learned);
            return new(Filled(draw, both), inputs, (x, lengths) =>
                both.Run(x, lengths) is var run ? [run.Outputs, .. State.Tensors(run.Forward.Final), .. State.Tensors(run.Backward.Final)]
                : []);
        }
        var one = Recurrent.Over(Create(inputs, draw.Whole(1, 3), draw.Key()), HasDelays || draw.Flag() ? InitialState.Learned
            : InitialState.FromCell);
        return new(Filled(draw, one), inputs, (x, lengths) => one.Run(x, lengths) is var run ? [run.Outputs, .. State.Tensors(run.Final)]
            : []);
    }

    public override Module Fresh(RandomKey key) => Create(2, 3, key);

    public override SteppedCell Stepped(Draw draw)
    {
        int inputs = draw.Whole(1, 2);
        var cell = Create(inputs, draw.Whole(1, 3), draw.Key());
        var template = cell.Initial(draw.Whole(1, 3), ElementType.Float64);
        return new(Filled(draw, cell), inputs, RandomState(draw, template), (x, state) =>
        {
            var (output, next) = cell.Step(x, StateTensors<TState>.Rebuild(template, state));
            return (output, State.Tensors(next));
        });
    }

    public override ExecutionTrial BothExecutions(Draw draw)
    {
        int inputs = draw.Whole(1, 2), batch = draw.Whole(1, 3), time = draw.Whole(2, 4);
        var layer = Recurrent.Over(Create(inputs, draw.Whole(1, 3), draw.Key()), HasDelays ? InitialState.Learned : InitialState.FromCell);
        int[] lengths = draw.Flag() ? Lengths(draw, batch, time) : [];
        var trial = ModuleCases.Trial(
            draw, layer,
            x => layer.Run(x[0], lengths) is var run ? Flat([run.Outputs, .. State.Tensors(run.Final)]) : x[0],
            draw.Values([time, batch, inputs], Domain.Any));
        return new(trial, execution => layer.Execution = execution, () => layer.LastPath);
    }

    public override LearningTrial Learning(Draw draw) => LearningTrial.Of(draw, Create);

    public override DriverTrial Drivers(Draw draw) => DriverTrial.Of(draw, Create);

    public override ForgettingTrial Forgetting(Draw draw) => ForgettingTrial.Of(draw, Create);

    public override ReversalTrial Reversal(Draw draw)
    {
        int inputs = draw.Whole(1, 2), hidden = draw.Whole(1, 3), batch = draw.Whole(1, 3), time = draw.Whole(1, 4);
        var (a, b) = (Create(inputs, hidden, draw.Key()), Create(inputs, hidden, draw.Key()));
        Filled(draw, a);
        Filled(draw, b);
        var (ab, ba) = (Bidirectional.Over(a, b), Bidirectional.Over(b, a));
        var x = draw.Values([time, batch, inputs], Domain.Any).As(ElementType.Float32);
        return new((x, lengths) => ab.Forward(x, lengths), (x, lengths) => ba.Forward(x, lengths), x, draw.Flag()
            ? Lengths(draw, batch, time) : []);
    }

    ModuleTrial OneStep(Draw draw)
    {
        int inputs = draw.Whole(1, 2), batch = draw.Whole(1, 2);
        var cell = Create(inputs, draw.Whole(1, 2), draw.Key());
        var template = cell.Initial(batch, ElementType.Float64);
        return ModuleCases.Trial(
            draw,
            cell,
            x =>
            {
                var (output, next) = cell.Step(x[0], StateTensors<TState>.Rebuild(template, [.. x.Skip(1)]));
                return Flat([output, .. State.Tensors(next)]);
            },
            [draw.Values([batch, inputs], Domain.Any), .. RandomState(draw, template)]);
    }

    ModuleTrial Sequences(Draw draw, InitialState initial, bool hasLengths)
    {
        int inputs = draw.Whole(1, 2), batch = draw.Whole(1, 2), time = draw.Whole(1, 3);
        var layer = Recurrent.Over(Create(inputs, draw.Whole(1, 2), draw.Key()), initial);
        int[] lengths = hasLengths ? Lengths(draw, batch, time) : [];
        return ModuleCases.Trial(draw, layer, x => Everything(layer.Run(x[0], lengths)), draw.Values([time, batch, inputs], Domain.Any));
    }

    ModuleTrial GivenState(Draw draw)
    {
        int inputs = draw.Whole(1, 2), batch = draw.Whole(1, 2), time = draw.Whole(1, 3);
        var layer = Recurrent.Over(Create(inputs, draw.Whole(1, 2), draw.Key()));
        int[] lengths = Lengths(draw, batch, time);
        var template = layer.Cell.Initial(batch, ElementType.Float64);
        return ModuleCases.Trial(
            draw,
            layer,
            x => Everything(layer.Run(x[0], StateTensors<TState>.Rebuild(template, [.. x.Skip(1)]), lengths)),
            [draw.Values([time, batch, inputs], Domain.Any), .. RandomState(draw, template)]);
    }

    ModuleTrial BothDirections(Draw draw)
    {
        var run = Run(draw, bothDirections: true);
        int batch = draw.Whole(1, 2), time = draw.Whole(1, 3);
        int[] lengths = draw.Flag() ? Lengths(draw, batch, time) : [];
        return new ModuleTrial(run.Module, x => Flat(run.Apply(x[0], lengths)), draw.Values([time, batch, run.Inputs], Domain.Any));
    }

    static int[] Lengths(Draw draw, int batch, int time) => [.. draw.Indices(batch, time).Select(length => length + 1)];

    static Module Filled(Draw draw, Module module) => ModuleCases.Trial(draw, module, x => x[0]).Module;

    static Tensor[] RandomState(Draw draw, TState template) =>
        [.. State.Tensors(template).Select(zero => draw.Values(zero.Shape, Domain.Between(-0.9, 0.9)))];

    static Tensor Everything(Unrolled<TState> run) =>
        Flat([run.Outputs, .. State.Tensors(run.Final), .. State.Tensors(run.StackedStates())]);

    static Tensor Flat(Tensor[] tensors) => Functions.Concatenate(0, [.. tensors.Select(tensor => tensor.Reshape(-1))]);
}

/// <summary>Leaky units that see those before them only: h = a·h + (1 − a)·tanh(x·W + h·(R ∘ mask)), both constant.</summary>
sealed class LeakyCell : Cell<Tensor>
{
    readonly Parameter W, R;
    readonly Tensor mask, leak;

    public LeakyCell(int inputs, int hidden, RandomKey key)
        : base(key, hidden)
    {
        Weight(out W, inputs, hidden);
        Weight(out R, hidden, hidden);
        float[] upper = [.. Enumerable.Range(0, hidden * hidden).Select(i => i / hidden <= i % hidden ? 1f : 0)];
        Constant(out mask, Tensor.From(upper, [hidden, hidden]));
        Constant(out leak, Tensor.From([.. Enumerable.Range(1, hidden).Select(i => 1.0 / (1 + i))], [hidden], ElementType.Float64));
    }

    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor h)
    {
        var next = leak * h + (1 - leak) * Functions.Tanh(Functions.MatMul(x, W) + Functions.MatMul(h, R * mask));
        return (next, next);
    }
}

/// <summary>A unit with a list of inputs, one number each, and two outputs.</summary>
sealed class PartedUnit : Cell<Tensor[], Tensor, (Tensor Before, Tensor After)>
{
    readonly Parameter W, R;

    public PartedUnit(int inputs, int hidden, RandomKey key)
        : base(key, [.. Enumerable.Repeat<Shape>([1], inputs)], hidden)
    {
        Weight(out W, 1, hidden);
        Weight(out R, hidden, hidden);
    }

    public override ((Tensor Before, Tensor After) Output, Tensor Next) StepParts(Tensor[] x, Tensor h)
    {
        var sum = Functions.MatMul(h, R);
        for (int i = 0; i < x.Length; i++) sum += (i + 1) * (x[i] * W.Reshape(-1));
        var next = Functions.Tanh(sum);
        return ((h.Reshape(h.Shape[0], 1, -1), next), next);
    }
}
