using System.Numerics;

namespace Autograd.Tests.Autodiff.Scan;

/// <summary>The exponential of kernels over its whole range, and what is made of it.</summary>
public class ExponentialTests
{
    [Fact]
    public void InSingleItIsWithinTwoUnitsInTheLastPlace() => Worst<float>(-87.3365, 88.7228, 2, EmittedNumber.Exp, Math.Exp);

    [Fact]
    public void InDoubleItIsWithinTwoUnitsInTheLastPlace() => Worst<double>(-708.396, 709.7827, 2, EmittedNumber.Exp, Math.Exp);

    [Fact]
    public void SigmoidAndTanhAreWithinFourUnitsInTheLastPlace()
    {
        Worst<float>(-87.3, 100, 4, EmittedNumber.Sigmoid, x => 1 / (1 + Math.Exp(-x)));
        Worst<float>(-12, 12, 4, EmittedNumber.Tanh, Math.Tanh);
        Worst<double>(-708.3, 800, 4, EmittedNumber.Sigmoid, x => 1 / (1 + Math.Exp(-x)));
        Worst<double>(-25, 25, 4, EmittedNumber.Tanh, Math.Tanh);
    }

    [Fact]
    public void EndsAndSpecialValues()
    {
        Special<float>(
            [0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1000, -1000, 88.7228, 88.73, -87.4, -150,
                float.MaxValue, float.MinValue, 1e-30, -1e-30],
            [1, 1, double.NaN, double.PositiveInfinity, 0, double.PositiveInfinity, 0, 3.4028e38, double.PositiveInfinity, 0, 0,
                double.PositiveInfinity, 0, 1, 1]);
        Special<double>(
            [0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1000, -1000, 709.7827, 709.79, -708.5, -800, double.MaxValue,
                double.MinValue, 1e-300],
            [1, double.NaN, double.PositiveInfinity, 0, double.PositiveInfinity, 0, Math.Exp(709.7827), double.PositiveInfinity, 0, 0,
                double.PositiveInfinity, 0, 1]);
    }

    [Fact]
    public void SigmoidAndTanhAtTheEnds()
    {
        double[] x = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 500, -500, float.MaxValue, float.MinValue];
        Assert.Equal([double.NaN, 1, 0, 1, 0, 1, 0], Values<float>(x, EmittedNumber.Sigmoid));
        Assert.Equal([double.NaN, 1, -1, 1, -1, 1, -1], Values<float>(x, EmittedNumber.Tanh));
    }

    static void Special<T>(double[] x, double[] expected)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[] y = Values<T>(x, EmittedNumber.Exp);
        for (int i = 0; i < x.Length; i++)
            Assert.True(
                expected[i].Equals(y[i]) || (double.IsFinite(expected[i]) && Math.Abs(y[i] - expected[i]) <= 1e-4 * expected[i]),
                $"exp({x[i]:R}) was {y[i]:R}, expected {expected[i]:R} in {typeof(T).Name}.");
    }

    static void Worst<T>(double low, double high, double units, Func<EmittedNumber, EmittedNumber> function, Func<double, double> exact)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int Count = 200_000;
        double epsilon = typeof(T) == typeof(float) ? Math.Pow(2, -23) : Math.Pow(2, -52);
        double[] x = new double[Count];
        for (int i = 0; i < Count; i++) x[i] = double.CreateChecked(T.CreateChecked(low + (high - low) * i / (Count - 1)));
        double[] y = Values<T>(x, function);
        for (int i = 0; i < Count; i++)
        {
            double expected = exact(x[i]), unit = Math.Pow(2, Math.Floor(Math.Log2(Math.Abs(expected)))) * epsilon;
            Assert.True(Math.Abs(y[i] - expected) <= units * unit,
                $"at {x[i]:R}: {y[i]:R}, expected {expected:R}, {Math.Abs(y[i] - expected) / unit:G3} units in {typeof(T).Name}.");
        }
    }

    static double[] Values<T>(double[] x, Func<EmittedNumber, EmittedNumber> function)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int next = 0;
        using var run = new KernelRun<T>(x.Length, 1);
        int a = run.Matrix(_ => x[next++]), target = run.Matrix();
        run.Kernel.Write(KernelWrite.Store, target, function(run.Load(KernelOp.Element, a)));
        run.Run();
        return [.. Enumerable.Range(0, x.Length).Select(i => run.At(target, 0, i))];
    }
}
