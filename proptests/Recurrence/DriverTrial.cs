using Autograd.Layers;
using static System.FormattableString;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>A cell in some mode, sequences, a beginning, and every way there is to run the one over the others.</summary>
abstract record DriverTrial
{
    /// <summary>What <see cref="Recurrent"/> gives.</summary>
    public abstract DriverRun Expected(bool hasLengths);

    /// <summary>What the others give.</summary>
    public abstract IEnumerable<DriverRun> Others();

    /// <summary>What rounding may do over the steps.</summary>
    public double Tolerance(double scale) => 64 * Steps * ElementType.Float32.Epsilon() * Math.Max(1, scale);

    public static DriverTrial<TState> Of<TState>(Draw draw, Func<int, int, RandomKey, Cell<TState>> create)
    {
        int inputs = draw.Whole(1, 3), batch = draw.Whole(1, 3), time = draw.Whole(1, 6);
        var cell = create(inputs, draw.Whole(1, 4), draw.Key());
        ModuleCases.Trial(draw, cell, x => x[0]);
        var beginning = draw.OneOf(Beginning.Own, Beginning.Learned, Beginning.Given);
        var layer = Recurrent.Over(cell, beginning == Beginning.Learned ? InitialState.Learned : InitialState.FromCell);
        ModuleCases.Trial(draw, layer, x => x[0]);
        var given = State.Map(
            cell.Initial(batch, ElementType.Float32), zero => draw.Values(zero.Shape, Domain.Between(-0.9, 0.9)).As(ElementType.Float32));
        int? mode = draw.Flag() ? draw.Whole(0, 1000) : null;
        var x = draw.Values([time, batch, inputs], Domain.Between(-2, 2)).As(ElementType.Float32);
        int[] lengths = [.. draw.Indices(batch, time).Select(length => length + 1)];
        return new(layer, mode, beginning, given, beginning == Beginning.Given ? draw.Whole(0, 3) : 0, x, lengths);
    }

    protected abstract int Steps { get; }
}

enum Beginning
{
    Own,
    Learned,
    Given,
}

/// <param name="Driver">Who ran the cell.</param>
/// <param name="HasLengths">Whether with lengths.</param>
/// <param name="Outputs">The outputs of all steps, <c>[time, batch, outputs]</c>; null if not told.</param>
/// <param name="Last">The output at each sequence's last step, <c>[batch, outputs]</c>.</param>
/// <param name="Final">The final state.</param>
sealed record DriverRun(string Driver, bool HasLengths, Tensor? Outputs, Tensor Last, Tensor[] Final);

/// <inheritdoc/>
sealed record DriverTrial<TState>(
    Recurrent<TState> Layer, int? TrainingStep, Beginning Beginning, TState Given, int FirstStep, Tensor X, int[] Lengths) : DriverTrial
{
    Cell<TState> Cell => Layer.Cell;

    bool IsGiven => Beginning == Beginning.Given;

    protected override int Steps => X.Shape[0];

    int[] Full => [.. Lengths.Select(_ => Steps)];

    public override DriverRun Expected(bool hasLengths) => Run("Recurrent", Execution.Eager, hasLengths);

    public override IEnumerable<DriverRun> Others()
    {
        SetMode();
        yield return Run("Recurrent, compiled", Execution.Compiled, hasLengths: false);
        yield return Run("Recurrent, compiled", Execution.Compiled, hasLengths: true);
        yield return ByHand();
        yield return Stream();
        yield return Prompts(hasLengths: false);
        yield return Prompts(hasLengths: true);
        yield return Learned(
            "ThroughTime", loss => Rule.ThroughTime(X, y => loss(y, 0)),
            loss => Rule.ThroughTime(X, Given, y => loss(y, 0), [], FirstStep));
        yield return Learned(
            "ThroughTime", loss => Rule.ThroughTime(X, y => loss(y, 0), Lengths), loss =>
            Rule.ThroughTime(X, Given, y => loss(y, 0), Lengths, FirstStep),
            hasLengths: true);
        yield return Learned(
            "Truncated", loss => Rule.Truncated(X, 2, 3, loss), loss => Rule.Truncated(X, Given, 2, 3, loss, firstStep: FirstStep));
        if (FirstStep == 0) yield return Reservoir();
        if (IsGiven) yield break;
        foreach (var state in new[] { ChunkState.Carried, ChunkState.CarriedWithGradient })
            yield return Learned($"InChunks, {state}", loss => Rule.InChunks(X, 2, loss, state));
        yield return Learned("RealTimeLearning", loss => RealTimeLearning.Of(Cell).Run(X, loss));
    }

    public override string ToString() =>
        Invariant($"{Cell.GetType().Name}, x {X.Shape}, lengths {string.Join(' ', Lengths)}, state {Beginning}, first step ")
            + Invariant($"{FirstStep}, training ")
        + Invariant($"{TrainingStep}");

    BackPropagation<TState> Rule => BackPropagation.Through(Cell);

    void SetMode()
    {
        if (TrainingStep is { } step) Layer.Train(step);
        else Layer.Evaluate();
    }

    DriverRun Run(string name, Execution execution, bool hasLengths)
    {
        SetMode();
        Layer.Execution = execution;
        int[] lengths = hasLengths ? Lengths : [];
        var run = IsGiven ? Layer.Run(X, Given, lengths, FirstStep) : Layer.Run(X, lengths);
        return Result(name, hasLengths, run.Outputs, run.Final);
    }

    DriverRun Result(string name, bool hasLengths, Tensor outputs, TState final) => new(
        name, hasLengths, outputs, Stack([.. (hasLengths ? Lengths : Full).Select((length, b) => outputs[length - 1][b])]),
        State.Tensors(final));

    DriverRun ByHand()
    {
        var state = IsGiven ? Given : Cell.First(X.Shape[1], X.ElementType);
        var outputs = new Tensor[Steps];
        for (int t = 0; t < Steps; t++)
        {
            using var step = TimeStep.Begin(FirstStep + t);
            (outputs[t], state) = Cell.Step(X[t], state);
        }
        return Result("a loop by hand", false, Stack(outputs), state);
    }

    // Made and used in another mode before: only that of the time of the step counts.
    DriverRun Stream()
    {
        int inputs = X.Shape[2], batch = X.Shape[1];
        if (TrainingStep is null) Layer.Train(7);
        else Layer.Evaluate();
        var stream = IsGiven ? StreamingCell.Over(Cell, inputs, Given, batch) : StreamingCell.Over(Cell, inputs, batch);
        stream.Step(X[0].AsSpan<float>());
        stream.Reset();
        SetMode();
        stream.Time = FirstStep;
        Tensor[] outputs =
            [.. Enumerable.Range(0, Steps).Select(t => Tensor.From(stream.Step(X[t].AsSpan<float>()).ToArray()).Reshape(batch, -1))];
        return Result("StreamingCell", false, Stack(outputs), stream.CurrentState);
    }

    // The symbols are the numbers of the rows of all inputs.
    DriverRun Prompts(bool hasLengths)
    {
        int batch = X.Shape[1];
        var decoder = new Decoder<TState>(Cell, symbols => GatherRows(X.Reshape(-1, X.Shape[2]), symbols), y => y);
        int[][] prompts =
            [.. (hasLengths ? Lengths : Full).Select((length, b) => Enumerable.Range(0, length).Select(t => t * batch + b).ToArray())];
        var (last, state) = IsGiven ? decoder.Read(prompts, Given, FirstStep) : decoder.Read(prompts);
        return new("Decoder.Read", hasLengths, null, last, State.Tensors(state));
    }

    DriverRun Learned(
        string name, Func<StepLoss, SequenceGradients<TState>> rule, Func<StepLoss, SequenceGradients<TState>>? fromGiven = null,
        bool hasLengths = false)
    {
        var outputs = new List<Tensor>();
        var found = (IsGiven ? fromGiven! : rule)((y, _) =>
        {
            outputs.Add(y.Detach());
            return Sum(y);
        });
        return Result(name, hasLengths, Concatenate(0, [.. outputs]), found.Final);
    }

    // In double, whatever the type of the others.
    DriverRun Reservoir()
    {
        int inputs = X.Shape[2], batch = X.Shape[1];
        var network = new ReservoirNetwork<TState>(Cell, inputs, features: 1, outputs: 1);
        ReservoirState<TState>? from = IsGiven
            ? new(State.Map(Given, tensor => tensor.As(ElementType.Float64)), Tensor.Zeros([batch, 1], ElementType.Float64)) : null;
        var (features, final) = network.Harvest(X, Tensor.Zeros([Steps, batch, 1]), from);
        return Result("ReservoirNetwork", false, Slice(features, -1, inputs, features.Shape[2] - inputs), final.Reservoir);
    }
}
