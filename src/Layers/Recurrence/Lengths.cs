namespace Autograd.Layers;

/// <summary>The meaning of variable lengths in one place: checks and masks.</summary>
static class Lengths
{
    public static Shape CheckSequences(string operation, Tensor x, ReadOnlySpan<int> lengths)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank < 3) throw new ShapeException($"{operation}: x is {x.Shape}; sequences are [time, batch, inputs].");
        if (x.Shape[0] == 0) throw new ShapeException($"{operation}: x is {x.Shape}; the sequences are empty.");
        if (lengths.IsEmpty) return x.Shape;
        if (lengths.Length != x.Shape[1])
            throw new ShapeException($"{operation}: {lengths.Length} lengths were given for a batch of {x.Shape[1]} in x {x.Shape}.");
        for (int i = 0; i < lengths.Length; i++)
            if (lengths[i] < 1 || lengths[i] > x.Shape[0])
                throw new ShapeException(
                    $"{operation}: length {lengths[i]} of sequence {i} must be from 1 to {x.Shape[0]}, the time axis of x {x.Shape}."
                    + (lengths[i] == 0 ? " A SequenceMask takes sequences without any step." : ""));
        return x.Shape;
    }

    public static LengthMasks Masks(Tensor x, ReadOnlySpan<int> lengths) => new(lengths, x.Shape[0], Tape.Actual(x).ElementType);
}

/// <summary>Which sequences of a batch are still running at a step. Without lengths, or while all run, nothing is masked.</summary>
readonly struct LengthMasks
{
    readonly int[] lengths;
    readonly int shortest, time;
    readonly ElementType type;

    /// <summary>All run at every step.</summary>
    public static LengthMasks None { get; } = new([], int.MaxValue, default);

    public LengthMasks(ReadOnlySpan<int> lengths, int time, ElementType type)
    {
        this.lengths = lengths.ToArray();
        this.type = type;
        this.time = time;
        shortest = time;
        foreach (int length in lengths) shortest = Math.Min(shortest, length);
    }

    /// <summary>Whether all sequences run at every step.</summary>
    public bool AreNone => shortest == time;

    /// <summary>The length of each sequence; none where no lengths were given.</summary>
    public ReadOnlySpan<int> All => lengths;

    /// <summary>
    /// The input with zeros for padding. Selecting afterwards would not be enough: a NaN in the padding would still reach the weights'
    /// gradients as 0 · NaN.
    /// </summary>
    public Tensor Clean(Tensor x)
    {
        if (shortest == x.Shape[0]) return x;
        int time = x.Shape[0], batch = lengths.Length;
        var mask = new double[time * batch];
        for (int i = 0; i < mask.Length; i++) mask[i] = i / batch < lengths[i % batch] ? 1 : 0;
        var shape = new int[x.Rank];
        shape.AsSpan().Fill(1);
        (shape[0], shape[1]) = (time, batch);
        return Functions.Where(Tensor.From(mask, Shape.Create(shape)).As(type), x, 0);
    }

    public Tensor OutputAt(int step, Tensor output) =>
        step < shortest ? output : Functions.Where(At(step, output), output, 0);

    public TState StateAt<TState>(int step, TState next, TState before)
    {
        if (step < shortest) return next;
        var masks = this;
        return StateTensors<TState>.Map(next, before, (a, b) => Functions.Where(masks.At(step, a), a, b));
    }

    /// <summary>The masks of all steps, <c>[time, batch, 1]</c>, if any sequence is shorter than the others.</summary>
    public Tensor[] Sequences()
    {
        if (shortest == time) return [];
        int batch = lengths.Length;
        var mask = new double[time * batch];
        for (int i = 0; i < mask.Length; i++) mask[i] = i / batch < lengths[i % batch] ? 1 : 0;
        return [Tensor.From(mask, [time, batch, 1]).As(type)];
    }

    /// <summary>A mask <c>[batch, 1]</c> for a tensor of any rank, in its element type, which may be another one than the
    /// input's.</summary>
    public static Tensor For(Tensor tensor, Tensor mask) =>
        (tensor.Rank == 2 ? mask : Functions.Reshape(mask, ShapeFor(tensor.Rank, mask.Shape[0]))).As(Tape.Actual(tensor).ElementType);

    /// <summary>The masks of some of the steps.</summary>
    public LengthMasks From(int start, int count) =>
        new(Array.ConvertAll(lengths, length => Math.Clamp(length - start, 0, count)), count, type);

    // One for each sequence, for a tensor [batch, …].
    Tensor At(int step, Tensor tensor)
    {
        var mask = new double[lengths.Length];
        for (int i = 0; i < mask.Length; i++) mask[i] = step < lengths[i] ? 1 : 0;
        return Tensor.From(mask, Shape.Create(ShapeFor(tensor.Rank, mask.Length))).As(Tape.Actual(tensor).ElementType);
    }

    static int[] ShapeFor(int rank, int batch)
    {
        if (rank == 0)
            throw new ShapeException(
                "Recurrent: the step gave a scalar; with lengths every output and state needs the batch as its first axis.");
        var shape = new int[rank];
        shape.AsSpan().Fill(1);
        shape[0] = batch;
        return shape;
    }
}
