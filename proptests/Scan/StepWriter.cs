namespace Autograd.PropertyTests;

/// <summary>
/// Writes a random step line by line. What grows too large is squashed at once, so that nothing explodes over many steps.
/// </summary>
sealed partial class StepWriter
{
    const double LargestBound = 4, LargestState = 1.5;
    const int LargestValue = 6000;

    readonly Draw draw;
    readonly int batch, widest;
    readonly bool isSmooth;
    readonly List<StepLine> lines = [];
    readonly HashSet<int> used = [];

    public StepWriter(Draw draw, int batch, int widest, bool isSmooth, Shape input, Shape[] states)
    {
        (this.draw, this.batch, this.widest, this.isSmooth) = (draw, batch, widest, isSmooth);
        lines.Add(new StepLine(StepSource.Input, 0, "x", input, 1, []) { IsInner = true });
        for (int i = 0; i < states.Length; i++)
            lines.Add(new StepLine(StepSource.State, i, $"s{i}", states[i], LargestState, []) { IsInner = true });
    }

    public IReadOnlyList<StepLine> Lines => lines;

    public List<Tensor> Parameters { get; } = [];

    public List<CapturedTensor> Captured { get; } = [];

    public List<Tensor> Constants { get; } = [];

    public int Operations => lines.Count(line => line.Source == StepSource.Computed);

    /// <summary>Whether the derivative jumps somewhere.</summary>
    public bool HasKinks { get; private set; }

    public void WriteAtLeast(int operations)
    {
        for (int tries = 0; Operations < operations && tries < 20 * operations; tries++) Choices[draw.Whole(0, Choices.Length - 1)](this);
    }

    /// <summary>The number of a value with the shape of a state, to be the state after the step.</summary>
    public int NextState(int state)
    {
        var shape = lines[1 + state].Shape;
        if (draw.Whole(0, 14) == 0) return 1 + state;
        int[] fitting = Fitting(line => line.Shape.Equals(shape) && line.Source == StepSource.Computed);
        int found = fitting.Length > 0 && draw.Whole(0, 3) > 0 ? fitting[^draw.Whole(1, Math.Min(3, fitting.Length))] : Made(shape, state);
        return lines[found].Bound > LargestState ? Squash(found) : found;
    }

    /// <summary>The number of a value to be the output: mostly a late one, but anything will do.</summary>
    public int Output(bool mustHaveRows)
    {
        if (draw.Whole(0, 2) == 0) return Joined();
        int[] fitting =
            Fitting(line => line.Shape.ElementCount > 0 && line.Shape.Rank > 0
            && (!mustHaveRows || (line.Shape[0] == batch && line.Shape.Rank > 1)));
        return draw.Whole(0, 2) > 0 ? fitting[^draw.Whole(1, Math.Min(4, fitting.Length))] : draw.OneOf(fitting.AsSpan());
    }

    // What was not used yet, side by side.
    int Joined()
    {
        int[] rows = [.. Fitting(IsRows).Where(i => lines[i].Source == StepSource.Computed && !used.Contains(i)).TakeLast(4)];
        return rows.Length switch
        {
            0 => Fitting(IsRows).Append(0).Last(),
            1 => rows[0],
            _ => Write("side by side", (v, _) => Functions.Concatenate(-1, v), rows.Max(i => lines[i].Bound), rows),
        };
    }

    // A value of a shape, from whatever there is.
    int Made(Shape shape, int state)
    {
        int rows = Rows();
        if (shape.Rank == 2)
            return Write(
            "into state", (v, _) => Functions.MatMul(v[0], v[1]) + 0.3 * v[2], 2, rows, Weight(lines[rows].Shape[1], shape[1]), 1 + state);
        if (shape.Rank == 1) return Write("mean row into state", (v, _) => Functions.Mean(v[0], 1) + 0.5 * v[1], 2, rows, 1 + state);
        return Write("mean row into cube", (v, _) => 0.5 * v[1] + Functions.Mean(v[0], 1).Reshape(batch, 1, 1), 2, rows, 1 + state);
    }

    bool IsRows(StepLine line) => line.Shape.Rank == 2 && line.Shape[0] == batch && line.Shape[1] > 0 && line.IsInner;

    int[] Fitting(Func<StepLine, bool> fits) => [.. Enumerable.Range(0, lines.Count).Where(i => fits(lines[i]))];

    /// <summary>Some value: one of the latest, one not used yet, or any.</summary>
    int? Pick(Func<StepLine, bool> fits)
    {
        int[] found = Fitting(fits);
        if (found.Length == 0) return null;
        int[] fresh = [.. found.Where(i => !used.Contains(i))];
        return draw.Whole(0, 2) switch
        {
            0 when fresh.Length > 0 => draw.OneOf(fresh.AsSpan()),
            1 => found[^draw.Whole(1, Math.Min(4, found.Length))],
            _ => draw.OneOf(found.AsSpan()),
        };
    }

    // Rows of the step; there may be none where input and state are of other ranks.
    int Rows() => Pick(IsRows) ?? FlatRows(draw.Whole(0, 1));

    int FlatRows(int number)
    {
        int count = lines[number].Shape.ElementCount / batch;
        return Write("as rows", (v, _) => v[0].Reshape(batch, count), lines[number].Bound, number);
    }

    int Weight(int inputs, int outputs)
    {
        int[] known = Fitting(line => line.Source == StepSource.Parameter && line.Shape.Equals(Shape.Create([inputs, outputs])));
        if (known.Length > 0 && draw.Whole(0, 2) == 0) return known[0];
        return Parameter([inputs, outputs], 1.2 / Math.Sqrt(inputs));
    }

    int Parameter(Shape shape, double scale)
    {
        Parameters.Add(draw.Values(shape, Domain.Between(-scale, scale)));
        return Leaf(StepSource.Parameter, Parameters.Count - 1, "p", shape);
    }

    int Capture(Shape shape)
    {
        Captured.Add(new CapturedTensor(draw.Values(shape, Domain.Between(-1, 1)), draw.Whole(0, 3) > 0, draw.Whole(0, 2) == 0));
        return Leaf(StepSource.Captured, Captured.Count - 1, "c", shape);
    }

    int Constant(Shape shape)
    {
        Constants.Add(draw.Values(shape, Domain.Between(-1, 1)));
        return Leaf(StepSource.Constant, Constants.Count - 1, "k", shape);
    }

    int Leaf(StepSource source, int index, string letter, Shape shape)
    {
        lines.Add(new StepLine(source, index, $"{letter}{index}", shape, 1, []));
        return lines.Count - 1;
    }

    /// <summary>Adds a line; its shape is that of a run without data.</summary>
    int Write(string name, Func<Tensor[], ElementType, Tensor> apply, double bound, params int[] operands)
    {
        var shape = apply(Array.ConvertAll(operands, operand => Tensor.Symbolic(lines[operand].Shape)), ElementType.Float32).Shape;
        lines.Add(new StepLine(StepSource.Computed, lines.Count, $"{name}({string.Join(", ", operands)})", shape, bound, operands)
        {
            Apply = apply, IsInner = operands.Any(operand => lines[operand].IsInner),
        });
        used.UnionWith(operands);
        return bound > LargestBound ? Squash(lines.Count - 1) : lines.Count - 1;
    }

    int Squash(int value) => draw.Whole(0, 4) switch
    {
        0 => Write("sigmoid", (v, _) => Functions.Sigmoid(v[0]), 1, value),
        1 => Write("sin", (v, _) => Functions.Sin(v[0]), 1, value),
        2 => Write("softsign", (v, _) => Functions.Softsign(v[0]), 1, value),
        _ => Write("tanh", (v, _) => Functions.Tanh(v[0]), 1, value),
    };
}
