namespace Autograd.Scan;

/// <summary>Something a fused pass must write.</summary>
/// <param name="Write">How.</param>
/// <param name="Value">What; for a row sum what is summed.</param>
/// <param name="Slice">Where.</param>
/// <param name="RestOf">The sum whose elementwise terms are written instead of the value.</param>
/// <param name="Sum">The sum within rows that is added up.</param>
sealed record PassWrite(KernelWrite Write, StepValue Value, BufferSlice Slice, ProductSum? RestOf = null, StepValue? Sum = null);

/// <summary>
/// What fused passes must write, by level. A level is known once the values' levels are; what is asked for later goes to its level at once.
/// </summary>
/// <param name="levelOf">The level of the pass that can do a write.</param>
sealed class PassWrites(Func<PassWrite, int> levelOf)
{
    readonly List<PassWrite> unsorted = [];
    readonly HashSet<StepValue> values = [];
    readonly Dictionary<int, List<PassWrite>> byLevel = [];
    bool isSorted;
    int taken = int.MaxValue;

    /// <summary>The last level with a write.</summary>
    public int LastLevel { get; private set; }

    /// <summary>Whether a value is written, or summed.</summary>
    public bool Has(StepValue value) => values.Contains(value);

    /// <summary>The writes of a level. From the last level to the first: what its passes ask for is written at lower ones.</summary>
    public PassWrite[] Take(int level)
    {
        taken = level;
        return byLevel.TryGetValue(level, out var writes) ? [.. writes] : [];
    }

    public void Add(PassWrite write)
    {
        values.Add(write.Value);
        if (isSorted) Put(write);
        else unsorted.Add(write);
    }

    /// <summary>Called when the values' levels are known and do not change any more.</summary>
    public void SortByLevel()
    {
        isSorted = true;
        foreach (var write in unsorted) Put(write);
    }

    void Put(PassWrite write)
    {
        int level = levelOf(write);
        if (level >= taken) throw new NoPlanException($"{write.Value} would be read before it is written");
        LastLevel = Math.Max(LastLevel, level);
        if (!byLevel.TryGetValue(level, out var writes)) byLevel.Add(level, writes = []);
        writes.Add(write);
    }
}
