namespace Autograd.PropertyTests;

/// <summary>
/// The random choices of one trial: a function of two numbers, so that a failed trial can be made again as <c>new Draw(seed, size)</c>, or
/// of the choices themselves, which become fewer and smaller while a law fails.
/// </summary>
public sealed class Draw
{
    const int LongestAxis = 5;
    const int SmallestTensor = 3;
    const int LargestTensor = 24;
    const int SizeRange = 100;

    // Simplifications of one failed trial that are tried, all in all.
    const int MostTries = 400;

    readonly string name;
    readonly int size;
    readonly Tries tries;
    readonly Choices random;
    object? made;

    /// <summary>A trial of its own.</summary>
    public Draw(int seed, int size)
        : this($"new Draw({seed}, {size})", size, new Choices(new Random(seed), []), new Tries(MostTries))
    {
    }

    /// <summary>The trial that given choices make, with the simplest in place of those that are missing.</summary>
    public Draw(int size, IReadOnlyList<long> choices)
        : this($"new Draw({size}, [{string.Join(", ", choices)}])", size, new Choices(null, choices), new Tries(MostTries))
    {
    }

    Draw(string name, int size, Choices random, Tries tries)
    {
        (this.name, this.size, this.random, this.tries) = (name, size, random, tries);
        // What is given back in a trial must not be read again.
        BufferPoison.IsOn = true;
    }

    /// <summary>What a trial makes of its choices; it is shown if the law fails.</summary>
    public T Of<T>(Func<Draw, T> make)
    {
        var value = make(this);
        made = value;
        return value;
    }

    /// <summary>The same choices from the start.</summary>
    public Draw Again() => From(size, random.Made);

    /// <summary>Simpler trials, from what was chosen.</summary>
    public IEnumerable<Draw> Simpler()
    {
        if (size > 1 && tries.Left-- > 0) yield return From(size / 2, random.Made);
        foreach (long[] choices in Shrinking.Of(random.Made))
            if (tries.Left-- > 0) yield return From(size, choices);
            else yield break;
    }

    /// <summary>From low to high, both included.</summary>
    public int Whole(int low, int high) => random.Next(low, high + 1);

    /// <summary>Yes or no.</summary>
    public bool Flag() => random.Next(2) == 0;

    /// <summary>Between low and high.</summary>
    public double Number(double low, double high) => low + (high - low) * random.NextDouble();

    /// <summary>One of some.</summary>
    public T OneOf<T>(params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    /// <summary>A key.</summary>
    public RandomKey Key() => new((ulong)random.NextInt64());

    /// <summary>Lengths from 0 (rarely, and where it is legal) to 5. The element count grows with the size of the trial.</summary>
    public Shape Shape(int minimumRank = 0, int maximumRank = 4, bool mayBeEmpty = true)
    {
        var lengths = new int[Whole(minimumRank, maximumRank)];
        for (int i = 0; i < lengths.Length; i++) lengths[i] = mayBeEmpty && Whole(0, 24) == 24 ? 0 : Whole(1, LongestAxis);
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

    /// <summary>
    /// Numbers that are exact in single precision too, so that both precisions start from the same point. All of them are one choice, so
    /// that a trial with other shapes makes its other choices as before.
    /// </summary>
    internal Tensor Values(Shape shape, Domain domain)
    {
        var elements = new double[shape.ElementCount];
        var drawn = new Random(random.Next());
        for (int i = 0; i < elements.Length; i++) elements[i] = (float)domain.Next(drawn);
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

    /// <summary>Numbers from 0 to count − 1 in any order.</summary>
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

    /// <inheritdoc/>
    public override string ToString() => made is null ? name : $"{made}\n  by {name}";

    Draw From(int newSize, IReadOnlyList<long> choices) =>
        new($"new Draw({newSize}, [{string.Join(", ", choices)}])", newSize, new Choices(null, choices), tries);

    sealed class Tries(int most)
    {
        public int Left { get; set; } = most;
    }
}
