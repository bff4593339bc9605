using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Autograd.Scan;

/// <summary>
/// The columns at the ends of a row that do not fill a vector: nothing beyond them is read or written. Called by the code of kernels.
/// What is read is where the mask has ones; what is written are the first elements, as many as it has.
/// </summary>
static unsafe class VectorTail
{
    public static Vector512<T> Load512<T>(T* from, Vector512<T> mask)
        where T : unmanaged
        => Vector512.Create(Load256(from, mask.GetLower()), Load256(from + Vector256<T>.Count, mask.GetUpper()));

    public static void Store512<T>(Vector512<T> value, T* to, Vector512<T> mask)
        where T : unmanaged
    {
        Store256(value.GetLower(), to, mask.GetLower());
        Store256(value.GetUpper(), to + Vector256<T>.Count, mask.GetUpper());
    }

    public static Vector256<T> Load256<T>(T* from, Vector256<T> mask)
        where T : unmanaged
    {
        if (!Avx.IsSupported) return Vector256.Create(Load128(from, mask.GetLower()), Load128(from + Vector128<T>.Count, mask.GetUpper()));
        return typeof(T) == typeof(float)
            ? Avx.MaskLoad((float*)from, mask.AsSingle()).As<float, T>()
            : Avx.MaskLoad((double*)from, mask.AsDouble()).As<double, T>();
    }

    public static void Store256<T>(Vector256<T> value, T* to, Vector256<T> mask)
        where T : unmanaged
    {
        if (!Avx.IsSupported)
        {
            Store128(value.GetLower(), to, mask.GetLower());
            Store128(value.GetUpper(), to + Vector128<T>.Count, mask.GetUpper());
        }
        else if (typeof(T) == typeof(float))
        {
            Avx.MaskStore((float*)to, mask.AsSingle(), value.AsSingle());
        }
        else
        {
            Avx.MaskStore((double*)to, mask.AsDouble(), value.AsDouble());
        }
    }

    public static Vector128<T> Load128<T>(T* from, Vector128<T> mask)
        where T : unmanaged
    {
        if (Avx.IsSupported)
        {
            return typeof(T) == typeof(float)
                ? Avx.MaskLoad((float*)from, mask.AsSingle()).As<float, T>()
                : Avx.MaskLoad((double*)from, mask.AsDouble()).As<double, T>();
        }
        T* elements = stackalloc T[Vector128<T>.Count];
        Vector128<T>.Zero.Store(elements);
        uint open = mask.ExtractMostSignificantBits();
        for (int i = 0; i < Vector128<T>.Count; i++)
            if ((open >> i & 1) != 0)
                elements[i] = from[i];
        return Vector128.Load(elements);
    }

    public static void Store128<T>(Vector128<T> value, T* to, Vector128<T> mask)
        where T : unmanaged
    {
        if (Avx.IsSupported && typeof(T) == typeof(float))
        {
            Avx.MaskStore((float*)to, mask.AsSingle(), value.AsSingle());
        }
        else if (Avx.IsSupported)
        {
            Avx.MaskStore((double*)to, mask.AsDouble(), value.AsDouble());
        }
        else
        {
            for (int i = 0; i < CountOf(mask); i++) to[i] = value[i];
        }
    }

    static int CountOf<T>(Vector128<T> mask)
        where T : unmanaged
        => System.Numerics.BitOperations.PopCount(mask.ExtractMostSignificantBits());
}
