using Autograd.Layers;

namespace Autograd.Tests.Layers.Decoding;

public class SamplerTests
{
    static readonly double[] P = [0.1, 0.4, 0.2, 0.3];
    static readonly double[] Logits = [.. P.Select(p => Math.Log(p) + 7)];

    [Fact]
    public void RandomHasTheModelsProbabilities() => Same(P, Sampler.Random);

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(3)]
    public void TemperatureRaisesProbabilitiesToAPower(double temperature)
    {
        double[] powers = [.. P.Select(p => Math.Pow(p, 1 / temperature))];
        Same([.. powers.Select(power => power / powers.Sum())], Sampler.Temperature(temperature));
    }

    [Fact]
    public void ExtremeTemperaturesNeitherOverflowNorUnderflow()
    {
        Same([0, 1, 0, 0], Sampler.Temperature(1e-300));
        Same([0.25, 0.25, 0.25, 0.25], Sampler.Temperature(1e300));
    }

    [Fact]
    public void TopKKeepsTheMostProbableAndRenormalises()
    {
        Same([0, 1, 0, 0], Sampler.TopK(1));
        Same([0, 4 / 7.0, 0, 3 / 7.0], Sampler.TopK(2));
        Same(P, Sampler.TopK(4));
        Same(P, Sampler.TopK(100));
        double sum = 0.16 + 0.09;
        Same([0, 0.16 / sum, 0, 0.09 / sum], Sampler.TopK(2, 0.5));
    }

    [Fact]
    public void TheNucleusIsTheFewestSymbolsThatReachTheShare()
    {
        Same([0, 1, 0, 0], Sampler.Nucleus(0.39));
        Same([0, 4 / 7.0, 0, 3 / 7.0], Sampler.Nucleus(0.41));
        Same([0, 4 / 9.0, 2 / 9.0, 3 / 9.0], Sampler.Nucleus(0.75));
        Same(P, Sampler.Nucleus(1));
    }

    [Fact]
    public void GreedyTakesTheFirstOfThoseThatTie()
    {
        Assert.Equal(1, Sampler.Greedy.Choose([0, 5, 5, 1], 0.999));
        Assert.Equal([0.5, 0.5, 0], Sampler.TopK(2).Probabilities([3, 3, 3]));
        Assert.Equal(1, Sampler.TopK(3).Choose([double.NegativeInfinity, 2, double.NegativeInfinity], 0.99));
    }

    [Fact]
    public void ChoosesAsOftenAsTheProbabilitiesSay()
    {
        var counts = new double[4];
        var key = new RandomKey(8);
        const int Draws = 20000;
        for (int i = 0; i < Draws; i++) counts[Sampler.Random.Choose(Logits, key.Uniform((uint)i))]++;
        // Five standard deviations of a binomial.
        for (int symbol = 0; symbol < 4; symbol++)
            Assert.Equal(P[symbol], counts[symbol] / Draws, 5 * Math.Sqrt(P[symbol] * (1 - P[symbol]) / Draws));
        Assert.Equal(0, Sampler.Random.Choose(Logits, 0));
        Assert.Equal(3, Sampler.Random.Choose(Logits, 1 - 1e-16));
    }

    [Fact]
    public void WhatIsRefused()
    {
        foreach (double temperature in (double[])[0, -1, double.NaN, double.PositiveInfinity])
        {
            Refused.With<ArgumentOutOfRangeException>(
                FormattableString.Invariant($"Sampler.Temperature: temperature must be positive and finite; it is {temperature}."),
                () => Sampler.Temperature(temperature));
            Assert.Throws<ArgumentOutOfRangeException>(() => Sampler.TopK(2, temperature));
            Assert.Throws<ArgumentOutOfRangeException>(() => Sampler.Nucleus(0.5, temperature));
        }
        Refused.With<ArgumentOutOfRangeException>("Sampler.TopK: k must be at least 1; it is 0.", () => Sampler.TopK(0));
        foreach (double p in (double[])[0, -0.1, 1.01, double.NaN]) Assert.Throws<ArgumentOutOfRangeException>(() => Sampler.Nucleus(p));
        Refused.With<ArgumentException>("Sampler: the largest of 2 logits is NaN", () => Sampler.Greedy.Choose([1, double.NaN], 0));
        Refused.With<ArgumentException>("Sampler: the largest of 0 logits is -Infinity", () => Sampler.Greedy.Choose([], 0));
        Assert.Throws<ArgumentException>(() => Sampler.Random.Choose([double.NegativeInfinity], 0));
    }

    static void Same(double[] expected, Sampler sampler)
    {
        var found = sampler.Probabilities(Logits);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found[i], 1e-14);
    }
}
