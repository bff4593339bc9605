using System.Numerics;

namespace Autograd.Tests.Kernels;

/// <summary>The order of sums, one element at a time: what every width of vectors must give to the bit.</summary>
public class LaneSumTests
{
    [Fact]
    public void SumsRunInSixtyFourBytesOfLanesThatAreAddedByHalves()
    {
        foreach (int length in Enumerable.Range(0, 70).Concat([512, 1000]))
        {
            float[] x = Draw(length, 1), y = Draw(length, 2);
            Assert.Equal(InLanes(x, 16), LaneSum.Of<float>(x));
            Assert.Equal(InLanes(Array.ConvertAll(x, e => (double)e), 8), LaneSum.Of<double>(Array.ConvertAll(x, e => (double)e)));
            if (!Rounding.IsFused) continue;
            Assert.Equal(ProductsInLanes(x, y, 16), LaneSum.OfProducts<float>(x, y));
            Assert.Equal(ProductsInLanes(x, x, 16), LaneSum.OfSquares<float>(x));
        }
    }

    [Fact]
    public void SpansOfTwoLengthsAreRefused() =>
        Assert.Throws<ArgumentException>(() => LaneSum.OfProducts<float>(new float[2], new float[3]));

    static float[] Draw(int length, ulong seed)
    {
        float[] numbers = new float[length];
        new RandomKey(seed).FillNormal<float>(numbers);
        return numbers;
    }

    static T InLanes<T>(T[] x, int lanes)
        where T : IFloatingPointIeee754<T>
        => ProductsInLanes(x, Array.ConvertAll(x, _ => T.One), lanes);

    static T ProductsInLanes<T>(T[] x, T[] y, int lanes)
        where T : IFloatingPointIeee754<T>
    {
        var sums = new T[lanes];
        Array.Fill(sums, T.Zero);
        for (int i = 0; i < x.Length; i++) sums[i % lanes] = T.FusedMultiplyAdd(x[i], y[i], sums[i % lanes]);
        for (int half = lanes / 2; half > 0; half /= 2)
            for (int i = 0; i < half; i++) sums[i] += sums[i + half];
        return sums[0];
    }
}
