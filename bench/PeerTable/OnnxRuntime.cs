using Autograd.Layers;
using Autograd.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace Autograd.PeerTable;

/// <summary>ONNX Runtime, which runs this library's networks as they are exported, with its own operators for them.</summary>
static class OnnxRuntime
{
    const string Name = "ONNX Runtime";

    static readonly OnnxOptions Native = new() { PrefersNative = true };

    public static Side Infer(Network network) => new(Name, () =>
    {
        var layers = new OwnNetwork(network, isLayerByLayer: true).Create();
        var session = Open(OnnxModel.Export(layers, network.Size.Inputs, options: Native), network);
        var (time, batch, inputs, _, _) = network.Size;
        string[] given = ["x"], asked = ["y"];
        OrtValue[] values = [Value(network.Input().ToArray<float>(), time, batch, inputs)];
        var options = new RunOptions();
        return new(
            () => session.Run(options, given, values, asked).Dispose(),
            () =>
            {
                using var outputs = session.Run(options, given, values, asked);
                return MeanSquare(outputs[0].GetTensorDataAsSpan<float>());
            });
    });

    static InferenceSession Open(OnnxModel model, Network network) => new(model.ToArray(), new SessionOptions
    {
        IntraOpNumThreads = network.Threads,
        InterOpNumThreads = 1,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
    });

    static OrtValue Value(float[] elements, params long[] shape) => OrtValue.CreateTensorValueFromMemory(elements, shape);

    static double MeanSquare(ReadOnlySpan<float> y) => Ours.SumOfSquares(y) / y.Length;

    /// <summary>One step of a stream, whose state is carried on: it lies in two places that take turns.</summary>
    public static Side Stream(Network network) => new(Name, () => Kinds.Use(network, new Streaming(network)));

    sealed class Streaming(Network network) : ICellUse<Work>
    {
        public Work Of<TState>(Cell<TState>[] cells)
        {
            var model = Exported(cells);
            var session = Open(model, network);
            int hidden = network.Size.Hidden, states = model.Inputs.Count - 1;
            float[] output = new float[hidden];
            OrtValue x = Value(network.Input().ToArray<float>(), 1, 1, network.Size.Inputs), y = Value(output, 1, 1, hidden);
            OrtValue[] States() => [.. Enumerable.Range(0, states).Select(_ => Value(new float[hidden], 1, hidden))];
            OrtValue[] even = States(), odd = States();
            OrtIoBinding[] turns = [Bound(session, x, y, even, odd), Bound(session, x, y, odd, even)];
            var options = new RunOptions();
            int turn = 0;
            void Step() => session.RunWithBinding(options, turns[turn++ & 1]);
            return new(Step, () =>
            {
                Step();
                Step();
                Step();
                return MeanSquare(output);
            });
        }

        // Each layer is a recurrence of its own, which becomes an operator.
        OnnxModel Exported<TState>(Cell<TState>[] cells)
        {
            Recurrent<TState>[] layers = [.. cells.Select(cell => Recurrent.Over(cell))];
            TState first = layers[0].Initial(1, ElementType.Float32);
            int parts = State.Tensors(first).Length;
            OnnxInput[] inputs =
            [
                OnnxInput.Numbers("x", [1, 1, network.Size.Inputs]),
                .. Enumerable.Range(0, parts * layers.Length).Select(i => OnnxInput.Numbers($"state{i}", [1, network.Size.Hidden])),
            ];
            return OnnxModel.Export(new Sequential(layers), inputs, given => Outputs(layers, first, given), Native);
        }

        static (string Name, Tensor Value)[] Outputs<TState>(Recurrent<TState>[] layers, TState like, OnnxGiven given)
        {
            var y = given["x"];
            int next = 0;
            var finals = new List<Tensor>();
            foreach (var layer in layers)
            {
                var run = layer.Run(y, State.Map(like, _ => given[$"state{next++}"]));
                y = run.Outputs;
                finals.AddRange(State.Tensors(run.Final));
            }
            return [("y", y), .. finals.Select((state, i) => ($"final{i}", state))];
        }

        static OrtIoBinding Bound(InferenceSession session, OrtValue x, OrtValue y, OrtValue[] from, OrtValue[] to)
        {
            var binding = session.CreateIoBinding();
            binding.BindInput("x", x);
            binding.BindOutput("y", y);
            for (int i = 0; i < from.Length; i++)
            {
                binding.BindInput($"state{i}", from[i]);
                binding.BindOutput($"final{i}", to[i]);
            }
            return binding;
        }
    }
}
