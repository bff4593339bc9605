namespace Autograd;

/// <summary>
/// Functions of a single number with the bits that an element of a tensor gets: for what is computed beside tensors and must be the same
/// everywhere. Those of <see cref="Math"/> are the platform's, which differ in the last digit.
/// </summary>
public static class Elementary
{
    /// <summary>eˣ, within two units in the last place; 0 below the smallest normal number.</summary>
    public static double Exp(double x) => First(Exponential.Of(All(x)));

    /// <summary>ln x, within one unit in the last place; −∞ at 0, NaN below.</summary>
    public static double Log(double x) => First(Logarithm.Of(All(x)));

    /// <summary>x to the power y, with the limits of <see cref="Math.Pow"/>.</summary>
    public static double Pow(double x, double y) => First(Power.Of(All(x), All(y)));

    /// <summary>cos x, with x in radians; the platform's where |x| is beyond 10⁶.</summary>
    public static double Cos(double x) => First(VectorNumber<double>.Cos(All(x)));

    static VectorNumber<double> All(double x) => VectorNumber<double>.Broadcast(x);

    static double First(VectorNumber<double> number) => number.Value[0];
}
