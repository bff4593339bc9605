using Autograd.Layers;
using Autograd.Tests.Autodiff;
using static Autograd.Functions;
using Numbers = Autograd.Tests.Autodiff.Data;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>A recurrence in a map runs as a plan for all rows, and its gradients are told apart by rows.</summary>
public class MappedRecurrenceTests : Poisoned
{
    const int Rows = 3, Time = 5, Inputs = 2, Hidden = 3;

    static readonly RandomKey Key = new(1);

    public static TheoryData<string> Kinds => [.. Layers.Keys];

    static Dictionary<string, Func<Layer>> Layers { get; } = new()
    {
        ["lstm"] = () => Layer.Of(Recurrent.Over(new LstmCell(Inputs, Hidden, Key))),
        ["peephole"] = () => Layer.Of(Recurrent.Over(new PeepholeLstmCell(Inputs, Hidden, Key))),
        ["layer-normalised"] = () => Layer.Of(Recurrent.Over(new LayerNormLstmCell(Inputs, Hidden, Key))),
        ["projected"] = () => Layer.Of(Recurrent.Over(new ProjectedLstmCell(Inputs, Hidden, 2, Key))),
        ["gru"] = () => Layer.Of(Recurrent.Over(new GruCell(Inputs, Hidden, Key))),
        ["rnn"] = () => Layer.Of(Recurrent.Over(new RnnCell(Inputs, Hidden, Key))),
        ["tied"] = () => Layer.Of(Recurrent.Over(new TiedCell(Key))),
        ["noisy"] = () => Layer.Of(Recurrent.Over(new NoisyCell(Key))),
        ["read"] = () => Layer.Of(Recurrent.Over(new ReadingCell(Key))),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void GradientsOfSamplesAreThoseOfEachAlone(string kind)
    {
        var layer = Layers[kind]();
        var x = Samples(ElementType.Float32);
        var (losses, gradients) = Differentiate.PerSampleGradients(layer.Loss, x, layer.Parameters);
        for (int row = 0; row < Rows; row++)
        {
            var (loss, expected) = Differentiate.ValueAndGradient(() => layer.Loss(x[row]), layer.Parameters);
            Expect.Near(loss, losses[row], epsilons: 64, scale: 4);
            for (int i = 0; i < expected.Length; i++) Expect.Near(expected[i], gradients[i][row], epsilons: 1024, scale: 4);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void InputGradientsAndTangentsAndHessianProductsAreThoseOfEachAlone(string kind)
    {
        var layer = Layers[kind]();
        var (x, v) = (Samples(), Numbers.Normal([Time, 2, Inputs], 5));
        Func<Tensor, Tensor>[] transforms =
        [
            one => Differentiate.Gradient(layer.Loss, one),
            one => Differentiate.Jvp(layer.Loss, one, v).Product,
            one => Differentiate.HessianVectorProduct(layer.Loss, one, v).Product,
            one => Differentiate.Gradient(at => Sum(Square(Differentiate.Gradient(layer.Loss, at))), one),
        ];
        using var bound = new InDouble(layer.Parameters);
        foreach (var transform in transforms)
        {
            var mapped = Vmap.Run(transform, x);
            for (int row = 0; row < Rows; row++) Expect.Near(transform(x[row]), mapped[row], epsilons: 4096, scale: 4);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AMapIsDifferentiatedToSecondOrder(string kind)
    {
        var layer = Layers[kind]();
        var x = Samples();
        using var bound = new InDouble(layer.Parameters);
        Tensor Map() => Sum(Square(Vmap.Run(layer.Loss, x)));
        Tensor Loop() => Sum(Square(Stack([.. Enumerable.Range(0, Rows).Select(row => layer.Loss(x[row]))])));
        Compare(Gradients(Loop), Gradients(Map));
        Compare(Products(Loop), Products(Map));
        // The penalty of the gradients of samples, differentiated.
        Compare(Gradients(() => Penalty(true)), Gradients(() => Penalty(false)));

        Tensor[] Gradients(Func<Tensor> loss) => Differentiate.ValueAndGradient(loss, layer.Parameters).Gradients;

        Tensor[] Products(Func<Tensor> loss) => Differentiate.HessianVectorProduct(
            loss, layer.Parameters, [.. layer.Parameters.Select((parameter, i) => Numbers.Normal(parameter.Shape, (ulong)i))]).Products;

        Tensor Penalty(bool inALoop)
        {
            Tensor[] each = inALoop
                ? [.. Enumerable.Range(0, Rows).SelectMany(row => Gradients(() => layer.Loss(x[row])))]
                : Differentiate.PerSampleGradients(layer.Loss, x, layer.Parameters).Gradients;
            return each.Select(gradient => Sum(Square(gradient))).Aggregate((sum, one) => sum + one);
        }
    }

    [Fact]
    public void JacobiansByRowsAndByColumnsAgree()
    {
        var layer = Layers["lstm"]();
        var x = Numbers.Normal([Time, 1, Inputs], 2);
        using var bound = new InDouble(layer.Parameters);
        var byRows = Differentiate.Jacobian(layer.Forward, x, JacobianMode.Reverse);
        var byColumns = Differentiate.Jacobian(layer.Forward, x, JacobianMode.Forward);
        Expect.Near(byRows, byColumns, epsilons: 4096, scale: 1);
    }

    [Fact]
    public void AMapRunsAsAPlan()
    {
        using var tape = new Tape();
        var layer = Recurrent.Over(new LstmCell(Inputs, Hidden, Key));
        Vmap.Run(one => layer.Forward(one), Numbers.Normal([Rows, Time, 1, Inputs], 1, ElementType.Float32));
        Assert.Contains(Enumerable.Range(0, tape.Position), entry => tape.Memory.OperationOf(entry) is ScanOperation);
    }

    [Fact]
    public void WhatItsStepsSeeMayBeMapped()
    {
        var layer = Recurrent.Over(new RnnCell(Inputs, Hidden, Key));
        var states = Numbers.Normal([Rows, 2, Hidden], 3);
        var x = Numbers.Normal([Time, 2, Inputs], 4);
        using var bound = new InDouble(layer.Parameters);
        Tensor Outputs(Tensor state) => layer.Run(x, state).Outputs;
        var mapped = Vmap.Run(Outputs, states);
        for (int row = 0; row < Rows; row++) Expect.Near(Outputs(states[row]), mapped[row], epsilons: 64, scale: 1);
    }

    static Tensor Samples(ElementType type = ElementType.Float64) => Numbers.Normal([Rows, Time, 2, Inputs], 2, type);

    static void Compare(Tensor[] expected, Tensor[] actual)
    {
        for (int i = 0; i < expected.Length; i++) Expect.Near(expected[i], actual[i], epsilons: 1 << 14, scale: 16);
    }

    sealed record Layer(Func<Tensor, Tensor> Forward, IReadOnlyList<Parameter> Parameters)
    {
        public static Layer Of<TState>(Recurrent<TState> layer) => new(x => layer.Forward(x), layer.Parameters);

        public Tensor Loss(Tensor x)
        {
            var outputs = Forward(x);
            return Sum(Square(outputs)) + Sum(outputs[^1]);
        }
    }

    /// <summary>Parameters have their values in double, on a tape.</summary>
    sealed class InDouble : IDisposable
    {
        readonly Tape tape = new();

        public InDouble(IReadOnlyList<Parameter> parameters)
        {
            foreach (var parameter in parameters) tape.Bind(parameter, parameter.Detach().As(ElementType.Float64));
        }

        public void Dispose() => tape.Dispose();
    }

    // One matrix on the right and on the left of products, transposed, and element by element.
    sealed class TiedCell : Cell<Tensor>
    {
        readonly Parameter V, W, B;

        public TiedCell(RandomKey key)
            : base(key, Hidden)
        {
            Weight(out V, Inputs, Hidden);
            Weight(out W, Hidden, Hidden);
            Bias(out B, Hidden);
        }

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var inner = Tanh(Affine(state, W, B) + MatMul(x, V));
            var next = Tanh(MatMul(inner, W, transposeRight: true) + Transpose(MatMul(W, Transpose(Square(inner)))) * Sum(W * B, 0));
            return (next * Sum(inner, 1).Reshape(-1, 1), next);
        }
    }

    // Other numbers at every step.
    sealed class NoisyCell : Cell<Tensor>
    {
        readonly Parameter V, W;

        public NoisyCell(RandomKey key)
            : base(key, Hidden)
        {
            Weight(out V, Inputs, Hidden);
            Weight(out W, Hidden, Hidden);
        }

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var key = new RandomKey(9).At(TimeStep.Current);
            var next = Tanh(MatMul(Dropout(x, 0.3, key), V) + MatMul(state * key.Normal(state.Shape, 1, state.ElementType), W));
            return (next, next);
        }
    }

    // A step of gradient descent on an energy, which a step that is differentiated contains.
    sealed class ReadingCell : Cell<Tensor>
    {
        readonly Parameter V, W;

        public ReadingCell(RandomKey key)
            : base(key, Hidden)
        {
            Weight(out V, Inputs, Hidden);
            Weight(out W, Hidden, Hidden);
        }

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var pull = Differentiate.Gradient(s => Sum(Tanh(MatMul(s, W)) * MatMul(x, V)), state);
            return (state - pull, Tanh(state - pull));
        }
    }
}
