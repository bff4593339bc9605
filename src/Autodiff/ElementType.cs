namespace Autograd;

/// <summary>The type of a tensor's elements. Types are never mixed and never promoted: convert with <see cref="Functions.Convert"/>.</summary>
public enum ElementType
{
    /// <summary>IEEE 754 single precision; what models are trained in.</summary>
    Float32,

    /// <summary>IEEE 754 double precision; what gradients are checked in.</summary>
    Float64,
}

/// <summary>Facts about element types.</summary>
internal static class ElementTypes
{
    public static ElementType Of<T>() =>
        typeof(T) == typeof(float) ? ElementType.Float32
        : typeof(T) == typeof(double) ? ElementType.Float64
        : throw new ElementTypeException($"Elements of type {typeof(T).Name} are not supported: a tensor holds float or double.");

    /// <summary>The distance from 1 to the next number: 2⁻²³ or 2⁻⁵².</summary>
    public static double Epsilon(this ElementType type) => type == ElementType.Float32 ? 1.1920928955078125e-7 : 2.220446049250313e-16;

    public static int ByteSize(this ElementType type) => type == ElementType.Float32 ? sizeof(float) : sizeof(double);
}
