namespace Autograd.Onnx.Graph;

/// <summary>
/// A value of a graph, or a plain number that takes the type of the value it meets, in the arithmetic of elementwise functions: the one
/// definition of each function becomes its nodes.
/// </summary>
readonly struct OnnxNumber : ISlopeNumber<OnnxNumber>
{
    readonly OnnxGraph? graph;
    readonly string name;
    readonly ElementType type;
    readonly double number;

    OnnxNumber(double number)
    {
        name = "";
        this.number = number;
    }

    public OnnxNumber(OnnxGraph graph, string name, ElementType type)
    {
        this.graph = graph;
        this.name = name;
        this.type = type;
    }

    /// <summary>Whether it is a plain number.</summary>
    public bool IsPlain => graph is null;

    /// <summary>The name of the value in its graph.</summary>
    /// <param name="near">A value whose type a plain number takes.</param>
    public string NameNear(OnnxNumber near) => graph is null ? near.graph!.Constants.Of(number, near.type) : name;

    public static OnnxNumber operator +(OnnxNumber left, OnnxNumber right) => Both("Add", left, right, left.number + right.number);

    public static OnnxNumber operator -(OnnxNumber left, OnnxNumber right) => Both("Sub", left, right, left.number - right.number);

    public static OnnxNumber operator *(OnnxNumber left, OnnxNumber right) => Both("Mul", left, right, left.number * right.number);

    public static OnnxNumber operator /(OnnxNumber left, OnnxNumber right) => Both("Div", left, right, left.number / right.number);

    public static OnnxNumber operator -(OnnxNumber value) => value.graph is null ? -value.number : One("Neg", value);

    public static implicit operator OnnxNumber(double value) => new(value);

    public static OnnxNumber ScaleShift(OnnxNumber value, double scale, double shift)
    {
        var scaled = scale switch { 1 => value, -1 => -value, _ => value * scale };
        return shift == 0 ? scaled : scaled + shift;
    }

    public static OnnxNumber Exp(OnnxNumber value) => One("Exp", value);

    public static OnnxNumber Log(OnnxNumber value) => One("Log", value);

    public static OnnxNumber Sin(OnnxNumber value) => One("Sin", value);

    public static OnnxNumber Cos(OnnxNumber value) => One("Cos", value);

    public static OnnxNumber Sigmoid(OnnxNumber value) => One("Sigmoid", value);

    public static OnnxNumber Tanh(OnnxNumber value) => One("Tanh", value);

    public static OnnxNumber NormalDistribution(OnnxNumber value) => 0.5 + 0.5 * One("Erf", value * Math.Sqrt(0.5));

    // Some runtimes compute their own of large numbers as log ∞.
    public static OnnxNumber Softplus(OnnxNumber value) =>
        Maximum(value, 0.0) + Autograd.Kernels.Logarithm.OfOnePlus(Exp(-Abs(value)));

    public static OnnxNumber Abs(OnnxNumber value) => One("Abs", value);

    public static OnnxNumber Power(OnnxNumber value, OnnxNumber exponent) => Both("Pow", value, exponent, double.NaN);

    public static OnnxNumber Floor(OnnxNumber value) => One("Floor", value);

    public static OnnxNumber Round(OnnxNumber value) => One("Round", value);

    public static OnnxNumber Greater(OnnxNumber left, OnnxNumber right) => Condition("Greater", left, right);

    public static OnnxNumber Equal(OnnxNumber left, OnnxNumber right) => Condition("Equal", left, right);

    public static OnnxNumber Select(OnnxNumber mask, OnnxNumber yes, OnnxNumber no)
    {
        var graph = mask.graph!;
        string condition = graph.ToCondition(mask.name);
        return new(graph, graph.Add("Where", [condition, yes.NameNear(mask), no.NameNear(mask)]), mask.type);
    }

    public static OnnxNumber Sqrt(OnnxNumber value) => One("Sqrt", value);

    public static OnnxNumber Maximum(OnnxNumber left, OnnxNumber right) => Both("Max", left, right, Math.Max(left.number, right.number));

    public static OnnxNumber Minimum(OnnxNumber left, OnnxNumber right) => Both("Min", left, right, Math.Min(left.number, right.number));

    // tanh(x/2)·(eˣ + 1), which keeps the digits near 0.
    public static OnnxNumber ExpM1(OnnxNumber value) => Tanh(0.5 * value) * (Exp(value) + 1.0);

    static OnnxNumber One(string kind, OnnxNumber value) => new(value.graph!, value.graph!.Add(kind, [value.name]), value.type);

    static OnnxNumber Both(string kind, OnnxNumber left, OnnxNumber right, double number)
    {
        if ((left.graph ?? right.graph) is not { } graph) return number;
        return new(graph, graph.Add(kind, [left.NameNear(right), right.NameNear(left)]), left.graph is null ? right.type : left.type);
    }

    static OnnxNumber Condition(string kind, OnnxNumber left, OnnxNumber right)
    {
        var (graph, type) = left.graph is null ? (right.graph!, right.type) : (left.graph, left.type);
        return new(graph, graph.FromCondition(graph.Add(kind, [left.NameNear(right), right.NameNear(left)]), type), type);
    }
}
