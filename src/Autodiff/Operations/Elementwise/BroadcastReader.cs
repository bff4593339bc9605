namespace Autograd.Operations;

/// <summary>
/// Finds the elements of a broadcast operand by their position in the result. Over <see cref="Run"/> elements it steps by one or stays.
/// </summary>
readonly ref struct BroadcastReader<T>
    where T : unmanaged
{
    readonly ReadOnlySpan<T> elements;
    readonly int[] lengths;
    readonly int[] strides;
    readonly int step;

    public BroadcastReader(Tensor operand, Shape result)
    {
        elements = operand.ReadSpan<T>();
        lengths = result.Lengths.ToArray();
        strides = new int[result.Rank];
        var own = operand.Shape.Strides();
        for (int i = 1; i <= operand.Rank; i++) strides[^i] = operand.Shape.Lengths[^i] == 1 ? 0 : own[^i];
        bool isAll = elements.Length == result.ElementCount, isOne = elements.Length == 1;
        step = isAll ? 1 : isOne ? 0 : strides[^1];
        Run = isAll || isOne ? result.ElementCount : lengths[^1];
    }

    public int Run { get; }

    public int Position(int index)
    {
        int position = 0;
        for (int i = lengths.Length - 1; i >= 0; i--)
        {
            position += index % lengths[i] * strides[i];
            index /= lengths[i];
        }
        return position;
    }

    /// <summary>The elements of a run from a position on, or the one that repeats.</summary>
    public ReadOnlySpan<T> At(int position, int run) => elements.Slice(position, step == 0 ? 1 : run);
}
