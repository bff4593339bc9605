namespace Autograd;

/// <summary>
/// Recomputation instead of memory (Griewank 1992; Chen et al. 2016): of a segment only the results are kept, and a backward sweep runs it again. A
/// sequence in segments of √T steps holds about 2·√T states instead of T. The gradients are, bit for bit, those without checkpoints.
/// </summary>
public static class Checkpoint
{
    /// <summary>Runs a segment under the current tape.</summary>
    /// <param name="segment">
    /// Computes some tensors from others that it refers to, parameters included. It must compute the same when it is run again: random masks come from
    /// keys, so they do. Tensors made inside, other than the results, end with the call.
    /// </param>
    /// <returns>Its results.</returns>
    /// <remarks>Outside of a tape, and where nothing is recorded, the segment is just run. Forward mode runs a segment again too.</remarks>
    public static Tensor[] Run(Func<Tensor[]> segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        return Tape.Current is { } tape ? tape.Checkpoint(segment) : segment();
    }

    /// <summary>A segment with one result.</summary>
    /// <inheritdoc cref="Run(Func{Tensor[]})"/>
    public static Tensor Run(Func<Tensor> segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        return Run(() => new[] { segment() })[0];
    }
}
