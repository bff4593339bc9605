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
        step = lengths.Length > 0 ? strides[^1] : 0;
        Run = lengths.Length > 0 ? lengths[^1] : 1;
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

    public T At(int position, int offset) => elements[position + offset * step];
}
