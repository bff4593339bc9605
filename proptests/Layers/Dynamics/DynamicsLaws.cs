using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>What holds of dynamical systems whatever their numbers.</summary>
public class DynamicsLaws
{
    /// <summary>
    /// Markovian coding: the points of two histories with a common suffix of n symbols are at most kⁿ of the cube's diagonal apart.
    /// </summary>
    [Law(200)]
    public void HistoriesWithACommonSuffixAreClose(Draw draw)
    {
        var trial = draw.Of(Histories);
        var (first, second, suffix, k) = trial;
        double[] a = Point(first, k), b = Point(second, k);
        double distance = Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());
        Assert.InRange(distance, 0, Math.Pow(k, suffix) * Math.Sqrt(2) * (1 + 1e-12) + 1e-15);
    }

    /// <summary>
    /// The energy of a Hopfield network falls with every unit that changes, and no unit of the state it ends in would change.
    /// </summary>
    [Law(100)]
    public void TheEnergyOfAHopfieldNetworkNeverIncreases(Draw draw)
    {
        var trial = draw.Of(draw => (Signs(draw, draw.Whole(1, 6), 12), Signs(draw, 1, 12), draw.Key()));
        var (patterns, start, key) = trial;
        var network = new HopfieldNetwork(patterns);
        var recall = network.Recall(start[0], key);
        for (int i = 1; i < recall.Energies.Count; i++) Assert.True(recall.Energies[i] < recall.Energies[i - 1]);
        var input = Functions.MatMul(recall.State.Reshape(1, 12), network.Weights).Reshape(12);
        Assert.All((input * recall.State).ToDoubles(), agreement => Assert.True(agreement >= -1e-14));
    }

    /// <summary>Exponents are sorted, and add up to the mean logarithm of the determinant of the Jacobian.</summary>
    [Law(30)]
    public void ExponentsOfALinearMapAddUpToItsDeterminant(Draw draw)
    {
        var matrix = draw.Of(draw => draw.Values([3, 3], Domain.Any));
        double determinant = LinearAlgebra.Eigenvalues(matrix).Sum(value => Math.Log(value.Magnitude));
        // Scaled, so that the orbit stays finite; a nearly singular matrix has an exponent that no rounding survives.
        double scale = LinearAlgebra.SpectralRadius(matrix);
        if (scale < 1e-3 || determinant < -8) return;
        double[] exponents = LyapunovExponents.Spectrum(x => Functions.MatMul(x, matrix / scale), Tensor.Ones([3]), 300, washout: 50);
        // Sorted but for what a finite orbit leaves open.
        for (int i = 1; i < 3; i++) Assert.True(exponents[i] <= exponents[i - 1] + 0.1);
        Assert.Equal(determinant - 3 * Math.Log(scale), exponents.Sum(), 1e-8);
    }

    /// <summary>A fixed point that is found is one, and the orbit of a stable one comes back to it.</summary>
    [Law(40)]
    public void AStableFixedPointAttractsItsNeighbourhood(Draw draw)
    {
        var trial = draw.Of(draw => (new RnnCell(2, 3, draw.Key()), draw.Values([2], Domain.Any)));
        var map = CellMap.Of(trial.Item1, trial.Item2);
        if (FixedPoints.Find(map, Tensor.Zeros([3])) is not { } point || point.SpectralRadius > 0.95) return;
        var near = point.Point.Reshape(1, 3) + 1e-6;
        int steps = (int)(30 / -Math.Log(point.SpectralRadius + 1e-9)) + 10;
        var end = Orbit.After(map, near, steps).Reshape(3) - point.Point;
        Assert.All(end.ToDoubles(), x => Assert.InRange(Math.Abs(x), 0, 1e-9));
    }

    static (int[] First, int[] Second, int Suffix, double K) Histories(Draw draw)
    {
        int suffix = draw.Whole(0, 20);
        int[] common = Symbols(draw, suffix);
        return ([.. Symbols(draw, draw.Whole(1, 10)), .. common], [.. Symbols(draw, draw.Whole(1, 10)), .. common], suffix,
            draw.Number(0.1, 0.9));
    }

    static int[] Symbols(Draw draw, int count) => [.. Enumerable.Range(0, count).Select(_ => draw.Whole(0, 3))];

    static double[] Point(int[] history, double k)
    {
        var corners = SymbolCorners.Of(history, 4).Reshape(-1, 1, 2);
        return Recurrent.Over(new ContractiveCell(2, k)).Run(corners).Final.ToDoubles();
    }

    static Tensor Signs(Draw draw, int rows, int columns) =>
        Tensor.From([.. Enumerable.Range(0, rows * columns).Select(_ => draw.Flag() ? 1.0 : -1)], [rows, columns]);
}
