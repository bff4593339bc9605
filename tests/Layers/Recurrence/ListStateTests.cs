using System.Collections.Immutable;
using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>Arrays and lists of tensors as states, alone and among others.</summary>
public class ListStateTests
{
    static readonly Tensor Input = new RandomKey(1).Normal([5, 3, 2]);

    readonly record struct Memory(
        Tensor[] Line, Tensor Sum, (List<Tensor> Past, ImmutableArray<Tensor> Fixed) Rest, IReadOnlyList<Tensor> Any);

    static Tensor Number(double value) => Tensor.Full([1], value);

    static Memory Numbers() => new([Number(1), Number(2)], Number(3), ([Number(4)], [Number(5), Number(6)]), [Number(7)]);

    static double[] Values<TState>(TState state) => [.. State.Tensors(state).Select(tensor => tensor.ToScalar())];

    [Fact]
    public void TensorsComeInOrderOfDeclaration()
    {
        Assert.Equal([1.0, 2, 3, 4, 5, 6, 7], Values(Numbers()));
        Assert.Equal([1.0, 2], Values<Tensor[]>([Number(1), Number(2)]));
        Assert.Equal([1.0, 2], Values<IReadOnlyList<Tensor>>(new LayerStates<Tensor>([Number(1), Number(2)])));
        Assert.Equal([], Values<List<Tensor>>([]));
        Assert.Equal([3.0, 1, 2], Values((Number(3), new LayerStates<Memory>([new([], Number(1), ([], []), [Number(2)])]))));
    }

    [Fact]
    public void MapMakesNewListsOfTheSameKinds()
    {
        var before = Numbers();
        var mapped = State.Map(before, tensor => 10 * tensor);
        Assert.Equal([10.0, 20, 30, 40, 50, 60, 70], Values(mapped));
        Assert.Equal([1.0, 2, 3, 4, 5, 6, 7], Values(before));
        Assert.NotSame(before.Line, mapped.Line);
        Assert.IsType<LayerStates<Tensor>>(State.Map<IReadOnlyList<Tensor>>(new LayerStates<Tensor>([Number(1)]), tensor => tensor));
        Assert.IsType<Tensor[]>(State.Map<IReadOnlyList<Tensor>>(new Queue([Number(1)]), tensor => tensor));
        // An array of parameters could not hold the tensors that come out of them.
        Assert.Equal(typeof(Tensor[]), State.Map<Tensor[]>(new Parameter[] { new("p", Number(1)) }, tensor => 2 * tensor).GetType());
    }

    sealed class Queue(List<Tensor> tensors) : System.Collections.ObjectModel.ReadOnlyCollection<Tensor>(tensors);

    [Fact]
    public void AMissingTensorOrListIsAnError()
    {
        Missing(new Memory(null!, Number(1), ([], []), []));
        Missing(new Memory([], Number(1), ([], default), []));
        Missing(new Memory([Number(1), null!], Number(1), ([], []), []));
        Missing<Tensor[]>(null!);

        static void Missing<TState>(TState state)
        {
            string expected = $"A tensor of the state {typeof(TState).Name} is null.";
            Assert.Equal(expected, Assert.Throws<ArgumentException>(() => State.Tensors(state)).Message);
        }
    }

    [Fact]
    public void AListBeginsWithATensorForEachSize()
    {
        int[][] shapes = [[4, 2], [4, 3]];
        Assert.Equal(shapes, ShapesOf<Tensor[]>());
        Assert.Equal(shapes, ShapesOf<List<Tensor>>());
        Assert.Equal(shapes, ShapesOf<IReadOnlyList<Tensor>>());
        Assert.Equal(shapes, ShapesOf<ImmutableArray<Tensor>>());
        Assert.Equal(shapes, ShapesOf<ValueTuple<Tensor[]>>());

        static int[][] ShapesOf<TState>()
        {
            var initial = new FunctionCell<TState>((x, s) => (x, s), 2, 3).Initial(4, ElementType.Float32);
            return [.. State.Tensors(initial).Select(zero => zero.Shape.Lengths.ToArray())];
        }
    }

    [Fact]
    public void ListsOfUnknownLengthNeedAnInitialStateOfTheirOwn()
    {
        Unknown(new FunctionCell<Memory>((x, s) => (x, s), 2), "Memory");
        Unknown(new FunctionCell<Tensor[]>((x, s) => (x, s)), "Tensor[]");

        static void Unknown<TState>(Cell<TState> cell, string named)
        {
            var error = Assert.Throws<InvalidOperationException>(() => cell.Initial(1, ElementType.Float32));
            Assert.Equal($"FunctionCell`1: the state {named} has a list of states, of unknown length; override Initial.", error.Message);
        }
    }

    /// <summary>A line of past values is the same as three tensors in a tuple, with all its derivatives.</summary>
    [Theory]
    [InlineData(5, 5, 5)]
    [InlineData(5, 1, 3)]
    public void ALineOfTensorsRunsAsATupleDoes(params int[] lengths)
    {
        var line = new LineCell();
        var layer = Recurrent.Over(line);
        var tuple = Recurrent.Over(
            new FunctionCell<(Tensor A, Tensor B, Tensor C)>((x, s) => (Tanh(s.A + s.C), (line.New(x, s.B), s.A, s.B)), 2));
        BothWays.Agree(layer, () => BothWays.Everything(layer, Doubles, lengths));
        var (expected, actual) = (tuple.Run(Input, lengths), layer.Run(Input, lengths));
        Close.Same(expected.Outputs, actual.Outputs);
        Close.Same(State.Tensors(expected.Final), actual.Final);
        Close.Same(State.Tensors(expected.StackedStates()), actual.StackedStates());
        Close.Same(State.Tensors(expected.States[3]), actual.States[3]);
        GradientCheck.Run(line, Input, lengths, new() { Order = 2 }).ThrowIfFailed();
    }

    [Fact]
    public void EveryDriverTakesLists()
    {
        var cell = new LineCell();
        var whole = Recurrent.Over(cell).Run(Input);
        var learned = Recurrent.Over(new LineCell(), InitialState.Learned);
        Assert.Equal(["initial0", "initial1", "initial2"], learned.Parameters.Take(3).Select(parameter => parameter.Name));
        BothWays.Agree(learned, () => BothWays.Everything(learned, Doubles));

        var stream = StreamingCell.Over(cell, 2, 3);
        for (int t = 0; t < 5; t++) stream.Step(At(Input, t).AsSpan<float>());
        Close.Equal(whole.Final[0], stream.CurrentState[0], 1e-6, "the state of a stream");

        var rule = RealTimeLearning.Of(cell).Run(Input, (output, _) => Loss(output));
        var through = BackPropagation.Through(cell).ThroughTime(Input, Loss);
        for (int i = 0; i < 2; i++) Close.Equal(through.Gradients[i], rule.Gradients[i], 1e-5, "the gradient of a learning rule");
        Close.Equal(through.Initial[1], rule.Initial[1], 1e-5, "the gradient of the state");

        static Tensor Loss(Tensor outputs) => Sum(outputs * outputs);
    }

    [Fact]
    public void SegmentsAndWrappersTakeLists()
    {
        var lower = Zoneout.Around(new LineCell(), new RandomKey(3), 0.2);
        var upper = Zoneout.Around(new LineCell(), new RandomKey(4), 0.1);
        var layer = Recurrent.Over(Stacked.Of(lower, upper));
        var whole = BothWays.Everything(layer, Doubles);
        layer.MemoryBudget = 1;
        using var tape = InDouble.Tape(layer);
        var run = layer.Run(Doubles);
        Close.Same(whole[0], run.Outputs);
        Close.Same(whole[1], run.Final[0][0]);
    }

    [Theory]
    [InlineData(Execution.Compiled)]
    [InlineData(Execution.Eager)]
    public void OtherLengthsAfterAStepAreAnError(Execution execution)
    {
        var one = Tensor.Zeros([3, 2]);
        Fails<ShapeException, Tensor[]>(
            "FunctionCell`1.Step: tensor 2 of the state is missing before the step and [3, 2] after it.",
            (x, s) => (x, [x, .. s]), [one, one]);
        Fails<ShapeException, List<Tensor>>(
            "FunctionCell`1.Step: tensor 1 of the state is [3, 2] before the step and missing after it.", (x, s) => (x, [x]), [one, one]);
        // As many as before, and of the same shapes, but not in the same lists.
        Fails<ShapeException, (Tensor[] A, Tensor[] B)>(
            "FunctionCell`1.Step: the lists of the state have lengths 2, 1 before the step and 1, 2 after it.",
            (x, s) => (x, (s.B, s.A)), ([one, one], [one]));
        Fails<ShapeException, LayerStates<Tensor[]>>(
            "FunctionCell`1.Step: the lists of the state have lengths 2, 1, 1 before the step and 1, 2 after it.",
            (x, s) => (x, new([[s[0][0], s[1][0]]])), new([[one], [one]]));

        void Fails<TException, TState>(string message, Func<Tensor, TState, (Tensor, TState)> step, TState initial)
            where TException : Exception
        {
            var layer = Recurrent.Over(new FunctionCell<TState>(step));
            layer.Execution = execution;
            Assert.Equal(message, Assert.Throws<TException>(() => layer.Run(Input, initial)).Message);
        }
    }

    /// <summary>Otherwise the states of earlier steps, and those of sequences that have ended, would change with it.</summary>
    [Theory]
    [InlineData(Execution.Compiled)]
    [InlineData(Execution.Eager)]
    public void AStepThatChangesItsListIsAnError(Execution execution)
    {
        var buffer = new Tensor[1];
        Fails(new FunctionCell<Tensor[]>((x, s) => (x, Set(s, x)), 2, 2));
        Fails(new FunctionCell<List<Tensor>>((x, s) => (x, Set(s, x)), 2, 2));
        // The same array at every step is changed as soon as it comes back.
        Fails(new FunctionCell<Tensor[]>((x, s) => (x, Set(buffer, s[0] + x)), 2), eagerly: true);
        Recurrent.Over(new FunctionCell<Tensor[]>((x, s) => (x, s), 2)).Run(Input);

        static TList Set<TList>(TList list, Tensor x)
            where TList : IList<Tensor>
        {
            list[0] = x;
            return list;
        }

        void Fails<TState>(Cell<TState> cell, bool eagerly = false)
        {
            var layer = Recurrent.Over(cell);
            layer.Execution = eagerly ? Execution.Eager : execution;
            var error = Assert.Throws<InvalidOperationException>(() => layer.Run(Input));
            Assert.Equal("FunctionCell`1.Step: it changed a list in the state that it was given; a step makes new ones.", error.Message);
        }
    }

    [Theory]
    [InlineData(Execution.Compiled)]
    [InlineData(Execution.Eager)]
    public void AListMayBeEmpty(Execution execution)
    {
        var layer = Recurrent.Over(new FunctionCell<Tensor[]>((x, s) => (2 * x, s)));
        layer.Execution = execution;
        var run = layer.Run(Input, initial: []);
        Close.Same(2 * Input, run.Outputs);
        Assert.Equal([5, 0, 0], [run.States.Count, run.States[4].Length, run.StackedStates().Length]);
    }

    static Tensor Doubles => Input.As(ElementType.Float64);

    sealed class LineCell : Cell<Tensor[]>
    {
        readonly Parameter w, r;

        public LineCell()
            : base(new RandomKey(2), 2, 2, 2)
        {
            Weight(out w, 2, 2);
            Weight(out r, 2, 2);
        }

        public Tensor New(Tensor x, Tensor past) => Tanh(MatMul(x, w) + MatMul(past, r));

        public override (Tensor Output, Tensor[] Next) Step(Tensor x, Tensor[] state) =>
            (Tanh(state[0] + state[2]), [New(x, state[1]), .. state[..^1]]);
    }
}
