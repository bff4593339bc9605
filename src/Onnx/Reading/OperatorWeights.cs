using Autograd.Layers;

namespace Autograd.Onnx.Reading;

/// <summary>
/// The weights of a recurrent operator: <c>W</c> <c>[directions, gates · units, inputs]</c>, <c>R</c>
/// <c>[directions, gates · units, units]</c>, <c>B</c> <c>[directions, 2 · gates · units]</c> for input and state, <c>P</c>
/// <c>[directions, 3 · units]</c>.
/// </summary>
sealed class OperatorWeights
{
    readonly string path;
    readonly OnnxNode node;
    readonly Tensor w, r;
    readonly Tensor? b, p;

    /// <param name="path">The file, for messages.</param>
    /// <param name="file">What is in it.</param>
    /// <param name="node">The operator.</param>
    public OperatorWeights(string path, OnnxFile file, OnnxNode node)
    {
        this.path = path;
        this.node = node;
        foreach (string option in (string[])["clip", "activation_alpha", "activation_beta"])
            if (node[option] is not null) throw Refused($"no cell has the attribute {option}.");
        if (node["input_forget"] is { Whole: not 0 }) throw Refused("no cell has the attribute input_forget.");
        w = Needed(file, 1, "W");
        r = Needed(file, 2, "R");
        b = Numbers(file, 3);
        p = node.Operator == "LSTM" ? Numbers(file, 7) : null;
        if (w.Rank != 3 || r.Rank != 3) throw Refused($"W is {w.Shape}, R is {r.Shape}; three axes are needed.");
        if (node["hidden_size"] is { } size && size.Whole != Units) throw Refused($"hidden_size is {size.Whole}, R is {r.Shape}.");
    }

    /// <summary>Number of units of a direction.</summary>
    public int Units => r.Shape[2];

    public OnnxDirection Direction => (node["direction"]?.Text ?? "forward") switch
    {
        "forward" => OnnxDirection.Forward,
        "reverse" => OnnxDirection.Reverse,
        "bidirectional" => OnnxDirection.Bidirectional,
        var other => throw Refused($"there is no direction \"{other}\"."),
    };

    /// <summary>The cell of a direction.</summary>
    /// <exception cref="TensorFileException">There is none that does the same, or the weights have other shapes.</exception>
    public Module Cell(int direction, int directions)
    {
        var native = Native(direction, directions);
        int gates = native.Gates.Length, inputs = w.Shape[2];
        Expect("W", w, [directions, gates * Units, inputs]);
        Expect("R", r, [directions, gates * Units, Units]);
        Expect("B", b, [directions, 2 * gates * Units]);
        Expect("P", p, [directions, 3 * Units]);
        if (inputs == 0 || Units == 0) throw Refused($"W is {w.Shape}, R is {r.Shape}; a cell has one input and one unit at least.");
        var cell = native.Cell(inputs, Units, true);
        Parameter.AssignAll([.. Values(native, cell, direction).Select(pair =>
            (pair.Parameter, pair.Value.As(pair.Parameter.ElementType).Detach()))]);
        return cell;
    }

    IEnumerable<(Parameter Parameter, Tensor Value)> Values(NativeCell native, Module cell, int direction)
    {
        var gates = new GateBlocks(cell, native.Gates, hasRows: true);
        int rows = native.Gates.Length * Units;
        var both = b is null ? Tensor.Zeros([2 * rows], w.ElementType) : b[direction];
        var (input, state) = (both[..rows], both[rows..]);
        var values = gates.TakeMatrix(native.Matrices.Input, w[direction])
            .Concat(gates.TakeMatrix(native.Matrices.Recurrent, r[direction]));
        if (native.ResetsAfter)
        {
            var (added, reset) = (state[..^Units], state[^Units..]);
            state = Functions.Concatenate(0, added, Tensor.Zeros([Units], added.ElementType));
            values = values.Append((cell["Bhh"], reset));
        }
        values = values.Concat(gates.TakeVector("B", input + state));
        return native.Peepholes is [] ? values
            : values.Concat(new GateBlocks(cell, native.Peepholes, hasRows: true).TakeVector("P", p![direction]));
    }

    NativeCell Native(int direction, int directions)
    {
        var named = node["activations"]?.Texts;
        bool resetsAfter = node["linear_before_reset"] is { Whole: not 0 };
        var kind = NativeCell.All.Where(native => native.Operator == node.Operator && native.ResetsAfter == resetsAfter
            && native.Peepholes.Length > 0 == p is not null).ToArray();
        if (kind.Length == 0) throw Refused("no cell has its attributes.");
        int each = kind[0].Activations.Length;
        if (named is null || named.Count == 0) return kind[0];
        if (named.Count != each * directions) throw Refused($"{named.Count} functions are given, {each * directions} are needed.");
        var functions = named.Skip(direction * each).Take(each).ToArray();
        return Array.Find(kind, native => native.Activations.SequenceEqual(functions, StringComparer.OrdinalIgnoreCase))
            ?? throw Refused($"no cell has the functions {string.Join(", ", functions)}.");
    }

    void Expect(string name, Tensor? weights, Shape shape)
    {
        if (weights is not null && weights.Shape != shape) throw Refused($"{name} is {weights.Shape}, {shape} is needed.");
    }

    Tensor Needed(OnnxFile file, int input, string name) => Numbers(file, input) ?? throw Refused($"it has no {name}.");

    Tensor? Numbers(OnnxFile file, int input) => node.Input(input) is { } name ? file.Numbers(name) : null;

    TensorFileException Refused(string reason) => new(path, $"{node.Operator} {node.Name}: {reason}");
}
