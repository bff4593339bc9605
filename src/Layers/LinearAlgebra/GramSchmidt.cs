using System.Numerics.Tensors;

namespace Autograd.Layers;

public static partial class LinearAlgebra
{
    /// <summary>
    /// Makes vectors orthonormal in place, in order, and tells how long each was after its share along the earlier ones was taken away: the
    /// diagonal of R in a QR decomposition.
    /// </summary>
    /// <param name="vectors">The vectors, one after the other. One that depends on the earlier ones becomes 0.</param>
    /// <param name="lengths">One for each vector.</param>
    internal static void Orthonormalize(Span<double> vectors, Span<double> lengths)
    {
        int size = vectors.Length / lengths.Length;
        for (int i = 0; i < lengths.Length; i++)
        {
            var own = vectors.Slice(i * size, size);
            // The second pass removes what rounding left of the earlier vectors after the first.
            for (int pass = 0; pass < 2; pass++)
                for (int other = 0; other < i; other++)
                    Remove(own, vectors.Slice(other * size, size));
            lengths[i] = Length(own);
            if (lengths[i] > 0) TensorPrimitives.Divide(own, lengths[i], own);
        }
    }

    /// <summary>Takes away what a vector has along a direction of length 1.</summary>
    /// <returns>How much that was.</returns>
    internal static double Remove(Span<double> own, ReadOnlySpan<double> direction)
    {
        double share = LaneSum.OfProducts<double>(own, direction);
        TensorPrimitives.MultiplyAdd(direction, -share, own, own);
        return share;
    }
}
