using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>What is random is a function of its key: the same on every run, and different for every purpose.</summary>
public class KeyTests
{
    public static TheoryData<string> Cells => CellKinds.Names;

    [Theory]
    [MemberData(nameof(Cells))]
    public void TheSameKeyGivesTheSameWeights(string name) => Law.Holds(10, draw => draw.Key(), key =>
    {
        var kind = CellKinds.Named(name);
        var (first, again, other) =
            (kind.Fresh(key).Parameters, kind.Fresh(key).Parameters, kind.Fresh(key with { Seed = ~key.Seed }).Parameters);
        Near.SameBits(Numbers(first), Numbers(again), "parameter");
        var drawn = Enumerable.Range(0, first.Count).Where(i => Numbers(first)[i].Distinct().Count() > 1).ToList();
        Assert.NotEmpty(drawn);
        Assert.All(drawn, i => Assert.NotEqual(Numbers(first)[i], Numbers(other)[i]));
        Assert.Distinct(drawn.Select(i => Numbers(first)[i][0]));
    });

    [Law(30)]
    public void ADropoutMaskIsAFunctionOfTheStep(Draw draw)
    {
        var trial = draw.Of(draw => (X: draw.Values([8, 8], Domain.NotZero), Key: draw.Key()));
        var layer = new Dropout(0.5, trial.Key);
        double[] At(int step)
        {
            layer.Train(step);
            return layer.Forward(trial.X).ToDoubles();
        }
        Assert.Equal(At(3), At(3));
        Assert.NotEqual(At(3), At(4));
        layer.Evaluate();
        Assert.Equal(trial.X.ToDoubles(), layer.Forward(trial.X).ToDoubles());
    }

    [Law(30)]
    public void BothPrecisionsAndTheGradientSeeTheSameMask(Draw draw)
    {
        var trial = draw.Of(draw => (X: draw.Values([8, 8], Domain.NotZero), Key: draw.Key()));
        Tensor Drop(Tensor x) => Functions.Dropout(x, 0.3, trial.Key);
        double[] factors = (Drop(trial.X) / trial.X).ToDoubles();
        Assert.All(factors, factor =>
            Assert.True(factor == 0 || Math.Abs(factor - 1 / 0.7) < 4 * ElementType.Float64.Epsilon(), $"factor {factor}"));
        bool[] dropped = Array.ConvertAll(Drop(trial.X).ToDoubles(), y => y == 0);
        Assert.Equal(dropped, Array.ConvertAll(Drop(trial.X.As(ElementType.Float32)).ToDoubles(), y => y == 0));
        Assert.Equal(
            dropped, Array.ConvertAll(Differentiate.Gradient(x => Functions.Sum(Drop(x)), trial.X).ToDoubles(), slope => slope == 0));
    }

    /// <summary>Keys of different paths draw different numbers; the order of names and steps does not matter.</summary>
    [Law(200)]
    public void KeysCompose(Draw draw)
    {
        var trial = draw.Of(draw => (Key: draw.Key(), First: Steps(draw), Second: Steps(draw)));
        var (key, first, second) = trial;
        double[] Numbers(params IEnumerable<int> path) =>
            path.Aggregate(key, (at, step) => at.At(step)).Uniform([4], 0, 1, ElementType.Float64).ToDoubles();
        bool isSame = first.AsSpan().SequenceEqual(second);
        Assert.Equal(isSame, Numbers(first).AsSpan().SequenceEqual(Numbers(second)));
        // Also where one path goes on where the other ends, and through a step of a recurrence.
        Assert.NotEqual(Numbers(first), Numbers(first.Append(second[0])));
        Assert.NotEqual(Numbers(first.Prepend(second[0])), Numbers(first));
        using var step = TimeStep.Begin(second[0]);
        var named = first.Aggregate(key, (at, next) => at.At(next)).For("a").At(TimeStep.Current);
        Assert.Equal(first.Append(second[0]).Aggregate(key, (at, next) => at.At(next)).For("a"), named);
        Assert.Equal(key.Uniform(0), key.At(0).Uniform(0));
    }

    // Small ones, so that zeros and permutations occur.
    static int[] Steps(Draw draw) => [.. Enumerable.Range(0, draw.Whole(1, 3)).Select(_ => draw.Whole(0, 3))];

    static double[][] Numbers(IReadOnlyList<Parameter> parameters) => Derivatives.Numbers([.. parameters]);
}
