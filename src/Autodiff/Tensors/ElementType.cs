namespace Autograd;

/// <summary>
/// The type of a tensor's elements. Types are never mixed and never promoted: convert with <see cref="Functions.Convert"/>.
/// </summary>
public enum ElementType
{
    /// <summary>IEEE 754 single precision; what models are trained in.</summary>
    Float32,

    /// <summary>IEEE 754 double precision; what gradients are checked in.</summary>
    Float64,
}
