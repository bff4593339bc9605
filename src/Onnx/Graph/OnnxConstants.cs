using Autograd.Onnx.Proto;

namespace Autograd.Onnx.Graph;

/// <summary>The tensors of a file: parameters under their names, and numbers, each once.</summary>
sealed class OnnxConstants(OnnxGraph root)
{
    // Larger ones are not compared.
    const int MostCompared = 64;

    readonly Dictionary<string, string> known = new(StringComparer.Ordinal);
    readonly Dictionary<Tensor, string> tensors = new(ReferenceEqualityComparer.Instance);

    public List<ProtoMessage> Initializers { get; } = [];

    /// <summary>A tensor as it is.</summary>
    public string Of(Tensor value, string name)
    {
        if (tensors.TryGetValue(value, out string? same)) return same;
        bool isCompared = value is not Parameter && value.ElementCount <= MostCompared;
        string text = isCompared ? Text(value) : "";
        if (isCompared && known.TryGetValue(text, out same)) return tensors[value] = same;
        string given = root.NewName(name);
        Initializers.Add(OnnxProto.Tensor(given, value));
        if (isCompared) known.Add(text, given);
        return tensors[value] = given;
    }

    /// <summary>A number without axes.</summary>
    public string Of(double number, ElementType type) => Of(Tensor.Scalar(number, type), "number");

    /// <summary>Whole numbers side by side.</summary>
    public string Of(params long[] numbers) => Whole(numbers, isScalar: false);

    /// <summary>A whole number without axes.</summary>
    public string OfScalar(long number) => Whole([number], isScalar: true);

    string Whole(long[] numbers, bool isScalar)
    {
        string text = $"whole {isScalar} {string.Join(",", numbers)}";
        if (known.TryGetValue(text, out string? same)) return same;
        string name = root.NewName("whole");
        Initializers.Add(OnnxProto.Tensor(name, numbers, isScalar));
        known.Add(text, name);
        return name;
    }

    // To the bit: 0 and −0 are two numbers, and so are NaNs.
    static string Text(Tensor value) =>
        $"{value.ElementType} {value.Shape} {string.Join(",", value.ToDoubles().Select(BitConverter.DoubleToInt64Bits))}";
}
