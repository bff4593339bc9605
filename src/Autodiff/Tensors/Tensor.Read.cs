using System.Numerics.Tensors;

namespace Autograd;

public partial class Tensor
{
    /// <summary>A copy of the elements in row-major order. The element type must match; see <see cref="As"/>.</summary>
    public T[] ToArray<T>()
        where T : unmanaged
    {
        var stamp = ReadStamp.Of(this);
        var copy = AsSpan<T>().ToArray();
        stamp.ThrowIfChanged(this);
        return copy;
    }

    /// <summary>The elements as double, whatever the element type.</summary>
    public double[] ToDoubles()
    {
        if (ElementType == ElementType.Float64) return ToArray<double>();
        return Array.ConvertAll(ToArray<float>(), x => (double)x);
    }

    /// <summary>The only element of a tensor with exactly one.</summary>
    /// <exception cref="ShapeException">There is none, or more than one.</exception>
    public double ToScalar()
    {
        if (ElementCount != 1)
            throw new ShapeException($"ToScalar: the tensor is {Shape} with {ElementCount} elements; exactly one is needed.");
        return ElementType == ElementType.Float32 ? AsSpan<float>()[0] : AsSpan<double>()[0];
    }

    /// <summary>One element. Indices count from 0, one per axis.</summary>
    /// <exception cref="ShapeException">Too few or too many indices, or one out of range.</exception>
    public double At(params ReadOnlySpan<int> indices)
    {
        if (indices.Length != Rank)
            throw new ShapeException($"At: {indices.Length} indices were given for a tensor {Shape}; {Rank} are needed.");
        int position = 0;
        for (int i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)Shape.Lengths[i])
                throw new ShapeException($"At: index {indices[i]} on axis {i} is outside the tensor {Shape}.");
            position = position * Shape.Lengths[i] + indices[i];
        }
        return ElementType == ElementType.Float32 ? AsSpan<float>()[position] : AsSpan<double>()[position];
    }

    /// <summary>
    /// The elements as a tensor span of System.Numerics.Tensors, without a copy; ends with the tape as <see cref="AsSpan"/> does.
    /// Tensor spans have no scalars: a scalar becomes <c>[1]</c>.
    /// </summary>
    public ReadOnlyTensorSpan<T> AsTensorSpan<T>()
        where T : unmanaged
    {
        var lengths = new nint[Rank];
        for (int i = 0; i < Rank; i++) lengths[i] = Shape.Lengths[i];
        return new ReadOnlyTensorSpan<T>(AsSpan<T>(), Rank == 0 ? [1] : lengths);
    }

    /// <summary>Type, shape and elements, the middle of long axes left out: <c>float [2, 2] [[1, 2], [3, 4]]</c>.</summary>
    public override string ToString() => TensorText.Write(this);
}
