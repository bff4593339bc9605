using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>The size of gradients.</summary>
public static class GradientNorm
{
    // Below this, squares of single elements may have lost digits to underflow.
    const double SmallestSafeSum = 1e-280;
    const int LeastExponent = -1000;

    /// <summary>
    /// The Euclidean norm √Σ g² over all elements of all tensors, of either element type. Summed in double, in an order that is the same on
    /// every machine; without intermediate overflow or underflow, and without allocation.
    /// </summary>
    /// <param name="gradients">Any number of tensors; 0 for none.</param>
    /// <returns>
    /// NaN if an element is NaN, else infinity if one is infinite, else a finite number (<see cref="double.MaxValue"/> for a norm beyond
    /// it).
    /// </returns>
    /// <exception cref="ArgumentException">One of the tensors is null.</exception>
    /// <exception cref="ObjectDisposedException">The tape that owned a tensor has ended.</exception>
    /// <exception cref="InvalidOperationException">A tensor is symbolic.</exception>
    public static double Global(IReadOnlyList<Tensor> gradients)
    {
        double sum = SumOfSquares(gradients, scale: 1);
        if (double.IsFinite(sum) && sum >= SmallestSafeSum) return Math.Sqrt(sum);

        // Scaling by a power of two is exact. The bound keeps the scale finite; what lies below it is large enough after scaling.
        double largest = LargestMagnitude(gradients);
        if (largest == 0 || !double.IsFinite(largest)) return largest;
        int exponent = Math.Max(Math.ILogB(largest), LeastExponent);
        double norm = Math.Sqrt(SumOfSquares(gradients, Math.ScaleB(1, -exponent)));
        return Math.Min(Math.ScaleB(norm, exponent), double.MaxValue);
    }

    /// <summary>The largest |g|, or NaN if there is one.</summary>
    internal static double LargestMagnitude(IReadOnlyList<Tensor> gradients)
    {
        double largest = 0;
        for (int i = 0; i < gradients.Count; i++)
        {
            var gradient = gradients[i];
            if (gradient.ElementCount == 0) continue;
            double magnitude = Math.Abs(
                gradient.ElementType == ElementType.Float32
                    ? TensorPrimitives.MaxMagnitude(gradient.AsSpan<float>())
                    : TensorPrimitives.MaxMagnitude(gradient.AsSpan<double>()));
            largest = Math.Max(largest, magnitude);
        }
        return largest;
    }

    static double SumOfSquares(IReadOnlyList<Tensor> gradients, double scale)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        double sum = 0;
        for (int i = 0; i < gradients.Count; i++)
        {
            var gradient = gradients[i]
                ?? throw new ArgumentException(Invariant($"GradientNorm: gradient {i} of {gradients.Count} is null."), nameof(gradients));
            sum += gradient.ElementType == ElementType.Float32
                ? SumOfSquares(gradient.AsSpan<float>(), scale)
                : SumOfSquares(gradient.AsSpan<double>(), scale);
        }
        return sum;
    }

    // Always two times eight sums side by side, whatever the machine's vectors hold, so that the result is the same everywhere.
    static double SumOfSquares<T>(ReadOnlySpan<T> elements, double scale)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = 2 * Vector512<double>.Count;
        Vector512<double> even = default, odd = default;
        for (; elements.Length >= width; elements = elements[width..])
        {
            var (a, b) = LoadSixteen(elements);
            (a, b) = (a * scale, b * scale);
            even += a * a;
            odd += b * b;
        }
        even += odd;
        double sum = 0;
        for (int lane = 0; lane < Vector512<double>.Count; lane++) sum += even[lane];
        foreach (var element in elements)
        {
            double scaled = double.CreateTruncating(element) * scale;
            sum += scaled * scaled;
        }
        return sum;
    }

    static (Vector512<double>, Vector512<double>) LoadSixteen<T>(ReadOnlySpan<T> elements)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return Vector512.Widen(Vector512.Create(MemoryMarshal.Cast<T, float>(elements)));
        var doubles = MemoryMarshal.Cast<T, double>(elements);
        return (Vector512.Create(doubles), Vector512.Create(doubles[Vector512<double>.Count..]));
    }
}
