namespace Autograd.Tapes;

/// <summary>
/// The large results of a tape's scope that were not recorded. They end with the scope, so that their memory is at hand for the next one.
/// It may go earlier, when nothing refers to it: so they are not held here.
/// </summary>
sealed class UnrecordedResults
{
    const int Few = 16;

    readonly List<WeakReference<Storage>> results = [];
    int limit = Few;

    public void Add(Storage storage)
    {
        if (results.Count >= limit)
        {
            results.RemoveAll(result => !result.TryGetTarget(out _));
            limit = Math.Max(Few, 2 * results.Count);
        }
        results.Add(new(storage));
    }

    public void End()
    {
        foreach (var result in results)
            if (result.TryGetTarget(out var storage))
                storage.End();
    }
}
