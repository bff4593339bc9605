namespace Autograd.Onnx.Reading;

/// <summary>A node of a graph (<c>NodeProto</c>): an operator, the names of what it takes and gives, and its attributes.</summary>
sealed class OnnxNode
{
    readonly Dictionary<string, OnnxNodeAttribute> attributes = new(StringComparer.Ordinal);

    public OnnxNode(ProtoReader reader, ReadOnlyMemory<byte> message)
    {
        foreach (var field in reader.Fields(message))
        {
            switch (field.Number)
            {
                case 1: Inputs.Add(field.Text); break;
                case 2: Outputs.Add(field.Text); break;
                case 3: Name = field.Text; break;
                case 4: Operator = field.Text; break;
                case 5:
                    var attribute = new OnnxNodeAttribute(reader, field.Bytes);
                    attributes[attribute.Name] = attribute;
                    break;
                case 7: Domain = field.Text; break;
            }
        }
        if (Name.Length == 0) Name = Outputs.Find(output => output.Length > 0) ?? Operator;
    }

    /// <summary>Its own name, or else that of what it gives.</summary>
    public string Name { get; } = "";

    public string Operator { get; } = "";

    /// <summary>Where the operator is defined; empty for those of ONNX itself.</summary>
    public string Domain { get; } = "";

    public List<string> Inputs { get; } = [];

    public List<string> Outputs { get; } = [];

    public OnnxNodeAttribute? this[string name] => attributes.GetValueOrDefault(name);

    /// <summary>The name of an input; null if it is not given.</summary>
    public string? Input(int number) => number < Inputs.Count && Inputs[number].Length > 0 ? Inputs[number] : null;
}

/// <summary>An attribute of a node (<c>AttributeProto</c>).</summary>
sealed class OnnxNodeAttribute
{
    public OnnxNodeAttribute(ProtoReader reader, ReadOnlyMemory<byte> message)
    {
        foreach (var field in reader.Fields(message))
        {
            switch (field.Number)
            {
                case 1: Name = field.Text; break;
                case 3: Whole = (long)field.Value; break;
                case 4: Text = field.Text; break;
                case 5: Tensor = field.Bytes; break;
                case 8: reader.AddWhole(field, Wholes); break;
                case 9: Texts.Add(field.Text); break;
            }
        }
    }

    public string Name { get; } = "";

    public long Whole { get; }

    public string Text { get; } = "";

    public ReadOnlyMemory<byte> Tensor { get; }

    public List<long> Wholes { get; } = [];

    public List<string> Texts { get; } = [];
}
