namespace Autograd.Layers;

/// <summary>
/// The connections of a liquid: neurons on a grid, connected with a probability that depends on their kinds and falls with their distance.
/// </summary>
static class LiquidGrid
{
    public static int Neurons(LiquidStateOptions options)
    {
        var (columns, rows, layers) = options.Grid;
        Require.AtLeast(nameof(LiquidStateCell), nameof(columns), columns, 1);
        Require.AtLeast(nameof(LiquidStateCell), nameof(rows), rows, 1);
        Require.AtLeast(nameof(LiquidStateCell), nameof(layers), layers, 1);
        return Require.Length(nameof(LiquidStateCell), nameof(options.Grid), (double)columns * rows * layers);
    }

    public static Tensor Draw(LiquidStateOptions options, RandomKey key)
    {
        double length = Require.Positive(nameof(LiquidStateCell), nameof(options.ConnectionLength), options.ConnectionLength);
        double scale = Require.NotNegative(nameof(LiquidStateCell), nameof(options.RecurrentScaling), options.RecurrentScaling);
        Require.Fraction(nameof(LiquidStateCell), nameof(options.InhibitoryShare), options.InhibitoryShare);
        int n = Neurons(options);
        bool[] inhibitory = [.. Enumerable.Range(0, n).Select(i => key.For("kind").Uniform((uint)i) < options.InhibitoryShare)];
        var (chance, size) = (key.For("connection"), key.For("size"));
        var weights = new double[n * n];
        for (int from = 0; from < n; from++)
            for (int to = 0; to < n; to++)
            {
                uint pair = (uint)(from * n + to);
                double probability = Share(inhibitory[from], inhibitory[to])
                    * Elementary.Exp(-SquaredDistance(options.Grid, from, to) / (length * length));
                if (from != to && chance.Uniform(pair) < probability)
                    weights[pair] = (inhibitory[from] ? -1 : 1) * scale * (0.5 + size.Uniform(pair));
            }
        return Tensor.From(weights, [n, n]);
    }

    // The constants C of Maass et al. 2002, appendix A.
    static double Share(bool fromInhibitory, bool toInhibitory) => (fromInhibitory, toInhibitory) switch
    {
        (false, false) => 0.3,
        (false, true) => 0.2,
        (true, false) => 0.4,
        (true, true) => 0.1,
    };

    static double SquaredDistance((int Columns, int Rows, int Layers) grid, int from, int to)
    {
        var (a, b) = (Place(grid, from), Place(grid, to));
        var (x, y, z) = (a.X - b.X, a.Y - b.Y, a.Z - b.Z);
        return x * x + y * y + z * z;
    }

    static (int X, int Y, int Z) Place((int Columns, int Rows, int Layers) grid, int neuron) =>
        (neuron % grid.Columns, neuron / grid.Columns % grid.Rows, neuron / (grid.Columns * grid.Rows));
}
