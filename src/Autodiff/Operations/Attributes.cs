using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Autograd.Operations;

/// <summary>What functions that operations are made of are given besides their operands.</summary>
static class Attributes
{
    /// <summary>Whether two functions of one kind have the same, to the bit: 0 and −0 are two numbers.</summary>
    public static bool AreSame<TFunction>(ref readonly TFunction first, ref readonly TFunction second)
        where TFunction : struct
        => RuntimeHelpers.IsReferenceOrContainsReferences<TFunction>()
            ? EqualityComparer<TFunction>.Default.Equals(first, second)
            : BytesOf(in first).SequenceEqual(BytesOf(in second));

    static ReadOnlySpan<byte> BytesOf<TFunction>(ref readonly TFunction function)
        where TFunction : struct
        => MemoryMarshal.CreateReadOnlySpan(
            ref Unsafe.As<TFunction, byte>(ref Unsafe.AsRef(in function)), Unsafe.SizeOf<TFunction>());
}
