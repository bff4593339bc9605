using Autograd.Layers;
using Autograd.Tests.Layers.Recurrence;

namespace Autograd.Tests.Autodiff.Kernels;

/// <summary>
/// Powers are arithmetic of their own: accurate, the same wherever a number stands, and at the ends as IEEE 754 has them.
/// </summary>
public class PowerTests
{
    static readonly double[] Ends =
    [
        0, -0.0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 1.5, -1.5, 4503599627370497, 1e300, -1e300, 1e30, -1e30, 1e-300, 5e-324, 1.4e-45, 1e-40,
        double.PositiveInfinity, double.NegativeInfinity, double.NaN,
    ];

    [Theory, InlineData(ElementType.Float32), InlineData(ElementType.Float64)]
    public void EndsAreThoseOfThePlatform(ElementType type)
    {
        foreach (double x in Ends)
            foreach (double y in Ends)
            {
                double expected = Platform(type, x, y);
                double[] found = Of(type, [x], [y]);
                double unit = Math.Max(2 * type.Epsilon() * Math.Abs(expected), Smallest(type));
                Assert.True(
                    found[0].Equals(expected) ? double.IsNegative(found[0]) == double.IsNegative(expected) || double.IsNaN(expected)
                        : Math.Abs(found[0] - expected) <= unit,
                    FormattableString.Invariant($"{x:R} to the power of {y:R} is {found[0]:R}, expected {expected:R}."));
            }
    }

    [Fact]
    public void ASinglePowerIsWithinAUnitAndMostlyTheNearestNumber()
    {
        var random = new Random(1);
        int count = 200_000, others = 0;
        var (x, y) = Numbers(random, count, ElementType.Float32, 127);
        double[] found = Of(ElementType.Float32, x, y);
        for (int i = 0; i < count; i++)
        {
            double exact = Math.Pow(x[i], y[i]);
            if (exact is 0 or > float.MaxValue) continue;
            if (found[i] != (float)exact) others++;
            double unit = Math.Max(Math.BitIncrement((float)exact) - (double)(float)exact, float.Epsilon);
            Assert.True(Math.Abs(found[i] - exact) <= Math.Max(unit, MathF.BitIncrement((float)exact) - (float)exact),
                FormattableString.Invariant($"{x[i]:R} to the power of {y[i]:R} is {found[i]:R}, exactly {exact:R}."));
        }
        Assert.InRange(others, 0, count / 4);
    }

    // Half a unit is the last addition's, the rest the series of the exponential and what is missing of the logarithm. It is most where the
    // mantissa is far from 1, and the power near the ends.
    [Fact]
    public void ADoublePowerIsWithinTwoUnitsOfTheExactOne()
    {
        var (x, y) = Numbers(new Random(2), 20_000, ElementType.Float64, 1020);
        Assert.InRange(LargestDistance(x, y), 0.5, 1.5);
        (x, y) = Corner(new Random(4), 20_000);
        Assert.InRange(LargestDistance(x, y), 0.5, 2);
    }

    static double LargestDistance(double[] x, double[] y)
    {
        double[] found = Of(ElementType.Float64, x, y);
        double most = 0;
        for (int i = 0; i < x.Length; i++)
            if (double.IsNormal(found[i]))
                most = Math.Max(most, Math.Abs(ExactPower.Distance(found[i], x[i], y[i])));
        return most;
    }

    /// <summary>R writes what is missing as such a number.</summary>
    [Fact]
    public void ANaNStaysOneWhateverItsBits()
    {
        foreach (int bits in new[] { 0x7FC00001, 0x7FC00040, 0x7FFFFFFF, unchecked((int)0xFFC00000) })
            IsNaN(ElementType.Float32, BitConverter.Int32BitsToSingle(bits));
        foreach (long bits in new[] { 0x7FF80000000007A2, 0x7FF00000000007A2, 0x7FFFFFFFFFFFFFFF, unchecked((long)0xFFF8000000000000) })
            IsNaN(ElementType.Float64, BitConverter.Int64BitsToDouble(bits));
    }

    static void IsNaN(ElementType type, double number)
    {
        var x = type == ElementType.Float32 ? Tensor.From(new[] { (float)number, 2 }) : Tensor.From(new[] { number, 2 });
        var two = Tensor.Full([2], 2, type);
        foreach (var power in new[] { Functions.Power(x, 2.5), Functions.Power(x, two), Functions.Power(two, x) })
            Assert.True(double.IsNaN(power.ToDoubles()[0]), $"{type}: {power}");
    }

    [Theory, InlineData(ElementType.Float32), InlineData(ElementType.Float64)]
    public void StepsHaveTheSameBits(ElementType type)
    {
        var key = new RandomKey(5);
        var x = Functions.Exp(key.At(1).Normal([3, 5, 37], 3, type));
        var y = new Parameter("y", key.At(2).Normal([5, 37], 2, type));
        foreach (double exponent in new[] { 2.5, 3, -2, 0.5, 1.0 / 3 })
        {
            var eager = Run(Execution.Eager);
            foreach (var execution in new[] { Execution.Compiled, Execution.Interpreted }) Assert.Equal(eager, Run(execution));

            double[] Run(Execution execution)
            {
                var cell = new FunctionCell<Tensor>(
                    (x, h) => (Functions.Power(x, exponent) + 0 * h, Functions.Power(x, y)), 37);
                var run = new Recurrent<Tensor>(cell) { Execution = execution }.Run(x);
                return [.. run.Outputs.ToDoubles(), .. run.Final.ToDoubles()];
            }
        }
    }

    [Theory, InlineData(ElementType.Float32), InlineData(ElementType.Float64)]
    public void WhatFitsTheDigitsIsExact(ElementType type)
    {
        int most = type == ElementType.Float32 ? 23 : 52;
        for (int power = -3; power <= 20; power++)
            for (int number = -300; number <= 300; number++)
            {
                double expected = Math.Pow(number, power);
                if (power < 0 ? (number & (number - 1)) != 0 || number < 1 : Math.Abs(expected) > 1L << most) continue;
                Assert.Equal(expected, Of(type, [number], [power])[0]);
            }
    }

    [Theory, InlineData(ElementType.Float32), InlineData(ElementType.Float64)]
    public void ANumberGivesTheSameWhereverItStandsAndWhoeverAsks(ElementType type)
    {
        var (x, y) = Numbers(new Random(3), 700, type, 100);
        double[] all = Of(type, x, y);
        for (int i = 0; i < x.Length; i += 23)
        {
            Assert.Equal(all[i], Of(type, [x[i]], [y[i]])[0]);
            Assert.Equal(all[i], Functions.Power(Data.Vector(type, [x[i]]), y[i]).ToDoubles()[0]);
            Assert.Equal(all[i], Functions.Power(Data.Vector(type, [x[i], x[i]]), Tensor.Scalar(y[i], type)).ToDoubles()[1]);
        }
    }

    // A third of them near 1, where the exponent may be large.
    static (double[] X, double[] Y) Numbers(Random random, int count, ElementType type, int most)
    {
        double[] x = new double[count], y = new double[count];
        for (int i = 0; i < count; i++)
        {
            int exponent = i % 3 == 0 ? 0 : random.Next(-100, 100);
            x[i] = Rounded(type, Math.ScaleB(0.5 + random.NextDouble(), exponent));
            double logarithm = Math.Log2(x[i]);
            y[i] = Rounded(type, (2 * random.NextDouble() - 1) * Math.Min(most / Math.Max(Math.Abs(logarithm), 1e-30), 1e8));
        }
        return (x, y);
    }

    static (double[] X, double[] Y) Corner(Random random, int count)
    {
        double[] x = new double[count], y = new double[count];
        for (int i = 0; i < count; i++)
        {
            x[i] = Math.Sqrt(i % 2 == 0 ? 0.5 : 2) * (1 + (random.NextDouble() - 0.5) * 0.02);
            y[i] = (i % 4 < 2 ? 1 : -1) * (1005 + 10 * random.NextDouble()) / Math.Log2(x[i]);
        }
        return (x, y);
    }

    static double Rounded(ElementType type, double number) => Tensor.Scalar(number, type).ToScalar();

    static double[] Of(ElementType type, double[] x, double[] y) =>
        Functions.Power(Data.Vector(type, x), Data.Vector(type, y)).ToDoubles();

    static double Platform(ElementType type, double x, double y) =>
        type == ElementType.Float32 ? MathF.Pow((float)x, (float)y) : Math.Pow(x, y);

    static double Smallest(ElementType type) => type == ElementType.Float32 ? float.Epsilon : double.Epsilon;
}
