using System.Numerics;

namespace Autograd.Tapes;

/// <summary>
/// A parameter or watched tensor on a tape: its number, and its matrix in the kernel's own layout, packed at the first product that gains
/// by it, or at the second, and used at every later one. A change of a parameter's value packs it anew, because the version is compared at
/// every use.
/// </summary>
sealed class Leaf
{
    readonly Tensor value;
    readonly ReadStamp stamp;
    PackedWeights? packed;
    bool wasUsed;

    /// <param name="tape">The tape.</param>
    /// <param name="number">Its number.</param>
    /// <param name="value">The parameter or watched tensor.</param>
    /// <param name="stamp">The value's version when it came onto the tape.</param>
    public Leaf(Tape tape, int number, Tensor value, ReadStamp stamp)
    {
        Tape = tape;
        Number = number;
        this.value = value;
        this.stamp = stamp;
        if (value is Parameter parameter) parameter.LastUse = this;
    }

    /// <summary>The tape; null once it is no leaf of it any longer.</summary>
    public Tape? Tape { get; private set; }

    public int Number { get; set; }

    /// <summary>The parameter, if it was changed since it came onto the tape.</summary>
    public Parameter? Changed => stamp.IsCurrent(value) ? null : value.Storage!.Parameter;

    /// <summary>The value's rows × columns as the right operand of products, or its transpose.</summary>
    /// <param name="transposed">Whether it is the transpose.</param>
    /// <param name="idle">Where memory is taken from.</param>
    /// <param name="isWorthIt">Whether this use alone gains by packing. If not, the first one gives null.</param>
    public PackedMatrix<T>? Packed<T>(bool transposed, PackedMatrices idle, bool isWorthIt)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool isFirst = !wasUsed;
        wasUsed = true;
        return isFirst && !isWorthIt ? null : (packed ??= new(value)).Of<T>(transposed, idle);
    }

    /// <summary>Ends the leaf, and gives its memory back.</summary>
    public void GiveBack(PackedMatrices idle)
    {
        Tape = null;
        packed?.GiveBack(idle);
    }
}
