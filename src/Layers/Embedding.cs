namespace Autograd.Layers;

/// <summary>A learned vector for each symbol: equivalent to multiplying a one-hot row by a matrix, without the multiplication.</summary>
public sealed class Embedding : Module
{
    readonly Parameter table;

    /// <summary>Creates the layer. Values are standard normal unless another initialiser is given.</summary>
    /// <param name="symbols">Number of symbols, at least 1.</param>
    /// <param name="size">Length of the vectors, at least 1.</param>
    /// <param name="key">The source of the initial values.</param>
    /// <param name="initializer">How the values are drawn.</param>
    public Embedding(int symbols, int size, RandomKey key, Initializer? initializer = null)
    {
        Require.AtLeast(nameof(Embedding), nameof(symbols), symbols, 1);
        Require.AtLeast(nameof(Embedding), nameof(size), size, 1);
        Parameter(out table, (initializer ?? Initializer.Normal()).Create([symbols, size], key.For(nameof(table))));
    }

    /// <summary>The vectors of all symbols, <c>[symbols, size]</c>.</summary>
    public Parameter Table => table;

    /// <summary>
    /// The vectors of symbols in row-major order of some axes: <c>Forward(tokens, time, batch)</c> gives <c>[time, batch, size]</c>.
    /// </summary>
    /// <param name="symbols">Symbols, each from 0 to their number − 1.</param>
    /// <param name="axes">Lengths of the leading axes; their product is the number of symbols given. None means one axis.</param>
    /// <exception cref="ShapeException">A symbol is out of range, or the axes do not match their number.</exception>
    public Tensor Forward(ReadOnlySpan<int> symbols, params ReadOnlySpan<int> axes)
    {
        var rows = Functions.GatherRows(table, symbols);
        return axes.IsEmpty ? rows : Functions.Reshape(rows, [.. axes, table.Shape[1]]);
    }
}
