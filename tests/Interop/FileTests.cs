using Autograd.Layers;
using Autograd.Onnx;

namespace Autograd.Interop;

/// <summary>
/// Files for other programs, and from them, in the folder that the variable AUTOGRAD_INTEROP names; <c>.ci/interop</c> runs these programs.
/// Without the variable, or without what another program should have written, a test is skipped, and the runner says so.
/// </summary>
public class FileTests
{
    static readonly RandomKey Key = new(3);

    [PeerFact]
    public void EveryCellIsWrittenAsAFile()
    {
        int count = 0;
        foreach (var cell in CellTable.All)
        {
            foreach (bool hasLengths in new[] { false, true })
                foreach (bool isNative in new[] { false, true })
                    cell.Export(hasLengths,
                        new() { PrefersNative = isNative })
                            .Save(PeerFactAttribute.PathOf(FormattableString.Invariant($"cell{count++}.onnx")));
        }
        foreach (var (name, model) in ModuleTests.Files()) model.Save(PeerFactAttribute.PathOf($"{name}.onnx"));
    }

    [PeerFact("torch-*.safetensors")]
    public void PyTorchsRecurrentModulesGiveTheSameHere()
    {
        string[] files = PeerFactAttribute.Files("torch-*.safetensors");
        Assert.Equal(36 + 12, files.Length);
        foreach (string file in files)
        {
            var tensors = Safetensors.Read(file);
            string[] parts = Path.GetFileNameWithoutExtension(file).Split('-');
            var stack = new TorchStack(parts[1], parts[2][0] - '0', parts[3][0] - '0', parts[5][0] - '0');
            PyTorch.ImportRecurrent(stack.Cells, tensors, "module.", stack.Directions);
            AreTheSame(tensors["y"], stack.Forward(tensors["x"]), file);
        }
    }

    [PeerFact("torchmodule-*.safetensors")]
    public void PyTorchsOtherModulesGiveTheSameHere()
    {
        foreach (var (name, module, forward) in Others())
        {
            string file = PeerFactAttribute.PathOf($"torchmodule-{name}.safetensors");
            var tensors = Safetensors.Read(file);
            PyTorch.Import(module, tensors, "module.");
            AreTheSame(tensors["y"], forward(tensors["x"]), file);
        }
    }

    // What Python reads, and compares with what it computes from it.
    [PeerFact]
    public void ModulesAreWrittenForPyTorch()
    {
        foreach (string kind in (string[])["RNN", "LSTM", "GRU", "Projected"])
            for (int layers = 1; layers <= 3; layers++)
                for (int directions = 1; directions <= 2; directions++)
                    WriteStack(kind == "Projected" ? "LSTM" : kind, layers, directions, kind == "Projected" ? 2 : 0);
        foreach (var (name, module, forward) in Others())
        {
            Randomize(module);
            var x = name == "Embedding" ? Tensor.From(new float[,] { { 1, 0 }, { 6, 3 } }) : Key.For("x").Normal([6, 2, TorchStack.Inputs]);
            Write($"ours-torchmodule-{name}", [.. PyTorch.Export(module, "module."), ("x", x), ("y", forward(x))]);
        }
    }

    // Trained there, it writes the same text here.
    [PeerFact("torchtext.safetensors")]
    public void ACharacterModelOfPyTorchWritesTheSameTextHere()
    {
        using var file = SafetensorsFile.Open(PeerFactAttribute.PathOf("torchtext.safetensors"));
        var tensors = file.Names.ToDictionary(name => name, file.Read);
        var (symbols, text) = (file.Metadata["symbols"], file.Metadata["written"]);
        var embedding = new Embedding(symbols.Length, 16, default);
        Cell<LstmState>[] layers = [new LstmCell(16, 48, default), new LstmCell(48, 48, default)];
        var head = new Linear(48, symbols.Length, default);
        PyTorch.Import(embedding, tensors, "module.embedding.");
        PyTorch.ImportRecurrent(layers, tensors, "module.rnn.");
        PyTorch.Import(head, tensors, "module.head.");
        var decoder = new Decoder<LayerStates<LstmState>>(Stacked.Of(layers), tokens => embedding.Forward(tokens), head.Forward);
        int[] written = decoder.Generate([[symbols.IndexOf('\n', StringComparison.Ordinal)]], text.Length, Sampler.Greedy, default)[0];
        Assert.Equal(text, string.Concat(written.Select(token => symbols[token])));
    }

    [PeerFact("numpy-*.npy")]
    public void ArraysOfNumpyAreRead()
    {
        foreach (string file in PeerFactAttribute.Files("numpy-*.npy")) IsCounted(file, Npy.Read(file));
        string[] archives = PeerFactAttribute.Files("numpy-*.npz");
        Assert.Equal(2, archives.Length);
        foreach (string file in archives)
        {
            var arrays = Npz.Read(file);
            Assert.Equal(["a", "ü"], arrays.Keys.Order(StringComparer.Ordinal));
            foreach (var (name, array) in arrays) IsCounted($"{file}, {name}", array);
        }
        using var written = SafetensorsFile.Open(PeerFactAttribute.PathOf("numpy-arrays.safetensors"));
        Assert.Equal("大きさ\n", written.Metadata["größe"]);
        Assert.Equal(["a", "nothing", "ü"], written.Names.Order(StringComparer.Ordinal));
        foreach (string name in written.Names) IsCounted($"numpy-arrays.safetensors, {name}", written.Read(name));
        Assert.Equal(Shape.Create([0, 2]), written.Read("nothing").Shape);
    }

    [PeerFact]
    public void ArraysAreWrittenForNumpy()
    {
        (string, Tensor)[] ours =
        [
            ("single", Tensor.From([.. Enumerable.Range(0, 24).Select(i => (float)i)]).Reshape(2, 3, 4)),
                ("double", Tensor.From([0.0, 1, 2, 3])),
            ("scalar", Tensor.Scalar(0f)), ("ü", Tensor.Zeros([3, 0])),
        ];
        Npy.Write(PeerFactAttribute.PathOf("ours.npy"), ours[0].Item2);
        Npz.Write(PeerFactAttribute.PathOf("ours.npz"), ours);
        Safetensors.Write(PeerFactAttribute.PathOf("ours.safetensors"), ours, new Dictionary<string, string> { ["größe"] = "大きさ\n" });
        Snapshot.Save(PeerFactAttribute.PathOf("ours-snapshot.safetensors"), ("head", new Linear(700, 800, Key)));
    }

    static IEnumerable<(string Name, Module Module, Func<Tensor, Tensor> Forward)> Others()
    {
        var linear = new Linear(TorchStack.Inputs, TorchStack.Units, default);
        var plain = new Linear(TorchStack.Inputs, TorchStack.Units, default, hasBias: false);
        var embedding = new Embedding(7, TorchStack.Units, default);
        var norm = new LayerNorm(TorchStack.Inputs);
        yield return ("Linear", linear, linear.Forward);
        yield return ("LinearWithoutBias", plain, plain.Forward);
        yield return (
            "Embedding", embedding, x => embedding.Forward([.. x.ToDoubles().Select(symbol => (int)symbol)], x.Shape[0], x.Shape[1]));
        yield return ("LayerNorm", norm, norm.Forward);
    }

    static void WriteStack(string kind, int layers, int directions, int projection)
    {
        var stack = new TorchStack(kind, layers, directions, projection);
        var x = Key.For("x").Normal([6, 2, TorchStack.Inputs]);
        Write(FormattableString.Invariant($"ours-torch-{kind}-{layers}-{directions}-{projection}"),
            [.. PyTorch.ExportRecurrent(stack.Cells, "module.", directions), ("x", x), ("y", stack.Forward(x))]);
    }

    static void Randomize(Module module)
    {
        foreach (var (path, parameter) in module.NamedParameters()) parameter.Assign(Key.For(path).Normal(parameter.Shape, 0.5));
    }

    static void Write(string name, IEnumerable<(string, Tensor)> tensors) =>
        Safetensors.Write(PeerFactAttribute.PathOf($"{name}.safetensors"), tensors);

    // To a millionth of what states are bounded by, 1, or of the largest where they are not bounded: some sixteen roundings.
    static void AreTheSame(Tensor expected, Tensor actual, string what)
    {
        double largest = expected.ToDoubles().Max(Math.Abs);
        Agree.Within(expected, actual, what, 1e-6 * Math.Max(1, largest) / largest);
    }

    static void IsCounted(string file, Tensor tensor)
    {
        double[] elements = tensor.ToDoubles();
        for (int i = 0; i < elements.Length; i++) Assert.True(elements[i] == i, $"{file}: element {i} is {elements[i]}.");
    }
}
