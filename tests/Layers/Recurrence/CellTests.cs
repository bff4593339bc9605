using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Autograd.Layers;
using Pair = (Autograd.Tensor Left, Autograd.Tensor Right);

namespace Autograd.Tests.Layers.Recurrence;

public class CellTests
{
    static readonly Tensor Input = new RandomKey(1).Normal([4, 3, 2]);

    readonly record struct Counted(Tensor Values, int Steps);

    sealed record Boxed(Tensor Values);

    // One field for three tensors: the fields do not say what is in it.
    [InlineArray(3)]
    struct Three
    {
        public Tensor First;
    }

    [StructLayout(LayoutKind.Explicit)]
    struct Overlapping
    {
        [FieldOffset(0)]
        public Tensor Values;

        [FieldOffset(0)]
        public Tensor Again;
    }

    [Fact]
    public void InitialStatesAreZerosOfTheDeclaredSizes()
    {
        var state = new FunctionCell<((Tensor A, LstmState B) C, Tensor D)>((x, s) => (x, s), 1, 2, 3, 4).Initial(5, ElementType.Float64);
        Assert.Equal([5, 1], state.C.A.Shape.Lengths.ToArray());
        Assert.Equal([5, 2], state.C.B.H.Shape.Lengths.ToArray());
        Assert.Equal([5, 3], state.C.B.C.Shape.Lengths.ToArray());
        Assert.Equal([5, 4], state.D.Shape.Lengths.ToArray());
        Assert.All(State.Tensors(state), tensor => Assert.All(tensor.ToDoubles(), x => Assert.Equal(0, x)));
        Assert.All(State.Tensors(state), tensor => Assert.Equal(ElementType.Float64, tensor.ElementType));
    }

    [Fact]
    public void OneSizeStandsForAll()
    {
        var state = new FunctionCell<(LstmState, Tensor)>((x, s) => (x, s), 7).Initial(2, ElementType.Float32);
        Assert.All(State.Tensors(state), tensor => Assert.Equal([2, 7], tensor.Shape.Lengths.ToArray()));
    }

    [Fact]
    public void InitialCanBeOverridden()
    {
        var run = Recurrent.Over(new FromOnes()).Run(Tensor.Zeros([2, 3, 2]));
        Close.Same(Tensor.Ones([2, 3, 3]), run.Outputs);
    }

    [Fact]
    public void ATensorIsAState() =>
        Works(new FunctionCell<Tensor>((x, s) => (s + x, s + x), 2), final => [final]);

    [Fact]
    public void ATupleIsAState() =>
        Works(new FunctionCell<Pair>((x, s) => (s.Left, (s.Left + x, s.Right - x)), 2), final => [final.Left, -final.Right]);

    [Fact]
    public void ARecordStructIsAState()
    {
        var final = Recurrent.Over(new TraceCell()).Run(Input, [1, 4, 2]).Final;
        Assert.Equal(0.5 * Input.At(0, 2, 0) + Input.At(1, 2, 0), final.Fast.At(2, 0), 1e-6);
        Assert.Equal(0.9 * Input.At(0, 2, 0) + Input.At(1, 2, 0), final.Slow.At(2, 0), 1e-6);
    }

    [Fact]
    public void ANestedTupleIsAState() =>
        Works(
            new FunctionCell<(Tensor A, (LstmState B, Tensor C) D)>(
                (x, s) => (x, (s.A + x, (new LstmState(s.D.B.H + x, s.D.B.C - x), s.D.C - x))), 2),
            final => [final.A, final.D.B.H, -final.D.B.C, -final.D.C]);

    [Fact]
    public void LayerStatesInsideATupleAreAState()
    {
        var zero = Tensor.Zeros([3, 2]);
        var cell = new FunctionCell<(LayerStates<Tensor> Layers, Tensor Sum)>(
            (x, s) => (x, (new([s.Layers[0] + x, s.Layers[1] - x]), s.Sum + x)), 2);
        int[] lengths = [1, 4, 2];
        var final = Recurrent.Over(cell).Run(Input, (new([zero, zero]), zero), lengths).Final;
        Assert.All((Tensor[])[final.Layers[0], -final.Layers[1]], sum => Close.Same(final.Sum, sum));
        Assert.Equal(Input.At(0, 0, 1), final.Sum.At(0, 1));
    }

    /// <summary>The number of layers is not known from the type alone, so there are no zeros for it.</summary>
    [Fact]
    public void LayerStatesNeedAnInitialStateOfTheirOwn()
    {
        var cell = new FunctionCell<(LayerStates<Tensor>, Tensor)>((x, s) => (x, s), 2);
        var error = Assert.Throws<InvalidOperationException>(() => cell.Initial(1, ElementType.Float32));
        Assert.StartsWith(
            "FunctionCell`1: the state (LayerStates<Tensor>, Tensor) has a list of states, of unknown length; override Initial.",
            error.Message);
    }

    [Fact]
    public void OtherTypesAreNoStates()
    {
        const string hidden = " has more in it than fields that this program knows; if they are states, let it be an IStatePart";
        Rejects(new FunctionCell<Boxed>((x, s) => (x, s), 2));
        Rejects(new FunctionCell<Counted>((x, s) => (x, s), 2), ": System.Int32 is none of these");
        Rejects(new FunctionCell<int[]>((x, s) => (x, s), 2));
        Rejects(new FunctionCell<LstmState[]>((x, s) => (x, s), 2));
        Rejects(new FunctionCell<int>((x, s) => (x, s), 2));
        Rejects(new FunctionCell<(Tensor, DayOfWeek)>((x, s) => (x, s), 2), ": System.DayOfWeek is none of these");
        Rejects(new FunctionCell<(Tensor, (Tensor, string))>((x, s) => (x, s), 2), ": System.String is none of these");
        Rejects(new FunctionCell<(Tensor, Traces?)>((x, s) => (x, s), 2), $": {typeof(Traces?)} is none of these");
        Rejects(new FunctionCell<Traces?>((x, s) => (x, s), 2));
        Rejects(new FunctionCell<Overlapping>((x, s) => (x, s), 2));
        Rejects(new FunctionCell<ValueTuple>((x, s) => (x, s), 2), $": {typeof(ValueTuple)}{hidden}");
        Rejects(new FunctionCell<Three>((x, s) => (x, s), 2), $": {typeof(Three)}{hidden}");
        Rejects(new FunctionCell<LayerStates<int>>((x, s) => (x, s), 2), state: new LayerStates<int>([1]), named: typeof(int));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public void AnotherNumberOfSizesIsAnError(int count)
    {
        int[] sizes = [.. Enumerable.Repeat(2, count)];
        var cell = new FunctionCell<(LstmState, Tensor)>((x, s) => (x, s), sizes);
        var error = Assert.Throws<InvalidOperationException>(() => cell.Initial(1, ElementType.Float32));
        Assert.Equal(
            $"FunctionCell`1: {count} state sizes were declared for 3 tensors of (LstmState, Tensor); " +
            "give one for each, or one for all, or override Initial.",
            error.Message);
    }

    [Fact]
    public void SizesBelowOneAreAnError()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new FunctionCell<Tensor>((x, s) => (x, s), 0));
        Assert.StartsWith("FunctionCell`1: hidden must be at least 1; it is 0.", error.Message);
        Assert.Throws<ArgumentNullException>(() => new FunctionCell<Tensor>((x, s) => (x, s), null!));
    }

    // Every tensor must come out as the sum of the inputs of the sequence's own steps.
    static void Works<TState>(Cell<TState> cell, Func<TState, Tensor[]> sums)
    {
        var final = Recurrent.Over(cell).Run(Input, [1, 4, 2]).Final;
        foreach (var sum in sums(final))
            for (int b = 0; b < 3; b++)
                Assert.Equal(Enumerable.Range(0, new[] { 1, 4, 2 }[b]).Sum(t => Input.At(t, b, 1)), sum.At(b, 1), 1e-5);
    }

    static void Rejects<TState>(Cell<TState> cell, string because = "", TState? state = default, Type? named = null)
    {
        string message =
            $"A state is a tensor, a list of tensors, or a tuple or record struct of states; {named ?? typeof(TState)} is not{because}.";
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => Recurrent.Over(cell).Run(Input, state!)).Message);
        if (named is null) Assert.Equal(message, Assert.Throws<ArgumentException>(() => Recurrent.Over(cell).Run(Input)).Message);
    }
}
