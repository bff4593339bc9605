using System.Diagnostics.CodeAnalysis;

namespace Autograd.Tensors;

/// <summary>
/// What is not in use and may be used again, the last first: its memory is the warmest. From any thread. The platform's bag tells listeners
/// of events what it does, and to begin with that takes 6 ms of a program's first step.
/// </summary>
/// <param name="most">How many are kept.</param>
sealed class Spares<T>(int most = int.MaxValue)
    where T : class
{
    readonly Lock guard = new();
    readonly Stack<T> spares = [];

    public bool TryTake([MaybeNullWhen(false)] out T spare)
    {
        lock (guard) return spares.TryPop(out spare);
    }

    /// <summary>Keeps one more, unless enough are kept already.</summary>
    public void Add(T spare)
    {
        lock (guard)
            if (spares.Count < most)
                spares.Push(spare);
    }
}
