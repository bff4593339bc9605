using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Autograd;

public partial class Tensor
{
    /// <summary>A copy of elements in row-major order.</summary>
    /// <exception cref="ShapeException">The number of elements differs from the shape's.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> elements, Shape shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(shape);
        CheckCount(elements.Length, shape);
        var copy = Uninitialized<T>(shape);
        elements.CopyTo(copy.WriteSpan<T>());
        return copy;
    }

    /// <inheritdoc cref="From{T}(ReadOnlySpan{T}, Shape)"/>
    public static Tensor From<T>(T[] elements, Shape shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(elements);
        return From<T>((ReadOnlySpan<T>)elements, shape);
    }

    /// <summary>A vector: shape <c>[length]</c>.</summary>
    public static Tensor From<T>(T[] elements)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(elements);
        return From<T>(elements, [elements.Length]);
    }

    /// <summary>A matrix: shape <c>[rows, columns]</c>.</summary>
    public static Tensor From<T>(T[,] elements)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(elements);
        return From<T>(Flat<T>(elements), [elements.GetLength(0), elements.GetLength(1)]);
    }

    /// <summary>A tensor of three axes.</summary>
    public static Tensor From<T>(T[,,] elements)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(elements);
        return From<T>(Flat<T>(elements), [elements.GetLength(0), elements.GetLength(1), elements.GetLength(2)]);
    }

    /// <summary>A copy of a tensor span of System.Numerics.Tensors, of any strides.</summary>
    public static Tensor From<T>(in ReadOnlyTensorSpan<T> elements)
        where T : unmanaged
    {
        var lengths = new int[elements.Rank];
        for (int i = 0; i < lengths.Length; i++) lengths[i] = checked((int)elements.Lengths[i]);
        var array = new T[checked((int)elements.FlattenedLength)];
        // The default span has no axes and, unlike a scalar, no element.
        if (lengths.Length == 0) return Own(array, [0]);
        elements.FlattenTo(array);
        return Own(array, Shape.Create(lengths));
    }

    /// <summary>A copy of numbers in row-major order, rounded to the element type where necessary.</summary>
    /// <exception cref="ShapeException">The number of elements differs from the shape's.</exception>
    public static Tensor From(double[] elements, Shape shape, ElementType type)
    {
        ArgumentNullException.ThrowIfNull(elements);
        ArgumentNullException.ThrowIfNull(shape);
        CheckCount(elements.Length, shape);
        return Own([.. elements], shape, type);
    }

    static void CheckCount(int elements, Shape shape)
    {
        if (elements != shape.ElementCount)
            throw new ShapeException($"Tensor.From: shape {shape} has {shape.ElementCount} elements, but {elements} were given.");
    }

    /// <summary>A scalar: shape <c>[]</c>.</summary>
    public static Tensor Scalar(double value, ElementType type = ElementType.Float32) => Full(Shape.Scalar, value, type);

    /// <summary>All elements 0.</summary>
    public static Tensor Zeros(Shape shape, ElementType type = ElementType.Float32) => Full(shape, 0, type);

    /// <summary>All elements 1.</summary>
    public static Tensor Ones(Shape shape, ElementType type = ElementType.Float32) => Full(shape, 1, type);

    /// <summary>All elements the same value.</summary>
    public static Tensor Full(Shape shape, double value, ElementType type = ElementType.Float32)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return type.Checked() == ElementType.Float32 ? Filled((float)value, shape) : Filled(value, shape);
    }

    /// <summary>The identity matrix of a size.</summary>
    public static Tensor Identity(int size, ElementType type = ElementType.Float32)
    {
        Shape shape = [size, size];
        var elements = new double[shape.ElementCount];
        for (int i = 0; i < size; i++) elements[i * size + i] = 1;
        return Own(elements, shape, type);
    }

    /// <summary>A tensor with a shape and a type but no data. It flows through every operation; reading it throws.</summary>
    public static Tensor Symbolic(Shape shape, ElementType type = ElementType.Float32)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return new Tensor(type.Checked(), shape, null);
    }

    /// <summary>Memory with arbitrary content, which lives until nobody refers to it.</summary>
    internal static Tensor Uninitialized<T>(Shape shape)
        where T : unmanaged
        => new(ElementTypes.Of<T>(), shape, ResultMemory.Take<T>(shape.ElementCount));

    /// <summary>Takes an array over without a copy.</summary>
    internal static Tensor Own<T>(T[] array, Shape shape)
        where T : unmanaged
        => new(ElementTypes.Of<T>(), shape, new Storage<T>(array, 0));

    /// <summary>Takes numbers over in an element type. Data, not the result of an operation: they outlive a tape.</summary>
    internal static Tensor Own(double[] numbers, Shape shape, ElementType type)
    {
        if (type.Checked() == ElementType.Float64) return Own(numbers, shape);
        var rounded = new float[numbers.Length];
        TensorPrimitives.ConvertSaturating<double, float>(numbers, rounded);
        return Own(rounded, shape);
    }

    static Tensor Filled<T>(T value, Shape shape)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var filled = Uninitialized<T>(shape);
        filled.WriteSpan<T>().Fill(value);
        return filled;
    }

    static ReadOnlySpan<T> Flat<T>(Array elements)
        where T : unmanaged
        => elements.Length == 0
            ? []
            : MemoryMarshal.CreateReadOnlySpan(
                ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(elements)), elements.Length);
}
