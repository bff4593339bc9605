using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Autograd.Onnx.Proto;

/// <summary>Element types of ONNX, by their numbers in <c>TensorProto.DataType</c>.</summary>
enum OnnxType
{
    Float = 1,
    Int32 = 6,
    Int64 = 7,
    Bool = 9,
    Double = 11,
}

/// <summary>The messages of onnx.proto that a model is made of. Numbers are those of its fields.</summary>
static class OnnxProto
{
    /// <summary>Version of the format; with it operators are those of version 17, which every current runtime has.</summary>
    public const int IrVersion = 8, Operators = 17;

    public static OnnxType TypeOf(ElementType type) => type == ElementType.Float32 ? OnnxType.Float : OnnxType.Double;

    public static ProtoMessage Model(ProtoMessage graph, string version)
    {
        var operators = new ProtoMessage().Add(1, "").Add(2, Operators);
        return new ProtoMessage().Add(1, IrVersion).Add(2, "Autograd.Onnx").Add(3, version).Add(7, graph).Add(8, operators);
    }

    public static ProtoMessage Graph(
        string name, IEnumerable<ProtoMessage> nodes, IEnumerable<ProtoMessage> initializers, IEnumerable<ProtoMessage> inputs,
        IEnumerable<ProtoMessage> outputs)
    {
        var graph = new ProtoMessage();
        foreach (var node in nodes) graph.Add(1, node);
        graph.Add(2, name);
        foreach (var initializer in initializers) graph.Add(5, initializer);
        foreach (var input in inputs) graph.Add(11, input);
        foreach (var output in outputs) graph.Add(12, output);
        return graph;
    }

    public static ProtoMessage Node(string kind, string name, IEnumerable<string> inputs, IEnumerable<string> outputs,
        IEnumerable<OnnxAttribute> attributes)
    {
        var node = new ProtoMessage();
        foreach (string input in inputs) node.Add(1, input);
        foreach (string output in outputs) node.Add(2, output);
        node.Add(3, name).Add(4, kind);
        foreach (var attribute in attributes) node.Add(5, attribute.Message);
        return node;
    }

    /// <summary>A tensor of either element type, by its elements where they are.</summary>
    public static ProtoMessage Tensor(string name, Tensor value)
    {
        byte[] bytes = value.ElementType == ElementType.Float32
            ? MemoryMarshal.AsBytes(value.AsSpan<float>()).ToArray()
            : MemoryMarshal.AsBytes(value.AsSpan<double>()).ToArray();
        return Tensor(name, TypeOf(value.ElementType), Array.ConvertAll(value.Shape.Lengths.ToArray(), length => (long)length), bytes);
    }

    /// <summary>Whole numbers; a scalar without lengths.</summary>
    public static ProtoMessage Tensor(string name, long[] values, bool isScalar)
    {
        byte[] bytes = new byte[values.Length * sizeof(long)];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), values[i]);
        return Tensor(name, OnnxType.Int64, isScalar ? [] : [values.Length], bytes);
    }

    /// <summary>What a graph takes or gives: a name, a type, and the lengths, each a number or the name of what is not known.</summary>
    public static ProtoMessage Value(string name, OnnxType type, IEnumerable<(long Length, string? Name)> lengths)
    {
        var shape = new ProtoMessage();
        foreach (var (length, text) in lengths)
            shape.Add(1, text is null ? new ProtoMessage().Add(1, length) : new ProtoMessage().Add(2, text));
        var tensor = new ProtoMessage().Add(1, (long)type).Add(2, shape);
        return new ProtoMessage().Add(1, name).Add(2, new ProtoMessage().Add(1, tensor));
    }

    static ProtoMessage Tensor(string name, OnnxType type, long[] lengths, byte[] bytes)
    {
        var tensor = new ProtoMessage();
        foreach (long length in lengths) tensor.Add(1, length);
        return tensor.Add(2, (long)type).Add(8, name).Add(9, (ReadOnlyMemory<byte>)bytes);
    }
}

/// <summary>An attribute of a node; the text tells attributes apart.</summary>
readonly record struct OnnxAttribute(ProtoMessage Message, string Text)
{
    public static OnnxAttribute Of(string name, long value) => new(Named(name, 2).Add(3, value), $"{name}={value}");

    public static OnnxAttribute Of(string name, string value) => new(Named(name, 3).Add(4, value), $"{name}={value}");

    public static OnnxAttribute Of(string name, params long[] values)
    {
        var message = Named(name, 7);
        foreach (long value in values) message.Add(8, value);
        return new(message, $"{name}=[{string.Join(",", values)}]");
    }

    public static OnnxAttribute Of(string name, string[] values)
    {
        var message = Named(name, 8);
        foreach (string value in values) message.Add(9, value);
        return new(message, $"{name}=[{string.Join(",", values)}]");
    }

    /// <summary>A graph; no two are the same.</summary>
    public static OnnxAttribute Of(string name, ProtoMessage graph) => new(Named(name, 5).Add(6, graph), "");

    static ProtoMessage Named(string name, long type) => new ProtoMessage().Add(1, name).Add(20, type);
}
