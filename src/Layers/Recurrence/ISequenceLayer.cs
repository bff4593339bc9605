namespace Autograd.Layers;

/// <summary>A layer that maps sequences <c>[time, batch, inputs]</c> to sequences <c>[time, batch, outputs]</c>.</summary>
public interface ISequenceLayer
{
    /// <summary>The outputs of all steps. Lengths are as for
    /// <see cref="Recurrent{TState}.Run(Tensor, ReadOnlySpan{int}, CancellationToken)"/>.</summary>
    Tensor Forward(Tensor x, ReadOnlySpan<int> lengths = default);
}
