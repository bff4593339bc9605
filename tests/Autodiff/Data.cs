namespace Autograd.Tests.Autodiff;

/// <summary>Small tensors to test with.</summary>
static class Data
{
    /// <summary>A vector of the given numbers.</summary>
    internal static Tensor Vector(ElementType type, params double[] values) => Of(type, [values.Length], values);

    /// <summary>The given numbers in a shape.</summary>
    internal static Tensor Of(ElementType type, Shape shape, params double[] values) => type == ElementType.Float64
        ? Tensor.From(values, shape)
        : Tensor.From(Array.ConvertAll(values, value => (float)value), shape);

    /// <summary>Normal numbers, always the same for a seed.</summary>
    internal static Tensor Normal(Shape shape, ulong seed = 1, ElementType type = ElementType.Float64)
    {
        var numbers = new double[shape.ElementCount];
        new RandomKey(seed).FillNormal<double>(numbers);
        return Of(type, shape, numbers);
    }

    /// <summary>1, 2, 3, … in a shape.</summary>
    internal static Tensor Counting(Shape shape, ElementType type = ElementType.Float64) =>
        Of(type, shape, [.. Enumerable.Range(1, shape.ElementCount).Select(i => (double)i)]);

    /// <summary>All indices of a shape in row-major order.</summary>
    internal static IEnumerable<int[]> Indices(Shape shape)
    {
        for (int position = 0; position < shape.ElementCount; position++)
        {
            var index = new int[shape.Rank];
            for (int axis = shape.Rank - 1, rest = position; axis >= 0; rest /= shape[axis], axis--) index[axis] = rest % shape[axis];
            yield return index;
        }
    }

    /// <summary>A tensor from the value at every index.</summary>
    internal static double[] Tabulate(Shape shape, Func<int[], double> value) => [.. Indices(shape).Select(value)];
}
