using System.Runtime.InteropServices;

namespace Autograd.Scan;

/// <summary>
/// The data that a step used in its last run beside parameters and constants. Whether a step captured its data or makes them at each call
/// cannot be seen, but where their numbers are those of the run before, a decision that the step took by itself would have shown then.
/// </summary>
sealed class UsedData
{
    // Larger data are recognised as objects only, and not kept alive.
    const int MostKept = 1 << 16;

    readonly List<object> known = [];

    /// <summary>Remembers the data of a run. Returns whether they are others than in the run before.</summary>
    public bool Take(ReadOnlySpan<Tensor> leaves)
    {
        int count = 0;
        bool isOther = false;
        foreach (var leaf in leaves)
        {
            if (!IsData(leaf)) continue;
            if (count == known.Count) known.Add(Kept(leaf));
            else if (!IsKnown(known[count], leaf)) (known[count], isOther) = (Kept(leaf), true);
            count++;
        }
        return isOther;
    }

    // No parameter, no constant of a cell, and nothing that a tape keeps.
    static bool IsData(Tensor leaf) => leaf is not (Parameter or ConstantTensor { Origin: null }) && leaf.Owner is null;

    // A small part of larger memory is copied, so as not to keep the rest.
    static object Kept(Tensor leaf) => leaf.ElementCount > MostKept ? new WeakReference<Tensor>(leaf)
        : leaf.Storage!.Bytes > MostKept * sizeof(double) ? leaf.Detach() : leaf;

    static bool IsKnown(object kept, Tensor leaf) => kept is Tensor tensor ? ReferenceEquals(tensor, leaf) || HasNumbersOf(tensor, leaf)
        : ((WeakReference<Tensor>)kept).TryGetTarget(out var target) && ReferenceEquals(target, leaf);

    static bool HasNumbersOf(Tensor one, Tensor other) =>
        one.ElementType == other.ElementType && one.Shape.Equals(other.Shape) && BytesOf(one).SequenceEqual(BytesOf(other));

    static ReadOnlySpan<byte> BytesOf(Tensor tensor) => tensor.ElementType == ElementType.Float32
        ? MemoryMarshal.AsBytes(tensor.ReadSpan<float>()) : MemoryMarshal.AsBytes(tensor.ReadSpan<double>());
}
