using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>
/// Sequences that have ended leave the batch of a compiled run, unless rows need each other; nothing but the time it takes depends on it.
/// </summary>
public class EndedSequencesTests
{
    const int Time = 120, Batch = 12, Inputs = 16, Units = 20;

    static readonly RandomKey Key = new(7);

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string cell in (string[])["lstm", "gru", "tuple", "stack", "rank 3", "step number"])
                foreach (string lengths in Lengths.Keys)
                    cases.Add(cell, lengths);
            return cases;
        }
    }

    static readonly Dictionary<string, int[]> Lengths = new()
    {
        ["any"] = [5, 120, 33, 80, 16, 109, 41, 1, 65, 120, 24, 96],
        ["sorted"] = [120, 120, 101, 88, 80, 61, 60, 44, 29, 17, 8, 1],
        ["halves"] = [40, 120, 40, 120, 40, 120, 40, 120, 40, 120, 40, 120],
        ["all end early"] = [60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60],
        ["one is long"] = [120, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4],
    };

    static Tensor Input(int features = Inputs) => InDouble.Draw(Key.For("input"), Time, Batch, features);

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheyLeaveAndNothingChanges(string cell, string lengths)
    {
        switch (cell)
        {
            case "lstm": Leaves(Recurrent.Over(new LstmCell(Inputs, Units, Key), InitialState.Learned), Lengths[lengths]); break;
            case "gru": Leaves(Recurrent.Over(new GruCell(Inputs, Units, Key)), Lengths[lengths]); break;
            case "tuple":
                Leaves(
                Recurrent.Over(Stacked.Of(new LstmCell(Inputs, 6, Key), new RnnCell(6, Units, Key))), Lengths[lengths]); break;
            case "stack":
                Leaves(
                Recurrent.Over(Stacked.Of(new LstmCell(Inputs, Units, Key), new LstmCell(Units, Inputs, Key))), Lengths[lengths]); break;
            case "rank 3": Leaves(Recurrent.Over(new OuterCell()), Lengths[lengths]); break;
            default: Leaves(Recurrent.Over(new NumberedCell()), Lengths[lengths]); break;
        }
    }

    static void Leaves<TState>(Recurrent<TState> layer, int[] lengths)
    {
        BothWays.Agree(layer, () => BothWays.Everything(layer, Input(), lengths, Input()));
        using var tape = InDouble.Tape(layer);
        Assert.Contains("leave the batch", layer.Explain(Input(), lengths), StringComparison.Ordinal);
    }

    [Fact]
    public void EachStateIsThatOfAllSteps()
    {
        var layer = Recurrent.Over(new LstmCell(Inputs, Units, Key));
        var run = layer.Run(Input().As(ElementType.Float32), Lengths["any"]);
        var all = run.StackedStates();
        Assert.Equal(Time, run.States.Count);
        foreach (int t in (int[])[0, 1, 32, 33, 95, 119])
        {
            Close.Same(all.H[t], run.States[t].H);
            Close.Same(all.C[t], run.States[t].C);
        }
        Close.Same(all.C[Time - 1], run.Final.C);
        Assert.Throws<ArgumentOutOfRangeException>(() => run.States[Time]);
    }

    [Fact]
    public void OnlyWhatIsLeftOfASequenceIsRunInSegments()
    {
        var layer = Recurrent.Over(new LstmCell(Inputs, Units, Key));
        var expected = BothWays.Everything(layer, Input(), Lengths["any"])[..3];
        layer.MemoryBudget = 60_000;
        using var tape = InDouble.Tape(layer);
        var run = layer.Run(Input(), Lengths["any"]);
        Close.Equal(expected[0], run.Outputs, BothWays.Bound);
        Close.Equal(expected[1], run.Final.H, BothWays.Bound);
    }

    [Fact]
    public void TheyStayWhereRowsNeedEachOther() => Stays(new FunctionCell<Tensor>(
        (x, h) => Same(0.5 * h + x - MeanKeepingAxes(x, 0)), Inputs));

    [Fact]
    public void TheyStayWhereSomethingHasARowForEach()
    {
        var own = InDouble.Draw(Key.For("rows"), Batch, Inputs);
        Stays(new FunctionCell<Tensor>((x, h) => Same(Tanh(0.5 * h + own * x)), Inputs));
    }

    [Fact]
    public void TheyStayWhereMasksAreDrawnForEach() => Stays(new FunctionCell<Tensor>(
        (x, h) => Same(Tanh(0.5 * h + x) * Key.At(TimeStep.Current).Uniform([Batch, Inputs], 0, 1, ElementType.Float64)), Inputs));

    [Fact]
    public void TheyStayWhereTheStepIsForOneBatch() => Stays(new FunctionCell<Tensor>(
        (x, h) => Same(Tanh(0.5 * h + x) * Sin(BroadcastTo(TimeStep.Current.ToTensor(x.ElementType), [Batch, Inputs]))), Inputs));

    static (Tensor Output, Tensor Next) Same(Tensor next) => (next, next);

    static void Stays(Cell<Tensor> cell)
    {
        var layer = Recurrent.Over(cell);
        BothWays.Agree(layer, () => BothWays.Everything(layer, Input(), Lengths["any"], Input()));
        Assert.DoesNotContain("leave the batch", layer.Explain(Input(), Lengths["any"]), StringComparison.Ordinal);
    }

    /// <summary>A matrix for each sequence.</summary>
    sealed class OuterCell() : Cell<Tensor>(default, Inputs, Inputs)
    {
        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            int batch = x.Shape[0];
            var next = 0.9 * state + Reshape(x, batch, Inputs, 1) * Reshape(Tanh(x), batch, 1, Inputs);
            return (Sum(next * Reshape(x, batch, 1, Inputs), 2), next);
        }

        public override Tensor Initial(int batch, ElementType type) => Tensor.Zeros([batch, Inputs, Inputs], type);
    }

    /// <summary>Reads the number of the step.</summary>
    sealed class NumberedCell : Cell<Tensor>
    {
        readonly Parameter w;

        public NumberedCell()
            : base(EndedSequencesTests.Key, Inputs)
            => Weight(out w, Inputs, Inputs);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var next = Tanh(MatMul(state, w) + x) * (1 + Sin(TimeStep.Current.ToTensor(x.ElementType)));
            return (next, next);
        }
    }
}
