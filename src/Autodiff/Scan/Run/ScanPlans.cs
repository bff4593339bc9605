namespace Autograd.Scan;

/// <summary>
/// The plans of all layers; they refer to no tensor, so a cell that is made anew for each sequence is not planned anew. Those used last are
/// kept. Of steps that differ in plain numbers alone, the first few have plans of their own, in which the numbers are part of the code;
/// where they go on changing, one plan takes them at each run.
/// </summary>
sealed class ScanPlans
{
    // Training and evaluation at some hundred batch sizes and lengths.
    const int MostPlans = 1024;

    // A factor that differs between layers is worth a plan; one that changes with every step of training is not.
    const int MostWithNumbers = 3;

    readonly Lock guard = new();
    readonly Dictionary<int, List<ScanEntry>> entries = [];
    readonly LinkedList<ScanEntry> recent = [];

    /// <summary>The plan for a program, which is made if there is none; null with the reason where it cannot be made.</summary>
    /// <param name="program">The step's program.</param>
    /// <param name="leaves">What it uses from outside.</param>
    /// <param name="tracked">Whose gradients are needed.</param>
    /// <param name="rules">What the derivative rules of the user's operations do.</param>
    /// <param name="reason">Why there is no plan.</param>
    public ScanEntry? Find(StepProgram program, Tensor[] leaves, bool[] tracked, TracedRules rules, out string? reason)
    {
        reason = null;
        ScanEntry[] similar;
        lock (guard)
        {
            var known = entries.GetValueOrDefault(program.Hash) ?? [];
            // One whose numbers are part of its code, if there is one: a segment that is run again must not meet another plan.
            var found = known.Find(entry => !entry.TakesNumbers && entry.Fits(program, tracked, rules))
                ?? known.Find(entry => entry.Fits(program, tracked, rules));
            if (found is not null)
            {
                recent.Remove(found.Use);
                recent.AddFirst(found.Use);
                return found;
            }
            if (known.Count(entry => entry.DiffersInRules(program, tracked, rules)) >= MostWithNumbers)
            {
                reason = "the derivative rules of its own operations change from run to run";
                return null;
            }
            similar = [.. known.Where(entry => entry.FitsApartFromNumbers(program, tracked, rules))];
        }
        var numbers = similar.Length < MostWithNumbers ? []
            : similar.SelectMany(entry => entry.Differences(program)).Distinct().Order().ToArray();
        if (ScanEntry.Make(program, leaves, tracked, rules, numbers, out reason) is not { } made) return null;
        ScanEvents.Log.Tell(made.Plan);
        Add(made);
        return made;
    }

    void Add(ScanEntry made)
    {
        lock (guard)
        {
            if (!entries.TryGetValue(made.Program.Hash, out var known)) entries.Add(made.Program.Hash, known = []);
            known.Insert(0, made);
            recent.AddFirst(made.Use);
            if (recent.Count <= MostPlans) return;
            var last = recent.Last!.Value;
            recent.RemoveLast();
            var others = entries[last.Program.Hash];
            others.Remove(last);
            if (others.Count == 0) entries.Remove(last.Program.Hash);
        }
    }
}
