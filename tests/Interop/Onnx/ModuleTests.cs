using System.Reflection;
using Autograd.Layers;
using Autograd.Onnx;
using static Autograd.Functions;
using Module = Autograd.Layers.Module;

namespace Autograd.Interop;

/// <summary>Layers, drivers and whole models, in ONNX Runtime against themselves.</summary>
public class ModuleTests
{
    static readonly RandomKey Key = new(11);
    static readonly (int Time, int Batch)[] Sizes = [(8, 3), (12, 1), (9, 4), (31, 2)];

    static readonly OnnxInput X = OnnxInput.Numbers("x", [new OnnxAxis("time", 8), "batch", 3]);
    static readonly OnnxInput Lengths = OnnxInput.Lengths("lengths", "time", "batch");

    public static TheoryData<string> Names => [.. Models().Select(model => model.Name)];

    [Theory, MemberData(nameof(Names))]
    public void AModel(string name)
    {
        var model = Models().Single(one => one.Name == name);
        CellTable.Filled(model.Module);
        var file = OnnxModel.Export(model.Module, model.Inputs, model.Function);
        using var runtime = new Runtime(file.ToArray());
        foreach (var (time, batch) in Sizes)
        {
            var given = new Dictionary<string, object>();
            foreach (var input in model.Inputs) given.Add(input.Name, Draw(input, time, batch));
            var expected = model.Function(Given(given, time, batch));
            var actual = runtime.Run([.. given.Select(pair => (pair.Key, pair.Value))]);
            for (int i = 0; i < actual.Length; i++)
                Agree.Within(expected[i].Value, actual[i], FormattableString.Invariant($"{name}, {expected[i].Name} of ({time}, {batch})"));
        }
    }

    // What is new in the library is exported too, or is missing here.
    [Fact]
    public void EveryModuleIsExported()
    {
        var exported = CellTable.All.Select(cell => cell.Module).Concat(Models().Select(model => model.Module))
            .SelectMany(Parts).Select(Definition).ToHashSet();
        // The model "Attention" makes it anew for each batch, and this one only has more types in its name.
        exported.UnionWith([typeof(AttentionCell<>), typeof(Recurrent<,,>)]);
        var all = typeof(Module).Assembly.GetExportedTypes()
            .Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(Module)));
        Assert.DoesNotContain(all, type => !exported.Contains(type));
    }

    /// <summary>All models as files.</summary>
    internal static IEnumerable<(string Name, OnnxModel File)> Files() =>
        Models().Select(model => (model.Name, OnnxModel.Export(model.Module, model.Inputs, model.Function)));

    static Type Definition(Module module) =>
        module.GetType() is { IsGenericType: true } type ? type.GetGenericTypeDefinition() : module.GetType();

    static IEnumerable<Module> Parts(Module module)
    {
        var parts = (IEnumerable<(string Name, Module Module, bool IsOwned)>)typeof(Module)
            .GetField("parts", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(module)!;
        return parts.SelectMany(part => Parts(part.Module)).Prepend(module);
    }

    static object Draw(OnnxInput input, int time, int batch)
    {
        var key = Key.For(input.Name).At(100 * time + batch);
        int[] lengths = [.. input.Axes
            .Select(axis => axis.Name switch { "time" => time, "source" => time + 2, "batch" => batch, _ => axis.Length })];
        if (input.Name.StartsWith("lengths", StringComparison.Ordinal))
            return Enumerable.Range(0, batch).Select(i => 1 + key.Whole((uint)i, input.Name == "lengths" ? time : time + 2)).ToArray();
        if (input.Name is not ("tokens" or "symbols")) return key.Normal(Shape.Create(lengths));
        var tokens = new int[lengths[0], batch];
        for (int i = 0; i < tokens.Length; i++) tokens[i / batch, i % batch] = key.Whole((uint)i, input.Name == "tokens" ? 9 : 3);
        return tokens;
    }

    static OnnxGiven Given(Dictionary<string, object> values, int time, int batch) => new(
        values.Where(pair => pair.Value is Tensor).ToDictionary(pair => pair.Key, pair => (Tensor)pair.Value),
        values.Where(pair => pair.Value is Array).ToDictionary(pair => pair.Key, pair => ((Array)pair.Value).Cast<int>().ToArray()),
        axis => axis.Name == "time" ? time : axis.Name == "batch" ? batch : time + 2);

    sealed record Model(string Name, Module Module, OnnxInput[] Inputs, Func<OnnxGiven, (string Name, Tensor Value)[]> Function);

    static Model Sequences(string name, Module module, Func<Tensor, int[], Tensor> forward) =>
        new(name, module, [X, Lengths], given => [("y", forward(given["x"], given.Whole("lengths")))]);

    static Model Alone(string name, Module module, Func<Tensor, Tensor> forward) =>
        new(name, module, [X], given => [("y", forward(given["x"]))]);

    static IEnumerable<Model> Models()
    {
        var linear = new Linear(3, 2, Key);
        yield return Alone("Linear", linear, linear.Forward);
        var norm = new LayerNorm(3);
        yield return Alone("LayerNorm", norm, norm.Forward);
        var ridge = new RidgeReadout(3, 2);
        yield return Alone("RidgeReadout", ridge, ridge.Forward);
        var reservoir = ReservoirNetwork.EchoState(3, 7, 2, Key.For("reservoir"), new() { Feedback = 2 });
        yield return new("ReservoirNetwork", reservoir, [X], given => reservoir.Run(given["x"]) is var run
            ? [("y", run.Outputs), ("state", run.Final.Reservoir), ("last", run.Final.Output)] : []);
        var alone = ReservoirNetwork.EchoState(3, 7, 2, Key.For("alone"));
        yield return Alone("ReservoirNetwork without feedback", alone, x => alone.Run(x).Outputs);
        var tied = new TiedReadout(new Embedding(5, 3, Key));
        yield return Alone("TiedReadout", tied, tied.Forward);
        var batchFirst = new BatchFirst(Recurrent.Over(new GruCell(3, 4, Key.For("batch first"))));
        yield return Alone("BatchFirst", batchFirst, x => batchFirst.Forward(Permute(x, 1, 0, 2)));
        var chain = new Sequential(
            linear, new Activation(Gelu), new Dropout(0.5, Key),
            Bidirectional.Over(new GruCell(2, 4, Key.For("f")), new GruCell(2, 3, Key.For("b"))),
            new LayerNorm(7), Recurrent.Over(new LstmCell(7, 3, Key.For("l")), InitialState.Learned));
        yield return Sequences("Sequential", chain, (x, lengths) => chain.Forward(x, lengths));
        yield return Alone("Sequential, all full", chain, chain.Forward);
        var both = Bidirectional.Over(new LstmCell(3, 4, Key.For("f")), new LstmCell(3, 2, Key.For("b")));
        yield return new("Bidirectional", both, [X, Lengths], given => both.Run(given["x"], given.Whole("lengths")) is var run
            ? [("y", run.Outputs), ("h", run.Forward.Final.H), ("c", run.Backward.Final.C)] : []);
        var delay = new TimeDelay(3, 2, [0, 1, 4], Key, Tanh);
        yield return Sequences("TimeDelay", delay, (x, lengths) => delay.Forward(x, lengths));
        var learned = new LearnedTimeDelay(3, 2, 4, Key);
        yield return Sequences("LearnedTimeDelay", learned, (x, lengths) => learned.Forward(x, lengths));
        var narx = new Narx(new NarxCell(3, 4, 2, 1, 2, Key));
        yield return Sequences("Narx", narx, (x, lengths) => narx.Run(x, lengths: lengths).Outputs);
        var rnn = Recurrent.Over(new RnnCell(3, 4, Key));
        yield return new("States of all steps, eager", rnn, [X], given =>
        {
            rnn.Execution = Execution.Eager;
            var run = rnn.Run(given["x"]);
            return [("h", run.StackedStates()), ("last", run.Final)];
        });
        var characters = new Characters();
        yield return new("Character model", characters, [OnnxInput.Tokens("tokens", 9, "time", "batch"), Lengths], given =>
            [("logits", characters.Logits(given.Whole("tokens"), given.Length("time"), given.Length("batch"), given.Whole("lengths")))]);
        yield return new("One-hot symbols", rnn, [OnnxInput.Tokens("symbols", 3, 4, "batch")], given =>
            [("y", rnn.Forward(OneHot(given.Whole("symbols"), 3).Reshape(4, -1, 3)))]);
        var translation = new Translation();
        yield return new(
            "Attention", translation,
            [OnnxInput.Numbers("source", ["source", "batch", 3]), OnnxInput.Lengths("lengths of source", "source", "batch"), X, Lengths],
            given => [("y", translation.Decode(given["source"], given.Whole("lengths of source"), given["x"], given.Whole("lengths")))]);
    }

    sealed class Characters : Module
    {
        readonly Embedding embedding;
        readonly Recurrent<LayerStates<LstmState>> recurrent;
        readonly Linear head;

        public Characters()
        {
            embedding = Part(new Embedding(9, 4, Key.For("e")), "embedding");
            recurrent = Part(Recurrent.Over(Stacked.Of<LstmState>(new LstmCell(4, 5, Key.For("1")),
                new PeepholeLstmCell(5, 5, Key.For("2")))), "recurrent");
            head = Part(new Linear(5, 9, Key.For("h")), "head");
        }

        public Tensor Logits(int[] tokens, int time, int batch, int[] lengths) =>
            LogSoftmax(head.Forward(recurrent.Forward(embedding.Forward(tokens, time, batch), lengths)));
    }

    sealed class Translation : Module
    {
        readonly Bidirectional<Tensor> encoder;
        readonly AdditiveAttention attention;
        readonly GruCell cell;

        public Translation()
        {
            encoder = Part(Bidirectional.Over(new GruCell(3, 2, Key.For("f")), new GruCell(3, 2, Key.For("b"))), "encoder");
            attention = Part(new AdditiveAttention(5, 4, 3, Key.For("a")), "attention");
            cell = Part(new GruCell(3 + 4, 5, Key.For("g")), "cell");
        }

        public Tensor Decode(Tensor source, int[] sourceLengths, Tensor x, int[] lengths)
        {
            var annotations = encoder.Forward(source, sourceLengths);
            return Recurrent.Over(new AttentionCell<Tensor>(cell, attention.Over(annotations, sourceLengths), attention)).Forward(x,
                lengths);
        }
    }
}
