namespace Autograd.Layers;

/// <summary>
/// The prefixes of a beam, each with the probability of its paths that end in a blank and of those that end in its last label.
/// </summary>
sealed class CtcPrefixSearch(int blank, int width)
{
    readonly HashSet<Prefix> reached = [];
    List<Prefix> beam = [new Prefix(null, -1) { InBlank = 0 }];

    /// <summary>Goes on by a frame.</summary>
    public void Extend(int classes, Func<int, double> logProbability)
    {
        reached.Clear();
        foreach (var prefix in beam)
        {
            Add(prefix, toBlank: prefix.Total + logProbability(blank));
            if (prefix.Parent is not null) Add(prefix, toLabel: prefix.InLabel + logProbability(prefix.Label));
            for (int label = 0; label < classes; label++)
            {
                if (label == blank) continue;
                // A repeated label is a new one only after a blank.
                double before = label == prefix.Label ? prefix.InBlank : prefix.Total;
                Add(prefix.With(label), toLabel: before + logProbability(label));
            }
        }
        foreach (var prefix in reached) prefix.Settle();
        beam = [.. reached.OrderByDescending(prefix => prefix.Total).Take(width)];
    }

    /// <summary>The labels in the beam, the most probable first.</summary>
    public IReadOnlyList<CtcHypothesis> Best() =>
        [.. beam.Where(prefix => !double.IsNegativeInfinity(prefix.Total))
            .Select(prefix => new CtcHypothesis(prefix.Labels(), prefix.Total))];

    void Add(Prefix prefix, double toBlank = double.NegativeInfinity, double toLabel = double.NegativeInfinity)
    {
        if (reached.Add(prefix)) prefix.Clear();
        prefix.Add(toBlank, toLabel);
    }

    /// <summary>
    /// A node of the tree of all label sequences met so far, so that a sequence that left the beam comes back as the same one.
    /// </summary>
    sealed class Prefix(Prefix? parent, int label)
    {
        readonly Dictionary<int, Prefix> longer = [];
        double nextInBlank, nextInLabel;

        public Prefix? Parent => parent;

        public int Label => label;

        public double InBlank { get; set; } = double.NegativeInfinity;

        public double InLabel { get; private set; } = double.NegativeInfinity;

        public double Total => CtcLattice.Add(InBlank, InLabel);

        public Prefix With(int next) => longer.TryGetValue(next, out var prefix) ? prefix : longer[next] = new Prefix(this, next);

        public void Clear() => nextInBlank = nextInLabel = double.NegativeInfinity;

        public void Add(double toBlank, double toLabel) =>
            (nextInBlank, nextInLabel) = (CtcLattice.Add(nextInBlank, toBlank), CtcLattice.Add(nextInLabel, toLabel));

        public void Settle() => (InBlank, InLabel) = (nextInBlank, nextInLabel);

        public int[] Labels()
        {
            var labels = new List<int>();
            for (var prefix = this; prefix.Parent is not null; prefix = prefix.Parent) labels.Add(prefix.Label);
            labels.Reverse();
            return [.. labels];
        }
    }
}
