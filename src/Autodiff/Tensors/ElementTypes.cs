namespace Autograd;

/// <summary>Facts about element types.</summary>
public static class ElementTypes
{
    /// <summary>The element type of <c>float</c> or <c>double</c>.</summary>
    /// <exception cref="ElementTypeException">Any other type.</exception>
    public static ElementType Of<T>() =>
        typeof(T) == typeof(float) ? ElementType.Float32
        : typeof(T) == typeof(double) ? ElementType.Float64
        : throw new ElementTypeException($"Elements of type {typeof(T).Name} are not supported: a tensor holds float or double.");

    /// <summary>The distance from 1 to the next number: 2⁻²³ or 2⁻⁵².</summary>
    public static double Epsilon(this ElementType type) =>
        type.Checked() == ElementType.Float32 ? 1.1920928955078125e-7 : 2.220446049250313e-16;

    /// <summary>Bytes of an element: 4 or 8.</summary>
    public static int ByteSize(this ElementType type) =>
        type.Checked() == ElementType.Float32 ? sizeof(float) : sizeof(double);

    /// <summary>The type, checked to be a defined one.</summary>
    internal static ElementType Checked(this ElementType type) =>
        type is ElementType.Float32 or ElementType.Float64 ? type : Require.Defined(nameof(ElementType), nameof(type), type);
}
