namespace Autograd.Onnx;

/// <summary>What an input of a model holds.</summary>
enum OnnxInputKind
{
    Numbers,
    Symbols,
    Lengths,
}

/// <summary>An axis of an input: a fixed length, or a name for one that may differ from run to run.</summary>
public readonly record struct OnnxAxis
{
    /// <summary>An axis with a name; equal names have equal lengths.</summary>
    /// <param name="name">Its name, such as <c>time</c> or <c>batch</c>.</param>
    /// <param name="least">The smallest length with which the model can be traced, such as 1 more than its longest delay.</param>
    public OnnxAxis(string name, int least = 1)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Require.AtLeast(nameof(OnnxAxis), nameof(least), least, 1);
        Name = name;
        Least = least;
    }

    OnnxAxis(int length) => Length = Require.AtLeast(nameof(OnnxAxis), nameof(length), length, 0);

    /// <summary>Its name; null for a fixed length.</summary>
    public string? Name { get; }

    /// <summary>The fixed length; not meaningful if there is a name.</summary>
    public int Length { get; }

    /// <summary>The smallest length with which the model can be traced.</summary>
    public int Least { get; }

    /// <summary>A fixed length.</summary>
    public static implicit operator OnnxAxis(int length) => new(length);

    /// <summary>A length with a name.</summary>
    public static implicit operator OnnxAxis(string name) => new(name);

    /// <summary>The name or the length.</summary>
    public override string ToString() => Name ?? FormattableString.Invariant($"{Length}");
}

/// <summary>An input of the model that is written.</summary>
public sealed class OnnxInput
{
    OnnxInput(string name, OnnxInputKind kind, OnnxAxis[] axes)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(axes);
        Name = name;
        Kind = kind;
        Axes = axes;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its axes.</summary>
    public IReadOnlyList<OnnxAxis> Axes { get; }

    internal OnnxInputKind Kind { get; }

    internal ElementType Type { get; private init; }

    /// <summary>How many symbols there are, or the axis of which lengths are.</summary>
    internal int Symbols { get; private init; }

    internal OnnxAxis Time { get; private init; }

    /// <summary>An input of numbers: a tensor for the function.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="axes">Its axes, such as <c>["time", "batch", 3]</c>.</param>
    /// <param name="type">Element type, that of the model by default: single precision.</param>
    public static OnnxInput Numbers(string name, OnnxAxis[] axes, ElementType type = ElementType.Float32) =>
        new(name, OnnxInputKind.Numbers, axes) { Type = type.Checked() };

    /// <summary>
    /// An input of symbol numbers (int64): indices into an <see cref="Autograd.Layers.Embedding"/>, of rows or of elements. The function
    /// receives them as integers.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="symbols">The number of symbols, at least 2; they are numbered from 0.</param>
    /// <param name="axes">Its axes, such as <c>["time", "batch"]</c>.</param>
    public static OnnxInput Tokens(string name, int symbols, params OnnxAxis[] axes) =>
        new(name, OnnxInputKind.Symbols, axes) { Symbols = Require.AtLeast(nameof(Tokens), nameof(symbols), symbols, 2) };

    /// <summary>An input with the length of each sequence of a batch (int64).</summary>
    /// <param name="name">Its name.</param>
    /// <param name="time">The axis whose lengths they are.</param>
    /// <param name="batch">Its own axis.</param>
    public static OnnxInput Lengths(string name, OnnxAxis time, OnnxAxis batch) =>
        new(name, OnnxInputKind.Lengths, [batch]) { Time = time };
}

/// <summary>The inputs of a model while it is traced.</summary>
public sealed class OnnxGiven
{
    readonly IReadOnlyDictionary<string, Tensor> tensors;
    readonly IReadOnlyDictionary<string, int[]> whole;
    readonly Func<OnnxAxis, int> lengths;

    internal OnnxGiven(
        IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, int[]> whole, Func<OnnxAxis, int> lengths)
    {
        this.tensors = tensors;
        this.whole = whole;
        this.lengths = lengths;
    }

    /// <summary>An input of numbers.</summary>
    /// <exception cref="KeyNotFoundException">There is no input of that name.</exception>
    public Tensor this[string name] => tensors[name];

    /// <summary>
    /// An input of tokens or lengths, in row-major order. Their values are examples: the function must use them as a whole, and not make
    /// decisions based on them.
    /// </summary>
    /// <exception cref="KeyNotFoundException">There is no input of that name.</exception>
    public int[] Whole(string name) => whole[name];

    /// <summary>The length of an axis in this trace.</summary>
    /// <exception cref="KeyNotFoundException">There is no input of that name.</exception>
    public int Length(OnnxAxis axis) => lengths(axis);
}
