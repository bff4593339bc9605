using System.Numerics;

namespace Autograd.Tensors;

/// <summary>Lengths of pieces of memory, four per power of two, so that one serves for others of about its length.</summary>
static class SizeClasses
{
    /// <summary>How many there are.</summary>
    public const int Count = 128;

    /// <summary>The class of the smallest piece that holds the elements: 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, …</summary>
    public static int Of(int elements)
    {
        if (elements <= 4) return Math.Max(elements, 1) - 1;
        int exponent = BitOperations.Log2((uint)(elements - 1));
        return 4 * (exponent - 1) + ((elements - 1) >> (exponent - 2)) - 4;
    }

    /// <summary>Elements of a piece of a class.</summary>
    public static int Elements(int sizeClass)
    {
        if (sizeClass < 4) return sizeClass + 1;
        int exponent = sizeClass / 4 + 1;
        long elements = (long)(sizeClass % 4 + 5) << (exponent - 2);
        return (int)Math.Min(elements, Array.MaxLength - AlignedArray.CacheLine);
    }
}
