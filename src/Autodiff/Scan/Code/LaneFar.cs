using System.Numerics;
using System.Runtime.Intrinsics;

namespace Autograd.Scan;

/// <summary>A function of one number that the platform computes.</summary>
interface IFarFunction
{
    static abstract T Of<T>(T x)
        where T : IFloatingPointIeee754<T>;
}

/// <summary>The sine.</summary>
readonly struct FarSine : IFarFunction
{
    public static T Of<T>(T x)
        where T : IFloatingPointIeee754<T>
        => T.Sin(x);
}

/// <summary>The cosine.</summary>
readonly struct FarCosine : IFarFunction
{
    public static T Of<T>(T x)
        where T : IFloatingPointIeee754<T>
        => T.Cos(x);
}

/// <summary>Puts what the platform computes one by one into the lanes whose argument is beyond <see cref="Trigonometry.Limit"/>.</summary>
static class LaneFar
{
    public static Vector512<T> Of512<T, TFunction>(Vector512<T> x, Vector512<T> near)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFunction : IFarFunction
    {
        T limit = Limit<T>();
        if (!Vector512.GreaterThanAny(Vector512.Abs(x), Vector512.Create(limit))) return near;
        for (int i = 0; i < Vector512<T>.Count; i++)
            if (T.Abs(x[i]) > limit)
                near = near.WithElement(i, TFunction.Of(x[i]));
        return near;
    }

    public static Vector256<T> Of256<T, TFunction>(Vector256<T> x, Vector256<T> near)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFunction : IFarFunction
    {
        T limit = Limit<T>();
        if (!Vector256.GreaterThanAny(Vector256.Abs(x), Vector256.Create(limit))) return near;
        for (int i = 0; i < Vector256<T>.Count; i++)
            if (T.Abs(x[i]) > limit)
                near = near.WithElement(i, TFunction.Of(x[i]));
        return near;
    }

    public static Vector128<T> Of128<T, TFunction>(Vector128<T> x, Vector128<T> near)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFunction : IFarFunction
    {
        T limit = Limit<T>();
        if (!Vector128.GreaterThanAny(Vector128.Abs(x), Vector128.Create(limit))) return near;
        for (int i = 0; i < Vector128<T>.Count; i++)
            if (T.Abs(x[i]) > limit)
                near = near.WithElement(i, TFunction.Of(x[i]));
        return near;
    }

    static T Limit<T>()
        where T : IFloatingPointIeee754<T>
        => T.CreateChecked(Trigonometry.Limit(typeof(T) == typeof(float)));
}
