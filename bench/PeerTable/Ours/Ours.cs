using System.Numerics;
using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PeerTable;

/// <summary>This library's side of the rows.</summary>
static partial class Ours
{
    const string Name = "Autograd";

    public static readonly RandomKey Key = new(1);

    /// <summary>Forward, the mean of the squared outputs, and its gradients.</summary>
    public static Side Train(
        Network network, string name = Name, Execution execution = Execution.Compiled, bool isLayerByLayer = false) => new(name, () =>
    {
        var own = new OwnNetwork(network, execution, isLayerByLayer);
        var layer = own.Create();
        var x = network.Input();
        Tensor[] sources = network.HasInputGradient ? [.. layer.Parameters, x] : [.. layer.Parameters];
        var doubles = Doubles(network, layer);
        Tensor Loss(Tape tape)
        {
            foreach (var (parameter, value) in doubles) tape.Bind(parameter, value);
            return Mean(Square(layer.Forward(network.HasInputGradient ? tape.Watch(x) : x, network.Lengths)));
        }
        return new(
            () =>
            {
                using var tape = new Tape();
                tape.Gradients(Loss(tape), sources);
            },
            () =>
            {
                using var tape = new Tape();
                double loss = Loss(tape).ToScalar();
                own.CheckPath();
                return loss;
            });
    });

    // What a layer computes with in double: its parameters are floats.
    static (Parameter Parameter, Tensor Value)[] Doubles(Network network, Module layer) => network.Type == ElementType.Float32 ? []
        : [.. layer.Parameters.Select(parameter => (parameter, parameter.As(ElementType.Float64).Detach()))];

    /// <summary>The outputs, without a tape.</summary>
    public static Side Infer(Network network, string name = Name, bool isLayerByLayer = false) => new(name, () =>
    {
        var own = new OwnNetwork(network, isLayerByLayer: isLayerByLayer);
        var layer = own.Create();
        var x = network.Input();
        return new(
            () => layer.Forward(x),
            () =>
            {
                double value = MeanSquare(layer.Forward(x));
                own.CheckPath();
                return value;
            });
    });

    /// <summary>The outputs, while a tape is paused.</summary>
    public static Side InferOnTape(Network network) => new("on a paused tape", () =>
    {
        var layer = new OwnNetwork(network).Create();
        var x = network.Input();
        return new(() =>
        {
            using var tape = new Tape();
            using var pause = tape.Pause();
            layer.Forward(x);
        });
    });

    /// <summary>One step of a stream, whose state is carried on.</summary>
    public static Side Stream(Network network) => new(Name, () => Kinds.Use(network, new Streaming(network)));

    /// <summary>The same as a run of one step from the last state.</summary>
    public static Side RunOfOneStep(Network network) => new("Recurrent.Run", () => Kinds.Use(network, new Running(network)));

    /// <summary>The mean of the squares: what the sides of a row are compared by.</summary>
    public static double MeanSquare(Tensor x) => SumOfSquares(x) / x.ElementCount;

    static double SumOfSquares(Tensor x) => x.ElementType == ElementType.Float32 ? SumOfSquares(x.AsSpan<float>())
        : SumOfSquares(x.AsSpan<double>());

    /// <summary>The same of numbers in memory.</summary>
    public static double SumOfSquares<T>(ReadOnlySpan<T> elements)
        where T : INumberBase<T>
    {
        double sum = 0;
        foreach (var element in elements) sum += double.CreateChecked(element * element);
        return sum;
    }

    /// <summary>One cell for all layers.</summary>
    sealed class Streaming(Network network) : ICellUse<Work>
    {
        public Work Of<TState>(Cell<TState>[] cells) => cells.Length == 1 ? Steps(cells[0]) : Steps(Stacked.Of(cells));

        Work Steps<TState>(Cell<TState> cell)
        {
            var stream = new StreamingCell<TState>(cell, network.Size.Inputs);
            float[] x = network.Input().ToArray<float>();
            void Step() => stream.Step<float>(x);
            return new(Step, () =>
            {
                Step();
                Step();
                return MeanSquare(Tensor.From<float>(stream.Step<float>(x), [network.Size.Hidden]));
            });
        }
    }

    sealed class Running(Network network) : ICellUse<Work>
    {
        public Work Of<TState>(Cell<TState>[] cells) => Steps(cells[0]);

        Work Steps<TState>(Cell<TState> cell)
        {
            var layer = new Recurrent<TState>(cell) { Threads = network.Threads };
            var x = network.Input();
            var state = layer.Initial(1, ElementType.Float32);
            return new(() => state = layer.Run(x, state).Final);
        }
    }
}
