using Autograd.Layers;

namespace Autograd.Bench.Cells;

/// <summary>Something that is done with a cell, whatever its state.</summary>
/// <typeparam name="TResult">What comes of it.</typeparam>
interface ICellUse<TResult>
{
    /// <param name="cell">The cell.</param>
    /// <param name="x">An input for it, <c>[time, batch, inputs]</c>.</param>
    TResult Of<TState>(Cell<TState> cell, Tensor x);
}

/// <summary>A cell of the bench: how it is made for a size, and what it is fed.</summary>
/// <param name="Name">Its name on the command line.</param>
abstract record BenchCell(string Name)
{
    /// <summary>Makes the cell and an input, and uses them.</summary>
    public abstract TResult Use<TResult>(PeepholeLstmSize size, RandomKey key, ICellUse<TResult> use);

    /// <summary>Normal numbers.</summary>
    public static Tensor Normal(PeepholeLstmSize size, RandomKey key) => key.Normal([size.Time, size.Batch, size.Inputs]);
}

/// <inheritdoc cref="BenchCell"/>
/// <typeparam name="TState">The cell's state.</typeparam>
/// <param name="Name"/>
/// <param name="Create">Makes it.</param>
sealed record BenchCell<TState>(string Name, Func<PeepholeLstmSize, RandomKey, Cell<TState>> Create) : BenchCell(Name)
{
    /// <summary>Makes its input.</summary>
    public Func<PeepholeLstmSize, RandomKey, Tensor> Input { get; init; } = Normal;

    /// <summary>The size that stands for a given one.</summary>
    public Func<PeepholeLstmSize, PeepholeLstmSize> Adapted { get; init; } = size => size;

    public override TResult Use<TResult>(PeepholeLstmSize size, RandomKey key, ICellUse<TResult> use)
    {
        size = Adapted(size);
        return use.Of(Create(size, key), Input(size, key.For("input")));
    }
}
