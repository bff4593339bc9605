using System.Reflection;
using Autograd.Layers;
using Autograd.Onnx.Graph;
using Autograd.Onnx.Proto;
using Autograd.Onnx.Sizes;
using Autograd.Onnx.Writing;
using Module = Autograd.Layers.Module;

namespace Autograd.Onnx;

/// <summary>
/// A model in the format ONNX (onnx.ai; version 8 of the format with operators of version 17), which other programs run without this
/// library or its code:
/// <code>
/// var file = OnnxModel.Export(
///     model,
///     [OnnxInput.Tokens("tokens", 65, "time", "batch"), OnnxInput.Lengths("lengths", "time", "batch")],
///     given => [("logits", model.Logits(given.Whole("tokens"), given.Length("time"), given.Whole("lengths")))]);
/// file.Save("model.onnx");
/// </code>
/// The function is traced, not parsed: it may be any code that computes with tensors. Named axes may have a different length in each run.
/// Each recurrence becomes one node, whatever its cell.
/// </summary>
/// <remarks>
/// What cannot be written is refused with an <see cref="OnnxExportException"/> that names it: decisions based on values or sizes (including
/// loops over time outside a <see cref="Recurrent"/>), a <see cref="CustomOperation"/>, random numbers, a model in training mode, solving
/// or factoring matrices of unknown size.
/// <para>
/// Solving and factoring matrices become loops over columns, in double. They give NaN or infinities where the library throws a
/// <see cref="MatrixException"/>.
/// </para>
/// </remarks>
public sealed class OnnxModel
{
    readonly ProtoMessage model;

    OnnxModel(ProtoMessage model, IReadOnlyList<string> inputs, IReadOnlyList<string> outputs)
    {
        this.model = model;
        Inputs = inputs;
        Outputs = outputs;
    }

    /// <summary>The names of the inputs.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>The names of the outputs.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>Traces a function and writes it as a model.</summary>
    /// <param name="module">The module whose mode is checked and whose parameters the function uses.</param>
    /// <param name="inputs">The inputs. Each axis name must occur in at least one input other than lengths.</param>
    /// <param name="function">Maps the inputs to named outputs. It is called several times, with different sizes.</param>
    /// <param name="options">How it is written.</param>
    /// <exception cref="OnnxExportException">A part of it cannot be written.</exception>
    /// <exception cref="ArgumentException">Two inputs or outputs have the same name, there are no outputs, or an axis is in no input.
    /// </exception>
    public static OnnxModel Export(
        Module module, IReadOnlyList<OnnxInput> inputs, Func<OnnxGiven, (string Name, Tensor Value)[]> function,
        OnnxOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        Require.NoNull(nameof(Export), nameof(inputs), inputs);
        ArgumentNullException.ThrowIfNull(function);
        if (module.IsTraining)
            throw new OnnxExportException(module.GetType().Name,
                "it is in training mode; call Evaluate, and what is random in training is left out.");
        if (Tape.Current is not null)
            throw new TapeException("OnnxModel.Export: a tape is recording on this thread; export outside of its scope.");
        return new ModelWriter(inputs, function, options ?? new()).Write();
    }

    /// <summary>Writes a layer over sequences: from <c>x</c> <c>[time, batch, features]</c> to <c>y</c>.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="features">Length of the innermost axis of x.</param>
    /// <param name="hasLengths">Whether there is an input <c>lengths</c>, <c>[batch]</c>.</param>
    /// <param name="options">How it is written.</param>
    /// <inheritdoc cref="Export(Module, IReadOnlyList{OnnxInput}, Func{OnnxGiven, ValueTuple{string, Tensor}[]}, OnnxOptions)"
    /// path="/*[not(self::param[@name='options'])]"/>
    public static OnnxModel Export<TLayer>(TLayer layer, int features, bool hasLengths = false, OnnxOptions? options = null)
        where TLayer : Module, ISequenceLayer
        => Export(layer, Sequences(features, hasLengths), given => [("y", layer.Forward(given["x"], LengthsOf(given, hasLengths)))],
            options);

    /// <summary>
    /// Writes a recurrence that continues from a state: in addition to x and y, it has an input <c>state0</c>, … and an output
    /// <c>final0</c>, … for each tensor of the state, in order of declaration. Initially, pass the cell's <see cref="Cell{TState}.First"/>.
    /// </summary>
    /// <inheritdoc cref="Export{TLayer}(TLayer, int, bool, OnnxOptions)"/>
    /// <param name="layer">The layer.</param>
    /// <param name="features">Length of the innermost axis of x.</param>
    /// <param name="hasLengths">Whether there is an input <c>lengths</c>, <c>[batch]</c>.</param>
    /// <param name="options">How it is written.</param>
    public static OnnxModel ExportWithState<TState>(
        Recurrent<TState> layer, int features, bool hasLengths = false, OnnxOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        // The first axis is the batch, whatever its length.
        var tensors = State.Tensors(layer.Cell.First(2, ElementType.Float32));
        var states = tensors.Select((tensor, i) => OnnxInput.Numbers(
            NameOf("state", i), ["batch", .. tensor.Shape.Lengths[1..].ToArray().Select(length => (OnnxAxis)length)], tensor.ElementType));
        return Export(
            layer,
            [.. Sequences(features, hasLengths), .. states],
            given =>
            {
                int next = 0;
                var state = State.Map(layer.Cell.First(given.Length("batch"), ElementType.Float32), _ => given[NameOf("state", next++)]);
                var run = layer.Run(given["x"], state, LengthsOf(given, hasLengths));
                return [("y", run.Outputs), .. State.Tensors(run.Final).Select((tensor, i) => (NameOf("final", i), tensor))];
            },
            options);
    }

    /// <summary>Writes the file, completely or not at all.</summary>
    /// <param name="path">The file, which may exist.</param>
    /// <exception cref="IOException">The file cannot be written; an existing file is unchanged.</exception>
    public void Save(string path) => AtomicFile.Replace(path, model.WriteTo);

    /// <summary>The bytes of the file.</summary>
    public byte[] ToArray()
    {
        using var stream = new MemoryStream(checked((int)model.Length));
        model.WriteTo(stream);
        return stream.ToArray();
    }

    static OnnxInput[] Sequences(int features, bool hasLengths) =>
    [
        OnnxInput.Numbers("x", ["time", "batch", features]),
        .. hasLengths ? (OnnxInput[])[OnnxInput.Lengths("lengths", "time", "batch")] : [],
    ];

    static int[] LengthsOf(OnnxGiven given, bool hasLengths) => hasLengths ? given.Whole("lengths") : [];

    static string NameOf(string name, int number) => FormattableString.Invariant($"{name}{number}");

    /// <summary>Traces the function with several sizes, and writes what is common to the traces.</summary>
    sealed class ModelWriter
    {
        readonly IReadOnlyList<OnnxInput> inputs;
        readonly Func<OnnxGiven, (string Name, Tensor Value)[]> function;
        readonly OnnxGraph graph = new();
        readonly SizeTrials sizes;
        readonly ModelContext context;
        string[] outputs = [];

        public ModelWriter(IReadOnlyList<OnnxInput> inputs, Func<OnnxGiven, (string Name, Tensor Value)[]> function, OnnxOptions options)
        {
            this.inputs = inputs;
            this.function = function;
            var named = inputs.SelectMany(input => input.Axes.Append(input.Kind == OnnxInputKind.Lengths ? input.Time : 0))
                .Where(axis => axis.Name is not null).ToLookup(axis => axis.Name!);
            if (named.Count > SizeTrials.MostAxes)
                throw new ArgumentException($"Export: there are {named.Count} named axes; {SizeTrials.MostAxes} at most.", nameof(inputs));
            sizes = new SizeTrials([.. named.Select(axis => axis.Key)], [.. named.Select(axis => axis.Max(one => one.Least))]);
            if (inputs.GroupBy(input => input.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new ArgumentException($"Export: two inputs have the name {twice.Key}.", nameof(inputs));
            var whole = inputs.Where(input => input.Kind != OnnxInputKind.Numbers)
                .Select(input => new WholeInput(input,
                    [.. Enumerable.Range(0, sizes.Count)
                        .Select(trial => WholeInput.Draw(input, trial, Count(input, trial), LengthOf(input.Time, trial)))]));
            context = new ModelContext(graph, sizes, new OnnxSizes(graph, sizes), [.. whole], options);
        }

        public OnnxModel Write()
        {
            foreach (var input in inputs) Declare(input);
            if (context.Sizes.Missing is { } missing) throw new ArgumentException($"Export: no input has the axis {sizes.Axes[missing]}.");
            var trials = new TracedFunction[sizes.Count];
            for (int trial = 0; trial < trials.Length; trial++) trials[trial] = Trace(trial);
            var writer = new FunctionWriter(context, trials);
            var tensors = inputs.Where(input => input.Kind == OnnxInputKind.Numbers).ToArray();
            for (int i = 0; i < tensors.Length; i++) writer.SetName(i, tensors[i].Name);
            writer.WriteAll(graph);
            return Finish(writer);
        }

        OnnxModel Finish(FunctionWriter writer)
        {
            var results = writer.First.Results;
            for (int i = 0; i < results.Length; i++) graph.AddNode("Identity", [writer.NameOf(results[i])], [outputs[i]]);
            var given = inputs.Select(input => OnnxProto.Value(
                input.Name, input.Kind == OnnxInputKind.Numbers ? OnnxProto.TypeOf(input.Type) : OnnxType.Int64,
                input.Axes.Select(axis => ((long)axis.Length, axis.Name))));
            var made = results.Select((value, i) => OnnxProto.Value(
                outputs[i], OnnxProto.TypeOf(writer.First.Values[value].Type), context.Sizes.Declared(writer.ShapeOf(value))));
            string version = typeof(OnnxModel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
                ?? "";
            var model = OnnxProto.Model(OnnxProto.Graph("model", graph.Nodes, graph.Constants.Initializers, given, made),
                version.Split('+')[0]);
            return model.Length <= int.MaxValue
                ? new OnnxModel(model, [.. inputs.Select(input => input.Name)], outputs)
                : throw new OnnxExportException("the model", "the file would have more than 2 GiB, which the format does not allow.");
        }

        void Declare(OnnxInput input)
        {
            if (graph.NewName(input.Name) != input.Name) throw new ArgumentException($"Export: the name {input.Name} is taken.");
            for (int i = 0; i < input.Axes.Count; i++)
                if (input.Axes[i].Name is { } name)
                    context.Sizes.Found(sizes.Axes.ToList().IndexOf(name), input.Name, i);
        }

        TracedFunction Trace(int trial)
        {
            var numbers = inputs.Where(input => input.Kind == OnnxInputKind.Numbers).ToArray();
            var like = Array.ConvertAll(numbers,
                input => Tensor.Symbolic([.. input.Axes.Select(axis => LengthOf(axis, trial))], input.Type));
            var whole = context.Whole.ToDictionary(input => input.Name, input => (int[])input.Trials[trial].Clone());
            try
            {
                return TracedFunction.Of(like,
                    symbols => Apply(trial, numbers.Zip(symbols).ToDictionary(pair => pair.First.Name, pair => pair.Second), whole),
                        isStep: false);
            }
            catch (SymbolicReadException error)
            {
                throw new OnnxExportException(
                    "a value", $"the function reads it while it is traced, so that it may decide by it: {error.Message}", error);
            }
            catch (TapeException error)
            {
                throw new OnnxExportException("a tape", error.Message, error);
            }
        }

        Tensor[] Apply(int trial, Dictionary<string, Tensor> tensors, Dictionary<string, int[]> whole)
        {
            var made = function(new OnnxGiven(tensors, whole, axis => LengthOf(axis, trial)));
            if (made is not { Length: > 0 }) throw new ArgumentException("Export: the function gives no output.");
            string[] names = [.. made.Select(output => output.Name)];
            if (trial == 0)
            {
                outputs = names;
                foreach (string name in names)
                    if (string.IsNullOrWhiteSpace(name) || graph.NewName(name) != name)
                        throw new ArgumentException($"Export: an output cannot have the name \"{name}\"; it is empty or taken.");
            }
            else if (!names.SequenceEqual(outputs))
            {
                throw new OnnxExportException("the function", "it gives outputs of other names for other sizes.");
            }
            return [.. made.Select(output => output.Value)];
        }

        int Count(OnnxInput input, int trial) => input.Axes.Aggregate(1, (count, axis) => checked(count * LengthOf(axis, trial)));

        int LengthOf(OnnxAxis axis, int trial)
        {
            if (axis.Name is not { } name) return axis.Length;
            int position = sizes.Axes.ToList().IndexOf(name);
            return position >= 0 ? sizes[trial, position] : throw new KeyNotFoundException($"Export: there is no axis {name}.");
        }
    }
}
