using Autograd.Layers;

namespace Autograd.Bench.Cells;

/// <summary>All cells of the bench. What a cell has besides inputs and hidden units follows from these.</summary>
static class BenchCells
{
    public static IReadOnlyList<BenchCell> All { get; } =
    [
        new BenchCell<Tensor>("indrnn", (size, key) => new IndRnnCell(size.Inputs, size.Hidden, key)),
        new BenchCell<Tensor>("mgu", (size, key) => new MinimalGatedCell(size.Inputs, size.Hidden, key)),
        new BenchCell<Tensor>("sru", (size, key) => new SruCell(size.Inputs, size.Hidden, key)),
        new BenchCell<Tensor>("clockwork", (size, key) => new ClockworkCell(size.Inputs, size.Hidden, key)),
        new BenchCell<LstmState>("phased", (size, key) => new PhasedLstmCell(size.Inputs, size.Hidden, key)),
        new BenchCell<(Tensor, Tensor)>("cornn", (size, key) => new CoRnnCell(size.Inputs, size.Hidden, key)),
        new BenchCell<(Tensor, Tensor)>("lmu", (size, key) => new LmuCell(size.Inputs, size.Hidden, size.Hidden / 2, key)),
        new BenchCell<(Tensor, Tensor, Tensor, Tensor)>("slstm", (size, key) => new SLstmCell(size.Inputs, size.Hidden, key)),
        new BenchCell<(Tensor, Tensor, Tensor)>("mlstm", (size, key) =>
            new MLstmCell(size.Inputs, size.Hidden, Math.Min(4, size.Hidden / 2), key)),
        new BenchCell<Tensor>("mingru", (size, key) => new MinGruCell(size.Inputs, size.Hidden, key)),
        new BenchCell<Tensor>("minlstm", (size, key) => new MinLstmCell(size.Inputs, size.Hidden, key)),
        new BenchCell<(Tensor, Tensor)>("lru", (size, key) => new LruCell(size.Inputs, size.Hidden, key)),
        new BenchCell<Tensor>("ssm", (size, key) => new SelectiveStateSpaceCell(size.Inputs, size.Hidden, Math.Min(16, size.Hidden), key)),
        new BenchCell<Tensor>("deltanet", (size, key) => new DeltaRuleCell(size.Inputs, size.Hidden, key)),
        new BenchCell<LstmState>("convlstm", ConvLstm),
        new BenchCell<(LstmState, LstmState)>("hyperlstm", (size, key) =>
            new HyperLstmCell(size.Inputs, size.Hidden, Math.Max(2, size.Hidden / 4), Math.Max(2, size.Hidden / 8), key)),
        new BenchCell<Tensor>("odernn", (size, key) => new OdeRnnCell(size.Inputs, size.Hidden, key)) { Input = WithGaps },
        new BenchCell<(Tensor, Tensor)>("grud", (size, key) => new GruDCell(size.Inputs, size.Hidden, key)) { Input = WithMissing },
        new BenchCell<Tensor>("householder", (size, key) => new HouseholderCell(size.Inputs, size.Hidden, Math.Min(8, size.Hidden), key)),
        // A graph of one node has no edges.
        new BenchCell<Tensor>("graphgru", (size, key) => new GraphGruCell(size.Inputs, size.Hidden, TwoNeighbours(size.Batch), key))
        {
            Adapted = size => size.Batch == 1 ? size with { Batch = 8 } : size,
        },
    ];

    public static string[] Names => [.. All.Select(cell => cell.Name)];

    public static BenchCell Named(string name) => All.Single(cell => cell.Name == name);

    // The inputs are a square image of one channel.
    static ConvLstmCell ConvLstm(PeepholeLstmSize size, RandomKey key)
    {
        int side = (int)Math.Sqrt(size.Inputs);
        if (side * side != size.Inputs)
            throw new ArgumentException($"convlstm: the inputs are a square image; {size.Inputs} is no square.", nameof(size));
        return new ConvLstmCell(side, channels: 1, filters: Math.Max(2, size.Hidden / 16), key);
    }

    // The first column is the time since the step before.
    static Tensor WithGaps(PeepholeLstmSize size, RandomKey key) => Functions.Concatenate(
        2, key.For("gaps").Uniform([size.Time, size.Batch, 1], 0.1, 1), key.Normal([size.Time, size.Batch, size.Inputs - 1]));

    // Values of which half are missing, which those are, and for how long.
    static Tensor WithMissing(PeepholeLstmSize size, RandomKey key)
    {
        Shape shape = [size.Time, size.Batch, size.Inputs];
        var isSeen = Functions.Greater(key.For("mask").Uniform(shape), 0.5);
        return Functions.Concatenate(2, isSeen * key.Normal(shape), isSeen, key.For("times").Uniform(shape, 0.1, 3));
    }

    static Tensor TwoNeighbours(int nodes)
    {
        var edges = new double[nodes, nodes];
        for (int to = 0; to < nodes; to++) edges[to, (to + 1) % nodes] = edges[to, (to + nodes / 2) % nodes] = 0.5;
        return Tensor.From(edges);
    }
}
