using Autograd.Layers;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>What <see cref="Recurrent{TState}"/> and <see cref="Bidirectional{TState}"/> refuse.</summary>
public class RecurrentErrorTests
{
    static readonly RandomKey Key = new(1);
    static readonly Recurrent<Tensor> Model = Recurrent.Over(new RnnCell(2, 3, Key));
    static readonly Bidirectional<Tensor> Both = Bidirectional.Over(new RnnCell(2, 3, Key), new RnnCell(2, 3, Key));
    static readonly Tensor Input = Tensor.Ones([5, 2, 2]);

    [Theory]
    [InlineData(new[] { 5, 2 }, "x is [5, 2]; sequences are [time, batch, inputs].")]
    [InlineData(new int[0], "x is []; sequences are [time, batch, inputs].")]
    [InlineData(new[] { 0, 2, 2 }, "x is [0, 2, 2]; the sequences are empty.")]
    public void InputsThatAreNoSequencesAreAnError(int[] shape, string message)
    {
        var x = Tensor.Zeros(Shape.Create(shape));
        Fails<ShapeException>($"Recurrent: {message}", () => Model.Run(x));
        Fails<ShapeException>($"Recurrent: {message}", () => Model.Run(x, Tensor.Zeros([2, 3])));
        Fails<ShapeException>($"Bidirectional: {message}", () => Both.Run(x));
    }

    [Theory]
    [InlineData(new[] { 5 }, "1 lengths were given for a batch of 2 in x [5, 2, 2].")]
    [InlineData(new[] { 5, 5, 5 }, "3 lengths were given for a batch of 2 in x [5, 2, 2].")]
    [InlineData(new[] { 5, 0 }, "length 0 of sequence 1 must be from 1 to 5, the time axis of x [5, 2, 2].")]
    [InlineData(new[] { 6, 5 }, "length 6 of sequence 0 must be from 1 to 5, the time axis of x [5, 2, 2].")]
    [InlineData(new[] { 5, -1 }, "length -1 of sequence 1 must be from 1 to 5, the time axis of x [5, 2, 2].")]
    public void LengthsThatDoNotFitAreAnError(int[] lengths, string message)
    {
        Fails<ShapeException>($"Recurrent: {message}", () => Model.Run(Input, lengths));
        Fails<ShapeException>($"Recurrent: {message}", () => Model.Run(Input, Tensor.Zeros([2, 3]), lengths));
        Fails<ShapeException>($"Bidirectional: {message}", () => Both.Run(Input, lengths));
    }

    /// <summary>Three states and one sequence would broadcast to three outputs.</summary>
    [Fact]
    public void StatesOfAnotherBatchAreAnError()
    {
        const string Message = "Recurrent: tensor 0 of the initial state is {0}; its first axis must be the batch, {1}";
        Fails<ShapeException>(
            string.Format(null, Message, "[3, 3]", "1 in x [5, 1, 2]."), () => Model.Run(Tensor.Ones([5, 1, 2]), Tensor.Zeros([3, 3])));
        Fails<ShapeException>(string.Format(null, Message, "[1, 3]", "2 in x [5, 2, 2]."), () => Model.Run(Input, Tensor.Zeros([1, 3])));
        Fails<ShapeException>(string.Format(null, Message, "[]", "2 in x [5, 2, 2]."), () => Model.Run(Input, Tensor.Scalar(0), [5, 3]));
        Fails<ShapeException>(
            "RnnCell.Step of x [2, 2]: MatMul: left is [2, 4], right is [3, 3] (cell.R); 4 and 3 must be equal.",
            () => Model.Run(Input, Tensor.Zeros([2, 4])));
    }

    [Fact]
    public void AStepThatChangesTheStatesShapeIsAnErrorThatNamesTheCell()
    {
        Fails<ShapeException>(
            "GrowingCell.Step: tensor 0 of the state is [2, 2] before the step and [2, 4] after it.",
            () => Recurrent.Over(new GrowingCell()).Run(Input));
        var swapped = new FunctionCell<(LstmState, Tensor)>((x, s) => (x, (s.Item1 with { C = x }, s.Item2)), 3, 4, 5);
        Fails<ShapeException>(
            "FunctionCell`1.Step: tensor 1 of the state is [2, 4] before the step and [2, 2] after it.",
            () => Recurrent.Over(swapped).Run(Input));
    }

    [Fact]
    public void AStepThatChangesTheNumberOfTensorsIsAnErrorThatNamesTheCell()
    {
        var one = new LayerStates<Tensor>([Tensor.Zeros([2, 2])]);
        var two = new LayerStates<Tensor>([one[0], one[0]]);
        var growing = new FunctionCell<LayerStates<Tensor>>((x, _) => (x, two));
        Fails<ShapeException>(
            "FunctionCell`1.Step: tensor 1 of the state is missing before the step and [2, 2] after it.",
            () => Recurrent.Over(growing).Run(Input, one));
        var shrinking = new FunctionCell<LayerStates<Tensor>>((x, _) => (x, one));
        Fails<ShapeException>(
            "FunctionCell`1.Step: tensor 1 of the state is [2, 2] before the step and missing after it.",
            () => Recurrent.Over(shrinking).Run(Input, two));
    }

    [Fact]
    public void OutputsThatChangeShapeAreAnError()
    {
        var cell = new FunctionCell<Tensor>((x, s) => (s, s + 1), 1);
        int step = 0;
        var changing = new FunctionCell<Tensor>((x, s) => (step++ == 1 ? x : s, s), 3);
        Assert.Equal([5, 2, 1], Recurrent.Over(cell).Forward(Input).Shape.Lengths.ToArray());
        var layer = Recurrent.Over(changing);
        layer.Execution = Execution.Eager;
        Fails<ShapeException>("Stack: operand 0 is [2, 3], operand 1 is [2, 2]; the shapes must be equal.", () => layer.Forward(Input));
    }

    [Fact]
    public void MixedElementTypesAreAnErrorThatNamesBoth()
    {
        const string Message = "RnnCell.Step of x [2, 2]: "
            + "MatMul: operand 0 is Float64 {0}, operand 1 is Float32 {1}; element types are never mixed. Convert one with As(...).";
        var doubles = Tensor.Ones([5, 2, 2], ElementType.Float64);
        Fails<ElementTypeException>(string.Format(null, Message, "[2, 2]", "[2, 3]"), () => Model.Run(doubles));
        Fails<ElementTypeException>(string.Format(null, Message, "[2, 2]", "[2, 3]"), () => Both.Run(doubles));
        Fails<ElementTypeException>(
            "Recurrent: tensor 0 of the initial state is Float64; the input is Float32.",
            () => Model.Run(Input, Tensor.Zeros([2, 3], ElementType.Float64)));
        // A cell may keep a part of its state in the other type.
        var precise = new FunctionCell<Tensor>((x, s) => (x, s + x.As(ElementType.Float64)), 2);
        var mixed = Recurrent.Over(new Precise(precise));
        Assert.Equal(ElementType.Float64, mixed.Run(Input, mixed.Run(Input).Final).Final.ElementType);
    }

    [Fact]
    public void OtherInputSizesAreAnError() =>
        Fails<ShapeException>(
        "RnnCell.Step of x [2, 4]: MatMul: left is [2, 4], right is [2, 3] (cell.W); 4 and 2 must be equal.",
        () => Model.Run(Tensor.Ones([5, 2, 4])));

    [Fact]
    public void NullIsAnError()
    {
        Assert.Throws<ArgumentNullException>(() => Model.Run(null!));
        Assert.Throws<ArgumentNullException>(() => Both.Run(null!));
        Assert.Throws<ArgumentNullException>(() => Recurrent.Over<Tensor>(null!));
        Assert.Throws<ArgumentNullException>(() => Recurrent.Over<Tensor>(null!, InitialState.Learned));
        Fails<ArgumentException>("A tensor of the state Tensor is null.", () => Model.Run(Input, (Tensor)null!));
        Fails<ArgumentException>(
            "A tensor of the state LstmState is null.", () => Recurrent.Over(new LstmCell(2, 3, Key)).Run(Input, default(LstmState)));
    }

    [Fact]
    public void ACellWithoutASourceOfItsStateIsAnError() => Fails<InvalidOperationException>(
        "FunctionCell`1: 0 state sizes were declared for 1 tensors of Tensor;",
        () => Recurrent.Over(new FunctionCell<Tensor>((x, s) => (x, s))).Run(Input));

    static void Fails<TError>(string message, Func<object?> action)
        where TError : Exception
        => Assert.StartsWith(message, Assert.Throws<TError>(action).Message);

    sealed class Precise(Cell<Tensor> cell) : Cell<Tensor>(default)
    {
        public override Tensor Initial(int batch, ElementType type) => cell.Initial(batch, ElementType.Float64);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state) => cell.Step(x, state);
    }
}
