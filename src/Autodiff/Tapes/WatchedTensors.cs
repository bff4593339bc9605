namespace Autograd.Tapes;

/// <summary>What a tape watches. Its thread adds to it, and work on other threads may ask meanwhile, without a lock.</summary>
sealed class WatchedTensors
{
    Tensor?[] tensors = new Tensor?[4];
    int count;

    public void Add(Tensor tensor)
    {
        if (count == tensors.Length)
        {
            var more = new Tensor?[2 * count];
            tensors.CopyTo(more, 0);
            Volatile.Write(ref tensors, more);
        }
        Volatile.Write(ref tensors[count++], tensor);
    }

    public bool Contains(Tensor tensor)
    {
        foreach (var one in Volatile.Read(ref tensors))
            if (ReferenceEquals(one, tensor))
                return true;
        return false;
    }
}
