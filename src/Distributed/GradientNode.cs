using System.Numerics.Tensors;

namespace Autograd.Distributed;

/// <summary>
/// The sum of gradients of 2^level micro-batches, from a multiple of that number on: a node of the tree of pairs over all micro-batches.
/// Parameters lie one after the other, those of single precision apart from those of double.
/// </summary>
sealed class GradientNode(GradientLayout layout)
{
    public long First { get; private set; }

    public int Level { get; private set; }

    public float[] Singles { get; } = GC.AllocateUninitializedArray<float>(layout.Singles, pinned: true);

    public double[] Doubles { get; } = GC.AllocateUninitializedArray<double>(layout.Doubles, pinned: true);

    /// <summary>Becomes another node, whose numbers come from elsewhere.</summary>
    public void Begin(long first, int level) => (First, Level) = (first, level);

    /// <summary>Becomes weight · gradients of one micro-batch.</summary>
    public void Take(long first, IReadOnlyList<Tensor> gradients, double weight)
    {
        Begin(first, 0);
        for (int i = 0; i < gradients.Count; i++)
        {
            var (start, count, type) = layout[i];
            if (type == ElementType.Float32)
                TensorPrimitives.Multiply(gradients[i].AsSpan<float>(), (float)weight, Singles.AsSpan(start, count));
            else TensorPrimitives.Multiply(gradients[i].AsSpan<double>(), weight, Doubles.AsSpan(start, count));
        }
    }

    /// <summary>
    /// Adds weight · gradients of the micro-batch that follows, in place: product and sum are rounded as by <see cref="Take"/> and <see
    /// cref="Add(GradientNode, GradientSlice)"/>, with one pass over the memory instead of two.
    /// </summary>
    public void Add(IReadOnlyList<Tensor> gradients, double weight)
    {
        for (int i = 0; i < gradients.Count; i++)
        {
            var (start, count, type) = layout[i];
            if (type == ElementType.Float32) Add(Singles.AsSpan(start, count), gradients[i].AsSpan<float>(), (float)weight);
            else Add(Doubles.AsSpan(start, count), gradients[i].AsSpan<double>(), weight);
        }
    }

    /// <summary>Becomes the node that both halves are parts of.</summary>
    public void Rise() => Level++;

    /// <summary>Whether the other one is the second half of the node that both are parts of.</summary>
    public bool IsBefore(GradientNode other) => IsBefore(other.First, other.Level);

    /// <summary>Whether a node that begins there is.</summary>
    public bool IsBefore(long first, int level) => Level == level && First >> Level == (first >> Level) - 1 && (First >> Level) % 2 == 0;

    /// <summary>Adds some elements of the second half, in place.</summary>
    public void Add(GradientNode other, GradientSlice slice)
    {
        var (singles, doubles) = slice;
        Add(Singles.AsSpan(singles.Start, singles.Count), other.Singles.AsSpan(singles.Start, singles.Count));
        Add(Doubles.AsSpan(doubles.Start, doubles.Count), other.Doubles.AsSpan(doubles.Start, doubles.Count));
        Rise();
    }

    static void Add<T>(Span<T> to, ReadOnlySpan<T> added, T weight)
        where T : unmanaged, System.Numerics.INumber<T>
        => TensorPrimitives.MultiplyAdd(added, weight, to, to);

    static void Add<T>(Span<T> to, ReadOnlySpan<T> added)
        where T : unmanaged, System.Numerics.INumber<T>
        => TensorPrimitives.Add<T>(to, added, to);
}

/// <summary>Where each parameter's gradient lies.</summary>
sealed class GradientLayout
{
    readonly (int Start, int Count, ElementType Type)[] places;

    public GradientLayout(IReadOnlyList<Parameter> parameters)
    {
        places = new (int, int, ElementType)[parameters.Count];
        for (int i = 0; i < places.Length; i++)
        {
            bool isSingle = parameters[i].ElementType == ElementType.Float32;
            places[i] = (isSingle ? Singles : Doubles, parameters[i].ElementCount, parameters[i].ElementType);
            if (isSingle) Singles = checked(Singles + places[i].Count);
            else Doubles = checked(Doubles + places[i].Count);
        }
    }

    /// <summary>How many elements there are in single precision.</summary>
    public int Singles { get; }

    /// <summary>How many elements there are in double precision.</summary>
    public int Doubles { get; }

    /// <summary>All elements.</summary>
    public GradientSlice Whole => SliceOf(0, 1);

    /// <summary>The elements that a rank adds up for all.</summary>
    public GradientSlice SliceOf(int rank, int ranks) => new(Share.Of(Singles, rank, ranks), Share.Of(Doubles, rank, ranks));

    public (int Start, int Count, ElementType Type) this[int parameter] => places[parameter];
}
