namespace Autograd.PropertyTests;

/// <summary>
/// The random choices of one trial: a function of two numbers, so that a failed trial can be made again as <c>new Draw(seed, size)</c>.
/// </summary>
internal sealed class Draw(int seed, int size)
{
    const int LongestAxis = 5;
    const int SmallestTensor = 3;
    const int LargestTensor = 24;
    const int SizeRange = 100;

    readonly Random random = new(seed);

    public int Whole(int low, int high) => random.Next(low, high + 1);

    public bool Flag() => random.Next(2) == 0;

    public double Number(double low, double high) => low + (high - low) * random.NextDouble();

    public T OneOf<T>(params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    public RandomKey Key() => new((ulong)random.NextInt64());

    /// <summary>Lengths from 0 (rarely, and where it is legal) to 5. The element count grows with the size of the trial.</summary>
    public Shape Shape(int minimumRank = 0, int maximumRank = 4, bool mayBeEmpty = true)
    {
        var lengths = new int[Whole(minimumRank, maximumRank)];
        for (int i = 0; i < lengths.Length; i++) lengths[i] = mayBeEmpty && Whole(0, 24) == 0 ? 0 : Whole(1, LongestAxis);
        int budget = SmallestTensor + (LargestTensor - SmallestTensor) * size / SizeRange;
        while (lengths.Aggregate(1, (count, length) => count * length) > budget) lengths[Array.IndexOf(lengths, lengths.Max())]--;
        return Autograd.Shape.Create(lengths);
    }

    /// <summary>A shape that broadcasts to another: leading axes left out, some lengths 1.</summary>
    public Shape BroadcastingTo(Shape shape)
    {
        var lengths = shape.Lengths[Whole(0, Flag() ? shape.Rank : 0)..].ToArray();
        for (int i = 0; i < lengths.Length; i++)
            if (Whole(0, 2) == 0)
                lengths[i] = 1;
        return Autograd.Shape.Create(lengths);
    }

    /// <summary>Numbers that are exact in single precision too, so that both precisions start from the same point.</summary>
    public Tensor Values(Shape shape, Domain domain)
    {
        var elements = new double[shape.ElementCount];
        for (int i = 0; i < elements.Length; i++) elements[i] = (float)domain.Next(random);
        return Tensor.From(elements, shape);
    }

    /// <summary>Numbers no two of which are closer than 0.1; those of different offsets (below 1) also keep apart.</summary>
    public Tensor Distinct(Shape shape, double offset = 0)
    {
        var elements = new double[shape.ElementCount];
        for (int i = 0; i < elements.Length; i++) elements[i] = (float)(0.25 * (i - elements.Length / 2 + offset));
        random.Shuffle(elements);
        return Tensor.From(elements, shape);
    }

    /// <summary>An axis, counted from either end.</summary>
    public int Axis(Shape shape) => Whole(-shape.Rank, shape.Rank - 1);

    /// <summary>Some axes in any order, counted from either end; sometimes none, which stands for all.</summary>
    public int[] Axes(Shape shape)
    {
        int[] axes = [.. Enumerable.Range(0, shape.Rank)];
        random.Shuffle(axes);
        return [.. axes.Take(Whole(0, shape.Rank)).Select(axis => Flag() ? axis : axis - shape.Rank)];
    }

    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        return order;
    }

    /// <summary>Numbers from 0 to limit − 1, repetitions welcome.</summary>
    public int[] Indices(int count, int limit)
    {
        var indices = new int[count];
        for (int i = 0; i < count; i++) indices[i] = random.Next(limit);
        return indices;
    }

    public override string ToString() => $"new Draw({seed}, {size})";
}
