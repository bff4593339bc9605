using Autograd.Layers;

namespace Autograd.Tests.Layers.Initialization;

public class InitializerTests
{
    static readonly RandomKey Key = new(1);

    public static TheoryData<string, int[], double> Bounds => new()
    {
        { "Glorot", [300, 200], Math.Sqrt(6.0 / 500) },
        { "Glorot", [5, 40, 300], Math.Sqrt(6.0 / 500) },
        { "Glorot", [40_000], Math.Sqrt(6.0 / 80_000) },
        { "He", [300, 200], Math.Sqrt(6.0 / 300) },
        { "He", [5, 40, 300], Math.Sqrt(6.0 / 200) },
        { "UniformOverRoot", [300, 200], 1 / Math.Sqrt(64) },
    };

    static Initializer Named(string name) => name switch
    {
        "Glorot" => Initializer.Glorot,
        "He" => Initializer.He,
        _ => Initializer.UniformOverRoot(64),
    };

    /// <summary>Of so many uniform numbers the extremes come close to the bounds, and the moments to 0 and bound²/3.</summary>
    [Theory]
    [MemberData(nameof(Bounds))]
    public void UniformOnesFillTheirBounds(string name, int[] shape, double bound)
    {
        double[] values = Named(name).Create(Shape.Create(shape), Key, ElementType.Float64).ToDoubles();
        Assert.InRange(values.Max(), 0.999 * bound, bound);
        Assert.InRange(values.Min(), -bound, -0.999 * bound);
        Assert.Equal(0, values.Average(), 5 * bound / Math.Sqrt(3.0 * values.Length));
        Assert.Equal(bound * bound / 3, values.Average(x => x * x), 5 * bound * bound * Math.Sqrt(4.0 / 45 / values.Length));
    }

    [Fact]
    public void NormalHasItsDeviation()
    {
        const int Count = 100_000;
        double[] values = Initializer.Normal(0.5).Create([Count], Key, ElementType.Float64).ToDoubles();
        Assert.Equal(0, values.Average(), 5 * 0.5 / Math.Sqrt(Count));
        Assert.Equal(0.25, values.Average(x => x * x), 5 * 0.25 * Math.Sqrt(2.0 / Count));
        // 68.27 % within one standard deviation.
        Assert.Equal(0.6827, values.Count(x => Math.Abs(x) < 0.5) / (double)Count, 5 * Math.Sqrt(0.6827 * 0.3173 / Count));
    }

    [Fact]
    public void ConstantIsConstant()
    {
        Assert.Equal([1.5, 1.5], Initializer.Constant(1.5).Create([2], Key).ToDoubles());
        Assert.Equal(1.5, Initializer.Constant(1.5).Create([], Key).ToScalar());
    }

    static readonly Initializer[] All =
        [Initializer.Glorot, Initializer.He, Initializer.UniformOverRoot(4), Initializer.Normal(), Initializer.Orthogonal()];

    public static TheoryData<Initializer> Random => new(All);

    [Theory]
    [MemberData(nameof(Random))]
    public void TheSameKeyGivesTheSameNumbersInEitherType(Initializer initializer)
    {
        var first = initializer.Create([6, 4], Key);
        Close.Same(first, initializer.Create([6, 4], new RandomKey(1)));
        Assert.NotEqual(first.ToDoubles(), initializer.Create([6, 4], new RandomKey(2)).ToDoubles());
        Assert.NotEqual(first.ToDoubles(), initializer.Create([6, 4], Key.For("other")).ToDoubles());
        Assert.Equal(ElementType.Float32, first.ElementType);
        Close.Same(first, initializer.Create([6, 4], Key, ElementType.Float64).As(ElementType.Float32));
    }

    [Fact]
    public void FillDrawsFromTheKeyAndTheName()
    {
        var (a, b) = (new Parameter("a", Tensor.Zeros([3, 4])), new Parameter("b", Tensor.Zeros([3, 4], ElementType.Float64)));
        Initializer.Glorot.Fill(a, Key);
        Initializer.Glorot.Fill(b, Key);
        Close.Same(Initializer.Glorot.Create([3, 4], Key.For("a")), a);
        Close.Same(Initializer.Glorot.Create([3, 4], Key.For("b"), ElementType.Float64), b);
        Assert.Equal((2, 2), (a.Version, b.Version));
        Assert.Throws<ArgumentNullException>(() => Initializer.Glorot.Fill(null!, Key));
    }

    [Fact]
    public void ParametersOfACellAreDrawnIndependently()
    {
        var cell = new LstmCell(3, 3, Key);
        var weights = cell.NamedParameters().Where(named => named.Parameter.Rank == 2).Select(named => named.Parameter.ToDoubles())
            .ToArray();
        Assert.Equal(8, weights.DistinctBy(values => values[0]).Count());
        Assert.All(weights, values => Assert.All(values, x => Assert.InRange(Math.Abs(x), 0, 1 / Math.Sqrt(3))));
    }

    [Fact]
    public void EmptyShapesGiveEmptyTensors() =>
        Assert.All(All, initializer => Assert.Empty(initializer.Create([0, 4], Key).ToDoubles()));

    [Fact]
    public void OptionsThatCannotBeAreAnError()
    {
        Fails<ArgumentOutOfRangeException>("UniformOverRoot: hidden must be at least 1; it is 0.", () => Initializer.UniformOverRoot(0));
        Fails<ArgumentOutOfRangeException>("Normal: standardDeviation must be finite; it is NaN.", () => Initializer.Normal(double.NaN));
        Fails<ArgumentOutOfRangeException>(
            "Orthogonal: gain must be finite; it is Infinity.", () => Initializer.Orthogonal(double.PositiveInfinity));
        Fails<ShapeException>("Glorot: a scalar has neither inputs nor outputs.", () => Initializer.Glorot.Create([], Key));
        Fails<ShapeException>("He: a scalar has neither inputs nor outputs.", () => Initializer.He.Create([], Key));
        Assert.All(All, initializer => Assert.Throws<ArgumentNullException>(() => initializer.Create(null!, Key)));
    }

    static void Fails<TError>(string message, Action action)
        where TError : Exception
        => Assert.StartsWith(message, Assert.Throws<TError>(action).Message);
}
