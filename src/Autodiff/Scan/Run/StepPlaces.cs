namespace Autograd.Scan;

/// <summary>Where the blocks of buffers lie at a step, and which way they go from there.</summary>
readonly ref struct StepPlaces
{
    /// <summary>Where each buffer would begin if it had a block for every step.</summary>
    public required ReadOnlySpan<nint> Start { get; init; }

    /// <summary>Bytes from the block of a step to that of the next.</summary>
    public required ReadOnlySpan<nint> Strides { get; init; }

    /// <summary>How far away the other of a carry's two buffers is, which take turns; 0 for other buffers.</summary>
    public required ReadOnlySpan<nint> Partners { get; init; }

    public required int Step { get; init; }

    /// <summary>Whether steps are counted down.</summary>
    public required bool IsBackward { get; init; }

    /// <summary>Whether the buffers of a carry have changed places.</summary>
    public required bool IsSwapped { get; init; }

    /// <summary>The block of a buffer.</summary>
    public nint this[int buffer] => Start[buffer] + Step * Strides[buffer] + (IsSwapped ? Partners[buffer] : 0);

    /// <summary>Bytes from there to the block at the step that comes next.</summary>
    public nint ToNext(int buffer)
    {
        nint partner = Partners[buffer];
        if (partner != 0) return IsSwapped ? -partner : partner;
        return IsBackward ? -Strides[buffer] : Strides[buffer];
    }
}
