using System.Numerics;

namespace Autograd.Kernels;

/// <summary>
/// Numbers in the lanes of a vector that fills registers of the processor: what loops over spans are made of. Such a loop is written once;
/// it runs with <see cref="WideNumber{T}"/> where there are vectors of 64 bytes, and with <see cref="VectorNumber{T}"/> elsewhere.
/// </summary>
/// <typeparam name="N">The vector.</typeparam>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
interface IVectorNumber<N, T> : ILaneNumber<N>
    where N : struct, IVectorNumber<N, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Elements in one vector.</summary>
    static abstract int Count { get; }

    /// <summary>The same number in all lanes.</summary>
    static abstract N Broadcast(T value);

    /// <summary>The vector that begins some elements after the first.</summary>
    static abstract N Load(ref T from, nuint at);

    /// <summary>Writes the vector to the place some elements after the first.</summary>
    void Store(ref T to, nuint at);

    /// <summary>Whether all numbers are above 0.</summary>
    static abstract bool IsPositive(N value);
}
