using Autograd.Onnx.Proto;
using Autograd.Onnx.Sizes;

namespace Autograd.Onnx.Graph;

/// <summary>
/// The nodes of a graph, in order. A graph within another, the body of a <c>Scan</c>, sees what that one has computed before it; constants
/// and lengths are kept in the outermost one. The same node is not written twice.
/// </summary>
sealed class OnnxGraph
{
    readonly OnnxGraph? parent;
    readonly List<ProtoMessage> nodes = [];
    readonly Dictionary<string, string> known = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> conditions = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> names;

    public OnnxGraph(OnnxGraph? parent = null)
    {
        this.parent = parent;
        Root = parent?.Root ?? this;
        names = parent?.names ?? new(StringComparer.Ordinal);
        Constants = parent?.Constants ?? new OnnxConstants(this);
    }

    /// <summary>The outermost graph.</summary>
    public OnnxGraph Root { get; }

    /// <summary>Tensors that the file holds.</summary>
    public OnnxConstants Constants { get; }

    public IReadOnlyList<ProtoMessage> Nodes => nodes;

    /// <summary>A name that nothing has yet: the given one, or that with a number.</summary>
    public string NewName(string wish)
    {
        if (names.TryAdd(wish, 1)) return wish;
        string name;
        do name = FormattableString.Invariant($"{wish}_{names[wish]++}");
        while (!names.TryAdd(name, 1));
        return name;
    }

    /// <summary>A node with one result; returns its name.</summary>
    public string Add(string kind, string[] inputs, params OnnxAttribute[] attributes)
    {
        string text = $"{kind}({string.Join(",", inputs)}){string.Join(";", attributes.Select(attribute => attribute.Text))}";
        if (Find(text) is { } same) return same;
        string output = NewName(kind);
        AddNode(kind, inputs, [output], attributes);
        known.Add(text, output);
        return output;
    }

    /// <summary>A node whose results have names that were made for them.</summary>
    public void AddNode(string kind, string[] inputs, string[] outputs, params OnnxAttribute[] attributes) =>
        nodes.Add(OnnxProto.Node(kind, outputs[0], inputs, outputs, attributes));

    /// <summary>1 and 0 for a condition, as numbers of a type.</summary>
    public string FromCondition(string condition, ElementType type)
    {
        string number = Cast(condition, OnnxProto.TypeOf(type));
        conditions[number] = condition;
        return number;
    }

    /// <summary>Where numbers are not 0.</summary>
    public string ToCondition(string number)
    {
        for (var graph = this; graph is not null; graph = graph.parent)
            if (graph.conditions.TryGetValue(number, out string? condition))
                return condition;
        return Cast(number, OnnxType.Bool);
    }

    public string Cast(string value, OnnxType type) => Add("Cast", [value], OnnxAttribute.Of("to", (long)type));

    // Not in the graphs around: what they compute later is not there yet.
    string? Find(string text) => known.GetValueOrDefault(text) ?? parent?.Find(text);
}
