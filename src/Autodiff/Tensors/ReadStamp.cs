using System.Runtime.CompilerServices;

namespace Autograd.Tensors;

/// <summary>
/// The versions of what some tensors hold, taken before they are read. If they are the same afterwards, everything that was read is of one
/// version: the reader's half of a sequence lock, of which <see cref="Parameter"/> is the writer's. Memory that no parameter owns is never
/// written again, and has version 0.
/// </summary>
readonly struct ReadStamp
{
    // Versions only grow, so their sum is the same only if each of them is.
    readonly int sum;
    readonly bool canChange;

    ReadStamp(int sum, bool canChange)
    {
        this.sum = sum;
        this.canChange = canChange;
    }

    /// <summary>Taken before tensors are read.</summary>
    /// <exception cref="TapeException">
    /// One of them is the value of a parameter that is being written, or a view of one that has changed.
    /// </exception>
    public static ReadStamp Of(params ReadOnlySpan<Tensor> tensors)
    {
        // Most operands of most operations are results, which never change.
        foreach (var tensor in tensors)
            if (tensor.Storage is { IsMutable: true })
                return OfMutable(tensors);
        return default;
    }

    /// <summary>Whether the tensors, the same as those given before, still hold what they held.</summary>
    public bool IsCurrent(params ReadOnlySpan<Tensor> tensors)
    {
        if (!canChange) return true;
        // What was read before must have been read before the versions are: reading a version acquires, which orders what comes after it
        // only.
        Volatile.ReadBarrier();
        return Sum(tensors, out _) == sum;
    }

    /// <summary>Whether one tensor, the one given before, still holds what it held.</summary>
    public bool IsCurrent(Tensor tensor)
    {
        if (!canChange) return true;
        Volatile.ReadBarrier();
        return Volatile.Read(ref tensor.Storage!.Version) == sum;
    }

    static ReadStamp OfMutable(ReadOnlySpan<Tensor> tensors)
    {
        int sum = Sum(tensors, out bool isWritten);
        if (isWritten) ThrowIsWritten(tensors);
        foreach (var tensor in tensors) tensor.CheckCurrent();
        return new ReadStamp(sum, canChange: true);
    }

    static int Sum(ReadOnlySpan<Tensor> tensors, out bool isWritten)
    {
        int sum = 0, bits = 0;
        foreach (var tensor in tensors)
        {
            if (tensor.Storage is not { } storage) continue;
            // Acquires: what follows is not read before the version.
            int version = Volatile.Read(ref storage.Version);
            sum += version;
            bits |= version;
        }
        isWritten = (bits & 1) != 0;
        return sum;
    }

    /// <summary>Called after they have been read.</summary>
    /// <exception cref="TapeException">The value of a parameter among them was changed meanwhile.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ThrowIfChanged(params ReadOnlySpan<Tensor> tensors)
    {
        if (canChange && !IsCurrent(tensors)) ThrowChanged(tensors);
    }

    static void ThrowChanged(ReadOnlySpan<Tensor> tensors) => throw new TapeException(
        $"{Names(tensors)} changed while being read, so the result would be a mixture of two values. "
        + "Update parameters while no other thread uses them, or give each thread a copy.");

    static void ThrowIsWritten(ReadOnlySpan<Tensor> tensors) => throw new TapeException(
        $"{Names(tensors)} cannot be read: a value is being written. "
        + "Update parameters while no other thread uses them, and end the scope of Parameter.Change before the value is used.");

    static string Names(ReadOnlySpan<Tensor> tensors)
    {
        var names = new List<string>();
        foreach (var tensor in tensors)
            if (tensor.Storage?.Parameter is { } parameter && !names.Contains(parameter.Name))
                names.Add(parameter.Name);
        return (names.Count == 1 ? "Parameter " : "One of the parameters ") + string.Join(", ", names);
    }
}
