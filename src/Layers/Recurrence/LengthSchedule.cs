namespace Autograd.Layers;

/// <summary>Some steps in a row for those sequences that are still running, longest first.</summary>
/// <param name="First">The first step.</param>
/// <param name="Steps">Steps.</param>
/// <param name="Rows">Sequences; a few of them may end before the last step.</param>
readonly record struct LengthPart(int First, int Steps, int Rows);

/// <summary>
/// How sequences of different lengths are run without their padding: sorted by length, the longest first, in parts after each of which some
/// leave the batch. They leave in eighths of the batch, so that a layer meets few batch sizes, and only where this costs less than keeping
/// them.
/// </summary>
sealed class LengthSchedule
{
    const int MostSizes = 8;

    readonly int[] sorted;

    LengthSchedule(int[] order, int[] sorted, List<LengthPart> parts)
    {
        Order = order;
        this.sorted = sorted;
        Parts = parts;
        Places = new int[order.Length];
        for (int i = 0; i < order.Length; i++) Places[order[i]] = i;
    }

    /// <summary>For each row of the sorted batch its number in the batch that was given.</summary>
    public int[] Order { get; }

    /// <summary>For each row of the batch that was given where it went.</summary>
    public int[] Places { get; }

    /// <summary>The parts, in order of time.</summary>
    public IReadOnlyList<LengthPart> Parts { get; }

    /// <summary>The schedule with the lowest cost; null if all sequences should stay to the end.</summary>
    /// <param name="lengths">The sequences' lengths; 0 for one that has ended before.</param>
    /// <param name="time">Steps.</param>
    /// <param name="cost">What rows and runs cost.</param>
    public static LengthSchedule? Of(ReadOnlySpan<int> lengths, int time, RowCost cost)
    {
        int[] all = lengths.ToArray();
        int[] order = [.. Enumerable.Range(0, all.Length).OrderByDescending(row => all[row])];
        int[] sorted = Array.ConvertAll(order, row => all[row]);
        var parts = Cheapest(Finest(sorted), cost);
        bool isOneRun = parts is [] || (parts[0].Steps, parts[0].Rows) == (time, all.Length);
        return isOneRun ? null : new(order, sorted, parts);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Parts.Select(part => $"{part.Steps} x {part.Rows}"));

    /// <summary>The lengths within a part.</summary>
    public int[] LengthsIn(LengthPart part) =>
        Array.ConvertAll(sorted[..part.Rows], length => Math.Clamp(length - part.First, 0, part.Steps));

    /// <summary>
    /// The inputs of all parts, one after the other: <c>[time, batch, …]</c> to <c>[rows, …]</c>, without what is in no part.
    /// </summary>
    public Tensor Pack(Tensor x)
    {
        int batch = Order.Length;
        var rows = new List<int>(x.Shape[0] * batch);
        foreach (var part in Parts)
            for (int step = part.First; step < part.First + part.Steps; step++)
                foreach (int row in Order.AsSpan(0, part.Rows))
                    rows.Add(step * batch + row);
        return Functions.GatherRows(AsRows(x), [.. rows]);
    }

    /// <summary>What the parts gave at each of their steps, <c>[steps, rows, …]</c>, in its place in <c>[time, batch, …]</c>.</summary>
    /// <param name="given">For each part.</param>
    /// <param name="time">Steps in all.</param>
    /// <param name="beyond">What a sequence that has ended has, a row for all; null where it keeps what it had last.</param>
    public Tensor Unpack(IEnumerable<Tensor> given, int time, Tensor? beyond)
    {
        List<Tensor> all = [.. given.Select(AsRows)];
        if (beyond is not null) all.Add(beyond);
        var rows = Functions.GatherRows(Functions.Concatenate(0, [.. all]), Sources(time, stays: beyond is null));
        return Functions.Reshape(rows, [time, Order.Length, .. rows.Shape.Lengths[1..]]);
    }

    // For each step and sequence where its row is, among those of all parts and the one beyond.
    int[] Sources(int time, bool stays)
    {
        int batch = Order.Length, packed = Parts.Sum(part => part.Steps * part.Rows);
        int[] sources = new int[time * batch];
        for (int row = 0; row < batch; row++)
        {
            int step = 0, begun = 0, place = Places[row], beyond = packed;
            foreach (var part in Parts)
            {
                for (; step < part.First + part.Steps; step++)
                {
                    int source = place < part.Rows ? begun + (step - part.First) * part.Rows + place : beyond;
                    sources[step * batch + row] = source;
                    if (stays) beyond = source;
                }
                begun += part.Steps * part.Rows;
            }
            for (; step < time; step++) sources[step * batch + row] = beyond;
        }
        return sources;
    }

    static Tensor AsRows(Tensor steps) => Functions.Reshape(steps, [steps.Shape[0] * steps.Shape[1], .. steps.Shape.Lengths[2..]]);

    // A part for each number of eighths of the batch that are still running.
    static List<LengthPart> Finest(int[] sorted)
    {
        int batch = sorted.Length, unit = (batch - 1) / MostSizes + 1;
        var parts = new List<LengthPart>();
        int begun = 0;
        for (int running = batch; running > 0; running--)
        {
            int end = sorted[running - 1];
            if (end == begun) continue;
            int rows = Math.Min((running - 1) / unit * unit + unit, batch);
            if (parts is [.., { } last] && last.Rows == rows) parts[^1] = last with { Steps = end - last.First };
            else parts.Add(new(begun, end - begun, rows));
            begun = end;
        }
        return parts;
    }

    // The cheapest way to join neighbours, of all ways from each part to the end.
    static List<LengthPart> Cheapest(List<LengthPart> parts, RowCost cost)
    {
        var best = new (double Cost, int Next)[parts.Count + 1];
        for (int first = parts.Count - 1; first >= 0; first--)
        {
            best[first].Cost = double.PositiveInfinity;
            for (int last = first; last < parts.Count; last++)
            {
                double total = cost.Of(parts[last].First + parts[last].Steps - parts[first].First, parts[first].Rows) + best[last + 1].Cost;
                if (total < best[first].Cost) best[first] = (total, last + 1);
            }
        }
        var joined = new List<LengthPart>();
        for (int first = 0; first < parts.Count; first = best[first].Next)
        {
            var last = parts[best[first].Next - 1];
            joined.Add(parts[first] with { Steps = last.First + last.Steps - parts[first].First });
        }
        return joined;
    }
}
