using System.Text.RegularExpressions;
using Autograd.Layers;
using Autograd.Onnx;
using Autograd.Onnx.Proto;
using Autograd.Onnx.Reading;
using static Autograd.Functions;

namespace Autograd.Interop;

/// <summary>Weights of recurrent operators, read from files of this library and of others.</summary>
public sealed partial class ImportTests : IDisposable
{
    const int Inputs = 3, Units = 4;

    static readonly RandomKey Key = new(29);
    readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    public static TheoryData<int, bool> Natives
    {
        get
        {
            var data = new TheoryData<int, bool>();
            for (int i = 0; i < NativeCell.All.Count; i++)
                foreach (bool hasBias in NativeCell.All[i].Peepholes is [] ? (bool[])[true, false] : [true]) data.Add(i, hasBias);
            return data;
        }
    }

    // There and back: through the nodes that bring the weights into the layout of the operator.
    [Theory, MemberData(nameof(Natives))]
    public void WhatIsWrittenComesBack(int number, bool hasBias)
    {
        var cell = CellTable.Filled(NativeCell.All[number].Cell(Inputs, Units, hasBias));
        Export(cell, path);
        var found = Assert.Single(OnnxRecurrent.Read(path));
        Assert.Equal((NativeCell.All[number].Operator, Units, OnnxDirection.Forward), (found.Operator, found.Units, found.Direction));
        var back = Assert.Single(found.Cells);
        Assert.IsType(cell.GetType(), back);
        foreach (var (name, parameter) in back.NamedParameters())
        {
            bool isThere = cell.NamedParameters().Any(named => named.Path == name);
            Assert.Equal(isThere ? cell[name].ToDoubles() : new double[parameter.ElementCount], parameter.ToDoubles());
        }
        var x = Key.For("x").Normal([5, 2, Inputs]);
        Agree.Within(Forward(cell, x), Forward(back, x), "outputs", share: 1e-6);
    }

    /// <summary>Inputs and outputs of the operators as ONNX publishes them, in all forms: peepholes, lengths, batch first.</summary>
    [PeerFact("onnx-vectors")]
    public void ThePublishedVectors()
    {
        string[] cases = [.. Directory.GetDirectories(PeerFactAttribute.PathOf("onnx-vectors"))
            .Where(folder => Recurrent().IsMatch(Path.GetFileName(folder))).Order(StringComparer.Ordinal)];
        Assert.True(cases.Length >= 12, $"{cases.Length} cases are there.");
        foreach (string folder in cases) CheckVector(folder);
    }

    [Fact]
    public void BothDirections()
    {
        var (w, r) = (Key.For("w").Normal([2, 4 * Units, Inputs]), Key.For("r").Normal([2, 4 * Units, Units]));
        var b = Key.For("b").Normal([2, 8 * Units]);
        var found = Single(Node("LSTM", "b", OnnxAttribute.Of("direction", "bidirectional")), ("w", w), ("r", r), ("b", b));
        Assert.Equal(OnnxDirection.Bidirectional, found.Direction);
        var both = Bidirectional.Over((LstmCell)found.Cells[0], (LstmCell)found.Cells[1]);
        var x = Key.For("x").Normal([5, 2, Inputs]);
        using var runtime = new Runtime(File.ReadAllBytes(path));
        var expected = runtime.Run(("x", x))[0];
        Agree.Within(Permute(expected, 0, 2, 1, 3).Reshape(5, 2, 2 * Units), both.Forward(x), "both directions");
    }

    public static TheoryData<string> Refusals => [.. Refused.Keys];

    [Theory, MemberData(nameof(Refusals))]
    public void WhatNoCellDoesIsRefused(string reason)
    {
        var (kind, attribute) = Refused[reason];
        Write(Node(kind, "", attribute), ("w", Tensor.Ones([1, 4 * Units, Inputs])), ("r", Tensor.Ones([1, 4 * Units, Units])));
        var error = Assert.Throws<TensorFileException>(() => OnnxRecurrent.Read(path));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(kind + " y", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WeightsOfOtherShapesAndMissingOnesAreNamed()
    {
        Write(Node("GRU"), ("w", Tensor.Ones([1, 4 * Units, Inputs])), ("r", Tensor.Ones([1, 3 * Units, Units])));
        Assert.Contains("W is [1, 16, 3], [1, 12, 3] is needed", Message(), StringComparison.Ordinal);
        Write(Node("GRU"), ("w", Tensor.Ones([1, 3 * Units, Inputs])));
        Assert.Contains("\"r\" is no constant", Message(), StringComparison.Ordinal);
        File.WriteAllText(path, "no model at all, but long enough to be one");
        Assert.Contains("no ONNX file", Message(), StringComparison.Ordinal);
        File.WriteAllBytes(path, []);
        Assert.Contains("no graph", Message(), StringComparison.Ordinal);
        string Message() => Assert.Throws<TensorFileException>(() => OnnxRecurrent.Read(path)).Message;
    }

    // A file of a few bytes that doubles a tensor at each of its nodes.
    [Fact]
    public void ConstantsDoNotGrowWithoutEnd()
    {
        var nodes = Enumerable.Range(0, 60).Select(i => OnnxProto.Node(
            "Concat", "", [$"c{i}", $"c{i}"], [i == 59 ? "w" : $"c{i + 1}"], [OnnxAttribute.Of("axis", 0)]));
        Write([.. nodes, .. Node("RNN")], ("c0", Tensor.Ones([1, 4, 3])), ("r", Tensor.Ones([1, 4, 4])));
        Assert.Contains(
            "grow beyond", Assert.Throws<TensorFileException>(() => OnnxRecurrent.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedFilesAreRefusedOrReadWithoutMemoryForWhatIsNotThere()
    {
        Export(CellTable.Filled(new PeepholeLstmCell(2, 2, Key)), path);
        byte[] bytes = File.ReadAllBytes(path);
        int refused = 0;
        for (uint i = 0; i < 10_000; i++)
        {
            byte[] changed = i % 16 == 0 ? bytes[..(1 + new RandomKey(i).Whole(99, bytes.Length))] : [.. bytes];
            for (uint j = 0; j <= i % 4; j++)
                changed[new RandomKey(i).Whole(j, changed.Length)] = (byte)new RandomKey(i).Whole(100 + j, 256);
            File.WriteAllBytes(path, changed);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                OnnxRecurrent.Read(path);
            }
            catch (TensorFileException)
            {
                refused++;
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, changed.Length + (16 << 20));
        }
        Assert.InRange(refused, 2_000, 9_999);
    }

    static readonly Dictionary<string, (string Kind, OnnxAttribute Attribute)> Refused = new()
    {
        ["input_forget"] = ("LSTM", OnnxAttribute.Of("input_forget", 1)),
        ["clip"] = ("LSTM", OnnxAttribute.Of("clip", 3)),
        ["hidden_size is 5"] = ("LSTM", OnnxAttribute.Of("hidden_size", 5)),
        ["HardSigmoid"] = ("LSTM", OnnxAttribute.Of("activations", (string[])["HardSigmoid", "Tanh", "Tanh"])),
        ["2 functions are given"] = ("LSTM", OnnxAttribute.Of("activations", (string[])["Sigmoid", "Tanh"])),
        ["sideways"] = ("LSTM", OnnxAttribute.Of("direction", "sideways")),
    };

    [GeneratedRegex("^test_(lstm|gru|rnn|simple_rnn)_")]
    private static partial Regex Recurrent();

    static void CheckVector(string folder)
    {
        string name = Path.GetFileName(folder), model = Path.Combine(folder, "model.onnx");
        var given = Directory.GetFiles(Path.Combine(folder, "test_data_set_0"), "input_*.pb").ToDictionary(NameOf, Value);
        var weights = given.Where(pair => pair.Value.Numbers is not null).ToDictionary(pair => pair.Key, pair => pair.Value.Numbers!);
        var found = Assert.Single(OnnxRecurrent.Read(model, weights));
        var node = Assert.Single(new OnnxFile(model, weights).Nodes);
        bool isBatchFirst = node["layout"] is { Whole: 1 };
        Tensor x = weights[node.Inputs[0]], time = isBatchFirst ? Permute(x, 1, 0, 2) : x;
        int[] lengths = node.Input(4) is { } counted ? Array.ConvertAll(given[counted].Whole!, length => (int)length) : [];
        Tensor? Initial(int input) => node.Input(input) is { } state ? weights[state].Reshape(time.Shape[1], found.Units) : null;
        var (outputs, final) = Run(found.Cells[0], time, Initial(5), Initial(6), lengths);
        var (y, h) = isBatchFirst
            ? (Permute(outputs, 1, 0, 2).Reshape(time.Shape[1], time.Shape[0], 1, found.Units),
                final.Reshape(time.Shape[1], 1, found.Units))
            : (outputs.Reshape(time.Shape[0], 1, time.Shape[1], found.Units), final.Reshape(1, time.Shape[1], found.Units));
        foreach (string file in Directory.GetFiles(Path.Combine(folder, "test_data_set_0"), "output_*.pb"))
            Agree.Within(Value(file).Numbers!, node.Outputs[0] == NameOf(file) ? y : h, $"{name}, {NameOf(file)}");
    }

    static (Tensor Outputs, Tensor Final) Run(Module cell, Tensor x, Tensor? h, Tensor? c, int[] lengths)
    {
        if (cell is Cell<LstmState> lstm)
        {
            var first = lstm.Initial(x.Shape[1], ElementType.Float32);
            var run = Autograd.Layers.Recurrent.Over(lstm).Run(x, new LstmState(h ?? first.H, c ?? first.C), lengths);
            return (run.Outputs, run.Final.H);
        }
        var plain = (Cell<Tensor>)cell;
        var other = Autograd.Layers.Recurrent.Over(plain).Run(x, h ?? plain.Initial(x.Shape[1], ElementType.Float32), lengths);
        return (other.Outputs, other.Final);
    }

    /// <summary>A packed list may be empty: the lengths of a scalar, for one.</summary>
    [Fact]
    public void AnEmptyListHasNoNumbers()
    {
        // No lengths; float; one number.
        byte[] scalar = [0x0A, 0x00, 0x10, 0x01, 0x22, 0x04, .. BitConverter.GetBytes(5f)];
        var numbers = new OnnxTensorReader("scalar").Read(scalar).Numbers!;
        Assert.Equal(0, numbers.Rank);
        Assert.Equal(5, numbers.ToScalar());
        // One length, 0; float; no numbers.
        byte[] empty = [0x0A, 0x01, 0x00, 0x10, 0x01, 0x22, 0x00];
        Assert.Equal(Shape.Create([0]), new OnnxTensorReader("empty").Read(empty).Numbers!.Shape);
    }

    static OnnxConstant Value(string file) => new OnnxTensorReader(file).Read(File.ReadAllBytes(file));

    static string NameOf(string file) => new ProtoReader(file).Fields(File.ReadAllBytes(file)).Single(field => field.Number == 8).Text;

    static Tensor Forward(Module cell, Tensor x) => Run(cell, x, null, null, []).Outputs;

    static void Export(Module cell, string path)
    {
        var options = new OnnxOptions { PrefersNative = true };
        var model = cell is Cell<LstmState> lstm
            ? OnnxModel.ExportWithState(Autograd.Layers.Recurrent.Over(lstm), Inputs(cell), options: options)
            : OnnxModel.ExportWithState(Autograd.Layers.Recurrent.Over((Cell<Tensor>)cell), Inputs(cell), options: options);
        model.Save(path);
        static int Inputs(Module cell) => cell.Parameters[0].Shape[0];
    }

    OnnxRecurrent Single(ProtoMessage[] nodes, params (string Name, Tensor Value)[] weights)
    {
        Write(nodes, weights);
        return Assert.Single(OnnxRecurrent.Read(path));
    }

    static ProtoMessage[] Node(string kind, string bias = "", params OnnxAttribute[] attributes) =>
        [OnnxProto.Node(kind, "y", ["x", "w", "r", bias], ["y"], [OnnxAttribute.Of("hidden_size", Units), .. attributes])];

    void Write(ProtoMessage[] nodes, params (string Name, Tensor Value)[] weights)
    {
        var graph = OnnxProto.Graph(
            "g", nodes, weights.Select(weight => OnnxProto.Tensor(weight.Name, weight.Value)),
            [OnnxProto.Value("x", OnnxType.Float, [(5, null), (2, null), (Inputs, null)])],
            [OnnxProto.Value("y", OnnxType.Float, [(5, null), (2, null), (2, null), (Units, null)])]);
        using var stream = File.Create(path);
        OnnxProto.Model(graph, "1").WriteTo(stream);
    }
}
