namespace Autograd.Onnx.Reading;

/// <summary>A model that was read: the nodes of its graph, and what in it is constant.</summary>
sealed class OnnxFile
{
    readonly OnnxTensorReader tensors;
    readonly Dictionary<string, ReadOnlyMemory<byte>> initializers = new(StringComparer.Ordinal);
    readonly Dictionary<string, OnnxNode> makers = new(StringComparer.Ordinal);
    readonly Dictionary<string, OnnxConstant?> known = new(StringComparer.Ordinal);
    readonly string path;
    long budget;

    /// <param name="path">The file.</param>
    /// <param name="given">Values of what the model takes.</param>
    /// <exception cref="TensorFileException">It is no ONNX file, or not a whole one.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public OnnxFile(string path, IReadOnlyDictionary<string, Tensor> given)
    {
        this.path = path;
        tensors = new OnnxTensorReader(path);
        foreach (var (name, value) in given) known[name] = new(value, null);
        var reader = new ProtoReader(path);
        var bytes = Bytes(path);
        // What is put together from constants cannot be much more than the file holds.
        budget = 4L * bytes.Length;
        bool hasGraph = false;
        foreach (var field in reader.Fields(bytes))
        {
            if (field.Number != 7) continue;
            hasGraph = true;
            Read(reader, field.Bytes);
        }
        if (!hasGraph) throw reader.Damaged("it holds no graph");
    }

    public List<OnnxNode> Nodes { get; } = [];

    /// <summary>The numbers of a value that is constant: kept in the file, given, or made from such by moving elements.</summary>
    /// <exception cref="TensorFileException">It is computed from something else, or cannot be computed.</exception>
    public Tensor Numbers(string name) =>
        Find(name, 0) is { } constant
            ? constant.Numbers ?? throw new TensorFileException(path, $"value \"{name}\" is of whole numbers, where weights are needed.")
            : throw new TensorFileException(
                path, $"value \"{name}\" is no constant: the file holds no weights for it, and none were given.");

    static byte[] Bytes(string path)
    {
        using var stream = PlainFile.Read(path);
        if (stream.Length > Array.MaxLength) throw new TensorFileException(path, "it is larger than 2 GiB, and so no ONNX file.");
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)stream.Length);
        stream.ReadExactly(bytes);
        return bytes;
    }

    void Read(ProtoReader reader, ReadOnlyMemory<byte> graph)
    {
        foreach (var field in reader.Fields(graph))
        {
            if (field.Number == 1) Nodes.Add(new OnnxNode(reader, field.Bytes));
            else if (field.Number == 5) initializers[NameOf(reader, field.Bytes)] = field.Bytes;
        }
        foreach (var node in Nodes)
            foreach (string output in node.Outputs) makers.TryAdd(output, node);
    }

    static string NameOf(ProtoReader reader, ReadOnlyMemory<byte> tensor) =>
        reader.Fields(tensor).LastOrDefault(field => field.Number == 8) is { Number: 8 } name ? name.Text : "";

    OnnxConstant? Find(string name, int depth)
    {
        if (known.TryGetValue(name, out var found)) return found;
        // Also what a cycle leads to.
        known[name] = null;
        if (initializers.TryGetValue(name, out var tensor)) found = tensors.Read(tensor);
        else if (depth < 100 && makers.TryGetValue(name, out var node)) found = Computed(node, depth);
        return known[name] = found;
    }

    OnnxConstant? Computed(OnnxNode node, int depth)
    {
        if (node.Operator == "Constant" && node["value"] is { } value) return tensors.Read(value.Tensor);
        if (!ConstantFolding.Knows(node)) return null;
        var operands = new OnnxConstant?[node.Inputs.Count];
        for (int i = 0; i < operands.Length; i++)
        {
            if (node.Input(i) is not { } input) continue;
            operands[i] = Find(input, depth + 1);
            if (operands[i] is null) return null;
        }
        try
        {
            budget -= operands.Sum(operand => 4L * operand?.Numbers?.ElementCount ?? 0);
            if (budget < 0) throw new TensorFileException(path, $"node {node.Name}: its constants grow beyond what the file holds.");
            return ConstantFolding.Of(node, operands);
        }
        catch (Exception error) when (
            error is ArgumentException or InvalidOperationException or IndexOutOfRangeException or OverflowException)
        {
            throw new TensorFileException(path, $"node {node.Name}: {node.Operator} of constants failed: {error.Message}", error);
        }
    }
}
