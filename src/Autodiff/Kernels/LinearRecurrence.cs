using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd.Kernels;

/// <summary>x[t] = a[t]·x[t − 1] + b[t] over rows of one width, in order or from the end.</summary>
static class LinearRecurrence
{
    /// <summary>Fills x. Without an initial state the first x is b, and the first a is not read.</summary>
    public static void Run<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> initial, Span<T> x, int width, bool fromEnd)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int count = x.Length / width, step = fromEnd ? -1 : 1, first = fromEnd ? count - 1 : 0;
        var before = initial;
        for (int i = 0, t = first; i < count; i++, t += step)
        {
            int from = t * width;
            var to = x.Slice(from, width);
            if (before.IsEmpty) b.Slice(from, width).CopyTo(to);
            else if (width == 1) to[0] = a[from] * before[0] + b[from];
            else TensorPrimitives.MultiplyAdd(a.Slice(from, width), before, b.Slice(from, width), to);
            before = to;
        }
    }
}
