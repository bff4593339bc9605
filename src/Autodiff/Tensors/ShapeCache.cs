namespace Autograd.Tensors;

/// <summary>
/// Returns the same object for the same short shape, per thread, so that a step of a recurrent cell does not create a new one for every
/// product.
/// </summary>
static class ShapeCache
{
    const int Slots = 64;

    [ThreadStatic]
    static Shape?[]? slots;

    public static Shape Get(ReadOnlySpan<int> lengths)
    {
        var cache = slots ??= new Shape?[Slots];
        uint hash = (uint)lengths[0] * 0x9E3779B1u ^ (uint)lengths.Length;
        if (lengths.Length == 2) hash ^= (uint)lengths[1] * 0x85EBCA77u;
        ref Shape? slot = ref cache[(hash ^ (hash >> 15)) % Slots];
        if (slot is { } hit && hit.Lengths.SequenceEqual(lengths)) return hit;
        return slot = Shape.CreateUncached(lengths);
    }
}
