using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers.Search;

public class SearchTests
{
    static readonly RandomKey Key = new(6);

    public delegate SearchResult Search(
        IReadOnlyList<Parameter> parameters, RandomKey key, Func<double> cost, int rounds, IProgress<SearchProgress>? progress,
        CancellationToken cancellation);

    public static TheoryData<string> Names => ["genetic", "annealing"];

    static Search Named(string name) => name == "genetic"
        ? (parameters, key, cost, rounds, progress, cancellation) =>
        new GeneticAlgorithm(parameters, key) { Population = 20, InitialSpread = 3 }.Minimize(cost, rounds, progress, cancellation)
        : (parameters, key, cost, rounds, progress, cancellation) =>
            new SimulatedAnnealing(parameters, key).Minimize(cost, 20 * rounds, progress, cancellation);

    [Theory, MemberData(nameof(Names))]
    public void FindsTheBottomOfAValley(string name)
    {
        var parameters = Parameters();
        var found = Named(name)(parameters, Key, () => Valley(parameters), 150, null, default);
        Assert.True(found.Cost < 0.02, $"{found.Cost}");
        Assert.Equal(found.Cost, Valley(parameters));
        Assert.Equal(["a", "b"], found.Values.Keys);
        Assert.Equal(parameters[1].ToDoubles(), found.Values["b"].ToDoubles());
        Assert.False(found.WasCancelled);
    }

    /// <summary>A valley with many bottoms, where a gradient leads to the nearest one.</summary>
    [Theory, MemberData(nameof(Names))]
    public void LeavesLocalMinima(string name)
    {
        var x = new Parameter("x", Tensor.From([4.0, -3.0]));
        double Cost() => x.ToDoubles().Sum(e => 0.3 * e * e + 1 - Math.Cos(2 * Math.PI * e));
        var found = Named(name)([x], Key, Cost, 200, null, default);
        Assert.True(found.Cost < 0.5, $"{found.Cost}");
    }

    [Theory, MemberData(nameof(Names))]
    public void TheSameKeyFindsTheSame(string name)
    {
        double[] Found(ulong seed)
        {
            var parameters = Parameters();
            Named(name)(parameters, new RandomKey(seed), () => Valley(parameters), 10, null, default);
            return [.. parameters.SelectMany(parameter => parameter.ToDoubles())];
        }
        Assert.Equal(Found(1), Found(1));
        Assert.NotEqual(Found(1), Found(2));
    }

    [Theory, MemberData(nameof(Names))]
    public void CancelledItKeepsTheBestSoFar(string name)
    {
        var parameters = Parameters();
        using var source = new CancellationTokenSource();
        double lowest = double.PositiveInfinity;
        int calls = 0;
        var found = Named(name)(parameters, Key, Cost, 1000, null, source.Token);
        Assert.True(found.WasCancelled);
        Assert.Equal(77, found.Evaluations);
        Assert.Equal(lowest, found.Cost);
        Assert.Equal(lowest, Valley(parameters));

        double Cost()
        {
            if (++calls == 77) source.Cancel();
            double cost = Valley(parameters);
            lowest = Math.Min(lowest, cost);
            return cost;
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void CancelledBeforeItBeginsItChangesNothing(string name)
    {
        var parameters = Parameters();
        var before = parameters[0].ToDoubles();
        var found = Named(name)(parameters, Key, () => Valley(parameters), 5, null, new CancellationToken(true));
        Assert.True(found.WasCancelled);
        Assert.Equal(before, parameters[0].ToDoubles());
    }

    [Theory, MemberData(nameof(Names))]
    public void AnErrorInTheCostLeavesTheBestSoFar(string name)
    {
        var parameters = Parameters();
        double lowest = double.PositiveInfinity;
        int calls = 0;
        Assert.Throws<InvalidTimeZoneException>(() => Named(name)(parameters, Key, () =>
        {
            if (++calls == 50) throw new InvalidTimeZoneException();
            double cost = Valley(parameters);
            lowest = Math.Min(lowest, cost);
            return cost;
        }, 100, null, default));
        Assert.Equal(lowest, Valley(parameters));
    }

    [Theory, MemberData(nameof(Names))]
    public void ReportsProgress(string name)
    {
        var parameters = Parameters();
        var reports = new Collected();
        var found = Named(name)(parameters, Key, () => Valley(parameters), 6, reports, default);
        Assert.Equal(found.Rounds, reports.All[^1].Round);
        Assert.Equal(found.Cost, reports.All[^1].Best);
        Assert.Equal(reports.All.Select(report => report.Best).OrderDescending(), reports.All.Select(report => report.Best));
        Assert.All(reports.All, report => Assert.True(report.Current >= report.Best));
    }

    [Theory, MemberData(nameof(Names))]
    public void NotANumberIsNeverTheBest(string name)
    {
        var parameters = Parameters();
        int calls = 0;
        var found = Named(name)(parameters, Key, () => ++calls % 2 == 0 ? double.NaN : Valley(parameters), 20, null, default);
        Assert.True(double.IsFinite(found.Cost));
        Assert.Equal(found.Cost, Valley(parameters));
    }

    [Fact]
    public void WhatIsRefused()
    {
        var parameters = Parameters();
        Assert.Throws<ArgumentOutOfRangeException>(() => new GeneticAlgorithm(parameters, Key) { Population = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new GeneticAlgorithm(parameters, Key) { Elite = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new GeneticAlgorithm(parameters, Key) { Tournament = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new GeneticAlgorithm(parameters, Key) { MutationRate = 1.5 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new GeneticAlgorithm(parameters, Key) { Crossover = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new GeneticAlgorithm(parameters, Key) { MutationSize = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new GeneticAlgorithm(parameters, Key) { InitialSpread = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new GeneticAlgorithm(parameters, Key).Minimize(() => 0, -1));
        Assert.Throws<ArgumentException>(() => new GeneticAlgorithm(parameters, Key) { Population = 4, Elite = 4 }.Minimize(() => 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SimulatedAnnealing(parameters, Key) { InitialTemperature = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SimulatedAnnealing(parameters, Key) { FinalTemperature = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SimulatedAnnealing(parameters, Key) { ChangeRate = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SimulatedAnnealing(parameters, Key) { ChangeSize = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SimulatedAnnealing(parameters, Key).Minimize(() => 0, -1));
        Assert.Throws<ArgumentNullException>(() => new SimulatedAnnealing(parameters, Key).Minimize(null!, 1));
        Assert.Throws<ArgumentException>(() => new SimulatedAnnealing([], Key));
        Assert.Throws<ArgumentException>(() => new GeneticAlgorithm([parameters[0], parameters[0]], Key));
        Assert.Throws<ArgumentException>(() => new GeneticAlgorithm([null!], Key));
        Assert.Throws<ArgumentNullException>(() => new GeneticAlgorithm(null!, Key));
    }

    static Parameter[] Parameters() => [new("a", Tensor.From([2f, -1f])), new("b", Tensor.From([0.5, 3.0]))];

    // Lowest, 0, at a = (1, 1), b = (−1, 0).
    static double Valley(Parameter[] parameters)
    {
        var (a, b) = (parameters[0].ToDoubles(), parameters[1].ToDoubles());
        return Square(a[0] - 1) + Square(a[1] - 1) + 2 * Square(b[0] + 1) + 0.5 * Square(b[1]);
    }

    static double Square(double x) => x * x;

    sealed class Collected : IProgress<SearchProgress>
    {
        public List<SearchProgress> All { get; } = [];

        public void Report(SearchProgress value) => All.Add(value);
    }
}
