namespace Autograd.Tests.Autodiff.Kernels;

public class SlopeProductTests
{
    [Fact]
    public void EveryLengthHasItsTail()
    {
        for (int length = 0; length <= 70; length++)
        {
            CheckTail<SquareFunction, float>(default, length, x => x * x, x => 2 * x);
            CheckTail<SquareFunction, double>(default, length, x => x * x, x => 2 * x);
            CheckTail<ReciprocalFunction, float>(default, length, x => 1 / x, x => -1 / (x * x));
            CheckTail<SigmoidFunction, double>(default, length, Sigmoid, x => Sigmoid(x) * (1 - Sigmoid(x)));
            CheckTail<EluFunction, float>(new(1.5), length, x => x > 0 ? x : 1.5 * (Math.Exp(x) - 1), x => x > 0 ? 1 : 1.5 * Math.Exp(x));
            CheckTail<PowerConstantFunction, double>(new(2.5), length, x => Math.Pow(x, 2.5), x => 2.5 * Math.Pow(x, 1.5));
        }
    }

    [Fact]
    public void TheVectorMayBeTheProduct()
    {
        double[] x = [.. Enumerable.Range(1, 21).Select(i => i * 0.25)], vector = [.. Enumerable.Repeat(3.0, 21)];
        SlopeProduct.Run<SquareFunction, double>(default, x, x, vector, vector);
        Assert.Equal(x.Select(value => 6 * value), vector);
    }

    [Fact]
    public void VectorNumbersCountLikeNumbers()
    {
        foreach (double x in new[] { -2.5, -0.5, 0, 0.75, 3 })
        {
            VectorNumber<double> v = x;
            Assert.Equal(Math.Exp(x), VectorNumber<double>.Exp(v).Value[0], 1e-14 * Math.Exp(x));
            Assert.Equal(Math.Sin(x), VectorNumber<double>.Sin(v).Value[0], 1e-14);
            Assert.Equal(Math.Cos(x), VectorNumber<double>.Cos(v).Value[0], 1e-14);
            Assert.Equal(Math.Tanh(x), VectorNumber<double>.Tanh(v).Value[0], 1e-14);
            Assert.Equal(Sigmoid(x), VectorNumber<double>.Sigmoid(v).Value[0], 1e-14);
            Assert.Equal(Math.Abs(x), VectorNumber<double>.Abs(v).Value[0]);
            Assert.Equal(Math.Pow(x, 3), VectorNumber<double>.Power(v, 3).Value[0], 1e-13);
            Assert.Equal(x > 0.5 ? 1 : 0, VectorNumber<double>.Greater(v, 0.5).Value[0]);
            Assert.Equal(x == 0 ? 7 : 5, VectorNumber<double>.Select(v, 5.0, 7.0).Value[0]);
            Assert.Equal((x - 1) * 2 / 4 + -x, ((v - 1.0) * 2.0 / 4.0 + -v).Value[0]);
        }
        Assert.Equal(0, VectorNumber<float>.Greater(double.NaN, 0.0).Value[0]);
        Assert.Equal(1, VectorNumber<float>.Tanh(1e4).Value[0]);
        Assert.Equal(-1, VectorNumber<float>.Tanh(-1e4).Value[0]);
        Assert.Equal(0, VectorNumber<float>.Sigmoid(-1e4).Value[0]);
    }

    static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    static void CheckTail<TFunction, T>(TFunction function, int length, Func<double, double> value, Func<double, double> slope)
        where TFunction : struct, IUnaryFunction
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        double[] points = [.. Enumerable.Range(0, length).Select(i => 0.3 + i * 0.05)];
        T[] x = Convert<T>(points), y = Convert<T>(points.Select(value)),
            vector = Convert<T>(Enumerable.Range(1, length).Select(i => (double)i));
        // One more on each side, which nothing may touch.
        var product = new T[length + 2];
        SlopeProduct.Run(function, x, y, vector, product.AsSpan(1, length));
        Assert.Equal(T.Zero, product[0]);
        Assert.Equal(T.Zero, product[^1]);
        double epsilon = typeof(T) == typeof(float) ? 1e-5 : 1e-13;
        for (int i = 0; i < length; i++)
            Assert.Equal(
                slope(points[i]) * (i + 1), double.CreateChecked(product[i + 1]),
                epsilon * Math.Max(1, Math.Abs(slope(points[i]) * (i + 1))));
    }

    static T[] Convert<T>(IEnumerable<double> numbers)
        where T : System.Numerics.INumberBase<T>
        => [.. numbers.Select(T.CreateChecked)];
}
