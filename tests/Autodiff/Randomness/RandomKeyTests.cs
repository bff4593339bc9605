namespace Autograd.Tests.Autodiff;

public class RandomKeyTests
{
    // Random123, kat_vectors: philox4x32 10.
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u,
        0x24126ea1u)]
    public void PhiloxGivesThePublishedNumbers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint r0, uint r1, uint r2, uint r3) =>
        Assert.Equal((r0, r1, r2, r3), Philox.Permute((c0, c1, c2, c3), k0, k1));

    [Fact]
    public void AKeyIsSeedPurposeStepAndPosition()
    {
        var key = new RandomKey(Seed: 0);
        Assert.Equal((0x6627e8d5u >> 8) / 16777216.0, key.Uniform(0));
        var (first, second) = Philox.Generate(new RandomKey(0x0123456789abcdef, Purpose: 7, Step: 9), 5);
        var (r0, r1, _, _) = Philox.Permute((5, 9, 7, 0), 0x89abcdef, 0x01234567);
        Assert.Equal((r0, r1), (first, second));
    }

    [Fact]
    public void NumbersAreFrozen()
    {
        var key = new RandomKey(7).For("dropout").At(3);
        Assert.Equal(FrozenPurpose, key.Purpose);
        Assert.Equal(FrozenUniforms, Enumerable.Range(0, 3).Select(i => Math.Round(key.Uniform((uint)i), 7)));
        var normals = new double[3];
        key.FillNormal<double>(normals);
        Assert.Equal(FrozenNormals, normals.Select(x => Math.Round(x, 7)));
        Assert.Equal(FrozenWholes, Enumerable.Range(0, 6).Select(i => key.Whole((uint)i, 100)));
    }

    // They are drawn in blocks of 256, and every position has its own.
    [Theory, InlineData(1), InlineData(3), InlineData(255), InlineData(256), InlineData(257), InlineData(600)]
    public void ANumberDoesNotDependOnHowManyAreDrawn(int count)
    {
        var key = new RandomKey(8);
        double[] many = key.Normal([1000], 1.5, ElementType.Float64).ToDoubles();
        Assert.Equal(many.Length, many.Distinct().Count());
        Assert.Equal(many[..count], key.Normal([count], 1.5, ElementType.Float64).ToDoubles());
    }

    [Fact]
    public void FloatAndDoubleAreTheSameNumbers()
    {
        var key = new RandomKey(3).For("weights");
        var single = new float[100];
        var both = new double[100];
        key.FillUniform<float>(single);
        key.FillUniform<double>(both);
        Assert.Equal(both, single.Select(x => (double)x));
        Assert.All(both, x => Assert.InRange(x, 0, 1 - 1.0 / (1 << 24)));
        Expect.Near(key.Normal([100], 2, ElementType.Float64), key.Normal([100], 2), epsilons: 1);
        Expect.Near(key.Uniform([100], -1, 1, ElementType.Float64), key.Uniform([100], -1, 1), epsilons: 1);
    }

    [Fact]
    public void SeedsPurposesAndStepsDiffer()
    {
        var key = new RandomKey(1);
        RandomKey[] keys =
        [
            key, new RandomKey(2), new RandomKey(1UL << 40), key.At(1), key.At(-1), key.For("a"), key.For("b"), key.For("ab"),
                key.For("a").For("b"),
            key.For("b").For("a"), key.For(""), key.For("a").At(1),
        ];
        Assert.Equal(keys.Length, keys.Select(k => k.Uniform(0)).Distinct().Count());
        Assert.Equal(key.For("a").At(1), key.At(1).For("a"));
    }

    [Fact]
    public void StepsCompose()
    {
        var key = new RandomKey(1);
        var paths = from a in Enumerable.Range(0, 4)
                    from b in Enumerable.Range(0, 4)
                    from c in Enumerable.Range(0, 4)
                    select key.At(a)
            .At(b).At(c);
        var pairs = from a in Enumerable.Range(0, 4) from b in Enumerable.Range(0, 4) select key.At(a).At(b);
        RandomKey[] keys = [.. paths, .. pairs, .. Enumerable.Range(0, 4).Select(a => key.At(a))];
        Assert.Equal(
            keys.Length, keys.Select(k => k.Normal([4], 1, ElementType.Float64).ToDoubles()).Select(numbers => string.Join(" ", numbers))
            .Distinct().Count());
        // A key that was placed by its constructor too.
        Assert.NotEqual(new RandomKey(1, 0, 2).At(7).Uniform(0), key.At(7).Uniform(0));
        Assert.Equal(key.At(2).At(7).Uniform(0), new RandomKey(1, 0, 2).At(7).Uniform(0));
        Assert.Equal(key.At(0).Uniform(0), key.Uniform(0));
        Assert.Equal(7u, key.At(2).At(7).Step);
    }

    [Fact]
    public void MomentsAreThoseOfTheDistributions()
    {
        const int count = 200_000;
        var uniform = new RandomKey(11).Uniform([count], -1, 3, ElementType.Float64).ToDoubles();
        Assert.InRange(uniform.Average(), 0.99, 1.01);
        Assert.InRange(uniform.Average(x => (x - 1) * (x - 1)), 16 / 12.0 - 0.01, 16 / 12.0 + 0.01);
        var normal = new RandomKey(12).Normal([count], 2, ElementType.Float64).ToDoubles();
        Assert.InRange(normal.Average(), -0.02, 0.02);
        Assert.InRange(normal.Average(x => x * x), 3.95, 4.05);
        Assert.InRange(normal.Average(x => x * x * x * x) / 16, 2.9, 3.1);
        var wholes = Enumerable.Range(0, count).Select(i => new RandomKey(13).Whole((uint)i, 3)).GroupBy(x => x)
            .ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal([0, 1, 2], wholes.Keys.Order());
        Assert.All(wholes.Values, n => Assert.InRange(n, count / 3 - 1000, count / 3 + 1000));
    }

    [Fact]
    public void UniformNumbersStayBelowTheUpperEndAsFloatToo()
    {
        // Near the upper end the spacing of floats is wider than that of the numbers.
        var numbers = new RandomKey(5).Uniform([4_000_000], 8, 9).ToArray<float>();
        Assert.InRange(numbers.Min(), 8, 8.01f);
        Assert.True(numbers.Max() < 9);
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Expect.Mentions(Assert.Throws<ArgumentOutOfRangeException>(() => new RandomKey(1).Whole(0, 0)), "Whole", "count", "0");
        Assert.Throws<ArgumentNullException>(() => new RandomKey(1).For(null!));
        Assert.Throws<ArgumentNullException>(() => new RandomKey(1).Normal(null!));
        Assert.Throws<ArgumentNullException>(() => new RandomKey(1).Uniform(null!));
    }

    /// <summary>By everything that draws, of either type, before anything is drawn.</summary>
    [Theory, InlineData(ElementType.Float32), InlineData(ElementType.Float64)]
    public void EndsThatAreReversedOrNotFiniteAreRefused(ElementType type)
    {
        var random = new Random(4);
        double Any() => Math.ScaleB(random.NextDouble() - 0.5, random.Next(-20, 20));
        double[] notFinite = [double.NaN, double.PositiveInfinity, double.NegativeInfinity];
        for (int trial = 0; trial < 200; trial++)
        {
            var key = new RandomKey((ulong)trial);
            double low = Any(), high = low + Math.Abs(Any()) + Math.Abs(low) / 64, bad = notFinite[trial % 3];
            double size = Math.Abs(Any()) + 1e-9;
            Assert.Equal(3, key.Uniform([3], low, high, type).ElementCount);
            Assert.Equal([low, low], key.Uniform([2], low, low, ElementType.Float64).ToDoubles());
            Refused("high", () => key.Uniform([3], high, low, type));
            Refused("low", () => key.Uniform([3], bad, high, type));
            Refused("high", () => key.Uniform([3], low, bad, type));
            Refused("standardDeviation", () => key.Normal([3], bad, type));
            Refused("standardDeviation", () => key.Normal([3], -size, type));
            Refused("count", () => key.Whole(0, -random.Next(100)));
            foreach (double rate in (double[])[bad, -size, 1 + size])
            {
                Refused("rate", () => Functions.Dropout(Tensor.Ones([3], type), rate, key));
                Refused("rate", () => Functions.DropoutMask([3], rate, key, type));
                Refused("rate", () => Functions.StepMask([3], rate, key, type));
            }
        }

        static void Refused(string name, Func<object> call) => Assert.Throws<ArgumentOutOfRangeException>(name, call);
    }

    [Theory]
    [InlineData(""), InlineData("1 2"), InlineData("1 2 3 4"), InlineData("1 2 3 placed 4"), InlineData("x 2 3"), InlineData("1 x 3")]
    [InlineData("1 2 x"), InlineData("-1 2 3"), InlineData("1 2 4294967296"), InlineData("1.5 2 3"), InlineData("1  2 3")]
    public void TextsThatAreNoKeysAreRefused(string text)
    {
        Assert.False(RandomKey.TryParse(text, out var key));
        Assert.Equal(default, key);
    }

    const uint FrozenPurpose = 658024080;
    static readonly double[] FrozenUniforms = [0.0342191, 0.4377615, 0.7079646];
    static readonly double[] FrozenNormals = [-0.0596893, 0.8237734, -0.339806];
    static readonly int[] FrozenWholes = [3, 43, 70, 80, 19, 45];
}
