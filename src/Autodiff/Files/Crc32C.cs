using System.Numerics;
using System.Runtime.InteropServices;

namespace Autograd.Files;

/// <summary>
/// The checksum CRC-32C (Castagnoli, Bräuer, Herrmann 1993; RFC 3720, appendix B.4), for which processors have an instruction, so that
/// checking a file costs little beside reading it. Checksums of parts are joined to that of the whole.
/// </summary>
static class Crc32C
{
    // Bits are reflected: that of x⁰ is the highest.
    const uint Polynomial = 0x82F63B78, One = 1u << 31, X = One >> 1;

    /// <summary>The checksum of bytes that follow others, whose checksum is given.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        uint sum = ~before;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words) sum = BitOperations.Crc32C(sum, word);
        foreach (byte last in bytes[(words.Length * sizeof(ulong))..]) sum = BitOperations.Crc32C(sum, last);
        return ~sum;
    }

    /// <summary>The checksum of one part and another after it, from that of each: first · x^(8 · length) + second.</summary>
    public static uint Join(uint first, uint second, long secondLength) => Product(first, Power(secondLength)) ^ second;

    // x^(8n)
    static uint Power(long n)
    {
        uint power = One, square = X;
        for (int doubling = 0; doubling < 3; doubling++) square = Product(square, square);
        for (; n > 0; n >>= 1)
        {
            if ((n & 1) != 0) power = Product(power, square);
            square = Product(square, square);
        }
        return power;
    }

    // Of polynomials over GF(2), modulo that of the checksum.
    static uint Product(uint a, uint b)
    {
        uint product = 0;
        for (uint bit = One; bit != 0; bit >>= 1)
        {
            if ((a & bit) != 0) product ^= b;
            b = (b & 1) == 0 ? b >> 1 : (b >> 1) ^ Polynomial;
        }
        return product;
    }
}
