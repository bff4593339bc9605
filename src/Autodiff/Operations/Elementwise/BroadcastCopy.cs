namespace Autograd.Operations;

/// <summary>Writes the elements of a broadcast operand one after the other, each as often as it repeats.</summary>
static class BroadcastCopy
{
    /// <summary>Copies all elements.</summary>
    /// <param name="source">Begins with the first.</param>
    /// <param name="lengths">Lengths of the target's axes.</param>
    /// <param name="strides">Strides in the source, 0 where it repeats; that of the innermost axis is 1 or 0.</param>
    /// <param name="target">What is written.</param>
    public static void Run<T>(ReadOnlySpan<T> source, ReadOnlySpan<int> lengths, ReadOnlySpan<int> strides, Span<T> target)
        where T : unmanaged
    {
        if (target.IsEmpty) return;
        if (lengths.Length < 2)
        {
            if (lengths.Length == 0 || strides[0] == 0) target.Fill(source[0]);
            else source[..target.Length].CopyTo(target);
        }
        else if (strides[0] == 0)
        {
            int inner = target.Length / lengths[0];
            Run(source, lengths[1..], strides[1..], target[..inner]);
            Repeat(target, inner);
        }
        else if (lengths.Length == 2 && strides[1] == 0)
        {
            RepeatEach(source, strides[0], lengths[1], target);
        }
        else
        {
            for (int inner = target.Length / lengths[0]; !target.IsEmpty; target = target[inner..])
            {
                Run(source, lengths[1..], strides[1..], target[..inner]);
                if (target.Length > inner) source = source[strides[0]..];
            }
        }
    }

    // Of the first elements, by doubling.
    static void Repeat<T>(Span<T> target, int count)
        where T : unmanaged
    {
        for (; count < target.Length; count *= 2) target[..Math.Min(count, target.Length - count)].CopyTo(target[count..]);
    }

    // Without a call for each run, which may be short.
    static void RepeatEach<T>(ReadOnlySpan<T> source, int stride, int times, Span<T> target)
        where T : unmanaged
    {
        for (int at = 0, start = 0; start < target.Length; at += stride, start += times)
        {
            T element = source[at];
            var run = target.Slice(start, times);
            for (int i = 0; i < run.Length; i++) run[i] = element;
        }
    }
}
