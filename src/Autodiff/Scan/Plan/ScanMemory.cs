namespace Autograd.Scan;

/// <summary>The buffers of a plan while it is made, and where values lie that both passes know.</summary>
sealed class ScanMemory(ScanPlan plan, StepForms forms)
{
    readonly Dictionary<StepValue, BufferSlice> slices = [];

    public ScanPlan Plan => plan;

    public StepForms Forms => forms;

    /// <summary>Blocks of rows that share sums of columns.</summary>
    public int BlocksInLane(bool isWide) => (isWide ? plan.ChunkRowsInLane : plan.RowsInLane) / KernelLayout.RowsInBlock;

    public int Padded(int width) => KernelLayout.Padded(width, plan.IsSingle);

    int PaddedWidest(int width) => KernelLayout.PaddedWidest(width, plan.IsSingle);

    public void Define(StepValue value, BufferSlice slice) => slices[forms.Actual(value)] = slice;

    /// <summary>Forgets what lies in buffers of a kind.</summary>
    public void Forget(BufferKind kind)
    {
        foreach (var (value, slice) in slices.ToArray())
            if (slice.Buffer.Kind == kind)
                slices.Remove(value);
    }

    /// <summary>Where a given or kept value lies; leaves that passes read get their place when they are first asked for.</summary>
    public BufferSlice? SliceOf(StepValue value)
    {
        if (slices.TryGetValue(value, out var slice)) return slice;
        if (value.Role is not (Role.Leaf or Role.Constant)) return null;
        slice = forms.LayoutOf(value) == Layout.Matrix ? Matrix(BufferKind.Fixed, forms.WidthOf(value), value)
            : FixedRow(forms.WidthOf(value), value.Name);
        if (value.Role == Role.Leaf) plan.KernelLeaves.Add(new(value.Index, slice));
        else plan.KernelConstants.Add(new(value.Constant, slice));
        slices.Add(value, slice);
        return slice;
    }

    /// <summary>Rows filled up to whole vectors.</summary>
    public BufferSlice Matrix(BufferKind kind, int width, StepValue? value, bool hasInitial = false)
    {
        bool isTight = value is not null && forms.IsTight(value);
        return Rows(kind, width, isTight, value is null ? "rows" : kind == BufferKind.CarryWrite ? value.Name.TrimEnd('\'')
            : value.Name, hasInitial);
    }

    /// <summary>Rows without fill.</summary>
    public BufferSlice TightRows(BufferKind kind, int width, string name) => Rows(kind, width, isTight: true, name, false);

    BufferSlice Rows(BufferKind kind, int width, bool isTight, string name, bool hasInitial)
    {
        var (stride, widest) = isTight ? (width, width) : (Padded(width), PaddedWidest(width));
        bool hasNoFill = stride != Padded(width);
        return new(Add(kind, stride, plan.Batch * stride, name, hasInitial, hasNoFill, plan.Batch * widest), 0, width);
    }

    /// <summary>A value as a tensor has it, as one row.</summary>
    public BufferSlice Plain(BufferKind kind, StepValue value, bool hasInitial = false)
    {
        int count = value.Shape.ElementCount;
        return new BufferSlice(Add(kind, count, count, value.Name, hasInitial), 0, count);
    }

    /// <summary>What is given for each step; a row that all sequences share is filled up, since passes read whole vectors.</summary>
    public BufferSlice Given(StepValue value)
    {
        if (forms.LayoutOf(value) != Layout.Vector) return Like(BufferKind.Trajectory, value);
        int width = value.Shape.ElementCount;
        int stride = Padded(width);
        return new(Add(BufferKind.Trajectory, stride, stride, value.Name, false, widestBlock: PaddedWidest(width)), 0, width);
    }

    /// <summary>The memory of a tensor with a block for each step.</summary>
    public BufferSlice External(StepValue value)
    {
        bool hasRows = forms.LayoutOf(value) == Layout.Matrix;
        int count = value.Shape.ElementCount, width = hasRows ? forms.WidthOf(value) : count;
        return new BufferSlice(Add(BufferKind.External, width, count, value.Name, false, isTight: true), 0, width);
    }

    /// <summary>A buffer in the value's own form.</summary>
    public BufferSlice Like(BufferKind kind, StepValue value, bool hasInitial = false) =>
        forms.LayoutOf(value) == Layout.Matrix ? Matrix(kind, forms.WidthOf(value), value, hasInitial) : Plain(kind, value, hasInitial);

    /// <summary>Some matrices side by side in one buffer.</summary>
    public BufferSlice[] Joined(BufferKind kind, StepValue[] values)
    {
        if (values.Length == 0) return [];
        int stride = values.Sum(value => Padded(forms.WidthOf(value)));
        int widest = values.Sum(value => PaddedWidest(forms.WidthOf(value)));
        var buffer = Add(kind, stride, plan.Batch * stride, NameOf(values), false, widestBlock: plan.Batch * widest);
        var joined = new BufferSlice[values.Length];
        int column = 0;
        for (int i = 0; i < joined.Length; i++)
        {
            int width = forms.WidthOf(values[i]);
            joined[i] = new BufferSlice(buffer, column, width);
            column += Padded(width);
        }
        return joined;
    }

    // Whole, where it is short enough to be read.
    static string NameOf(StepValue[] joined) => joined.Length > 8
        ? $"[{joined[0].Name}, {joined[1].Name}, … {joined[^1].Name}]"
        : $"[{string.Join(", ", joined.Select(value => value.Name))}]";

    /// <summary>Sums of columns, for each lane of rows.</summary>
    public BufferSlice Sums(int width, bool isWide)
    {
        int lanes = isWide ? (plan.ChunkSteps * plan.Batch - 1) / plan.ChunkRowsInLane + 1 : plan.Lanes;
        var buffer = Add(BufferKind.Sums, Padded(width), lanes * Padded(width), "sums of columns", false);
        return new BufferSlice(buffer, 0, width);
    }

    public int LaneStride(PassWrite[] writes) => Padded(forms.WidthOf(writes[0].Value));

    /// <summary>Ones in the columns that count, as bits.</summary>
    public BufferSlice Mask(int width)
    {
        if (!plan.Masks.TryGetValue(width, out var mask)) plan.Masks.Add(width, mask = FixedRow(width, "mask"));
        return mask;
    }

    public JoinedWeights AddWeights(int rows, int columns, WeightPart[] parts)
    {
        var weights = new JoinedWeights(plan.Weights.Count, rows, columns, parts);
        plan.Weights.Add(weights);
        return weights;
    }

    BufferSlice FixedRow(int width, string name) => new(Add(BufferKind.Fixed, 0, Padded(width), name, false), 0, width);

    ScanBuffer Add(
        BufferKind kind, int rowStride, int block, string name, bool hasInitial, bool isTight = false, int? widestBlock = null)
    {
        var buffer = new ScanBuffer(plan.Buffers.Count, kind, name)
        {
            RowStride = rowStride,
            Block = block,
            WidestBlock = widestBlock ?? block,
            HasInitial = hasInitial,
            IsTight = isTight,
        };
        plan.Buffers.Add(buffer);
        return buffer;
    }
}
