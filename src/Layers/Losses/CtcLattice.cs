namespace Autograd.Layers;

/// <summary>
/// The forward and backward sums over the paths of one sequence, in log space (Graves et al. 2006, equations 5 to 11), and their
/// derivatives along a vector: for numbers of any size, and for the second order.
/// The forward sum includes the frame's own probability, the backward sum does not. Positions are blanks with the labels between them.
/// </summary>
sealed class CtcLattice
{
    readonly CtcTarget target;
    readonly double[] probabilities;
    readonly int positions;
    readonly double[,] forward;

    /// <param name="target">Labels and frames.</param>
    /// <param name="probabilities">Logarithms, frame by frame and place by place.</param>
    public CtcLattice(CtcTarget target, double[] probabilities)
    {
        this.target = target;
        this.probabilities = probabilities;
        positions = 2 * target.Labels + 1;
        forward = Forward();
        int last = target.Frames - 1, end = positions - 1;
        LogLikelihood = end == 0 ? forward[last, end] : Add(forward[last, end], forward[last, end - 1]);
    }

    /// <summary>log p of the target; −∞ if no path has it.</summary>
    public double LogLikelihood { get; }

    bool IsImpossible => double.IsNegativeInfinity(LogLikelihood);

    /// <summary>Adds the probability of each place at each frame, given the target.</summary>
    public void AddOccupancy(Span<double> occupancy)
    {
        if (IsImpossible) return;
        var backward = Backward();
        for (int t = 0; t < target.Frames; t++)
            for (int s = 0; s < positions; s++)
                occupancy[IndexAt(t, s)] += Elementary.Exp(forward[t, s] + backward[t, s] - LogLikelihood);
    }

    /// <summary>Adds the derivative of the occupancy along a vector.</summary>
    public void AddCurvature(double[] along, Span<double> product)
    {
        if (IsImpossible) return;
        var backward = Backward();
        var forwardTangent = ForwardTangent(along);
        var backwardTangent = BackwardTangent(backward, along);
        int last = target.Frames - 1, end = positions - 1;
        double total = Part(forward[last, end], LogLikelihood, forwardTangent[last, end]);
        if (end > 0) total += Part(forward[last, end - 1], LogLikelihood, forwardTangent[last, end - 1]);
        for (int t = 0; t < target.Frames; t++)
            for (int s = 0; s < positions; s++)
                product[IndexAt(t, s)] += Part(
                    forward[t, s] + backward[t, s], LogLikelihood, forwardTangent[t, s] + backwardTangent[t, s] - total);
    }

    double[,] Forward()
    {
        var sums = new double[target.Frames, positions];
        for (int s = 0; s < positions; s++) sums[0, s] = s < 2 ? probabilities[IndexAt(0, s)] : double.NegativeInfinity;
        for (int t = 1; t < target.Frames; t++)
            for (int s = 0; s < positions; s++)
            {
                double before = sums[t - 1, s];
                if (s > 0) before = Add(before, sums[t - 1, s - 1]);
                if (Skips(s)) before = Add(before, sums[t - 1, s - 2]);
                sums[t, s] = before + probabilities[IndexAt(t, s)];
            }
        return sums;
    }

    double[,] Backward()
    {
        var sums = new double[target.Frames, positions];
        int last = target.Frames - 1;
        for (int s = 0; s < positions; s++) sums[last, s] = s >= positions - 2 ? 0 : double.NegativeInfinity;
        for (int t = last - 1; t >= 0; t--)
            for (int s = 0; s < positions; s++)
            {
                double after = After(sums, t, s);
                if (s + 1 < positions) after = Add(after, After(sums, t, s + 1));
                if (s + 2 < positions && Skips(s + 2)) after = Add(after, After(sums, t, s + 2));
                sums[t, s] = after;
            }
        return sums;
    }

    double[,] ForwardTangent(double[] along)
    {
        var tangents = new double[target.Frames, positions];
        for (int s = 0; s < Math.Min(2, positions); s++) tangents[0, s] = along[IndexAt(0, s)];
        for (int t = 1; t < target.Frames; t++)
            for (int s = 0; s < positions; s++)
            {
                double sum = forward[t, s] - probabilities[IndexAt(t, s)];
                double before = Part(forward[t - 1, s], sum, tangents[t - 1, s]);
                if (s > 0) before += Part(forward[t - 1, s - 1], sum, tangents[t - 1, s - 1]);
                if (Skips(s)) before += Part(forward[t - 1, s - 2], sum, tangents[t - 1, s - 2]);
                tangents[t, s] = before + along[IndexAt(t, s)];
            }
        return tangents;
    }

    double[,] BackwardTangent(double[,] backward, double[] along)
    {
        var tangents = new double[target.Frames, positions];
        for (int t = target.Frames - 2; t >= 0; t--)
            for (int s = 0; s < positions; s++)
                for (int next = s; next < Math.Min(s + 3, positions); next++)
                    if (next < s + 2 || Skips(next))
                        tangents[t, s] += Part(
                            After(backward, t, next), backward[t, s], tangents[t + 1, next] + along[IndexAt(t + 1, next)]);
        return tangents;
    }

    // What the paths through a position at the next frame contribute.
    double After(double[,] backward, int time, int position) => backward[time + 1, position] + probabilities[IndexAt(time + 1, position)];

    int IndexAt(int time, int position) => time * target.Places + ((position & 1) == 0 ? 0 : (position + 1) / 2);

    // Whether a position may follow the one two before it: no blank, which would be left out, and no label that is repeated.
    bool Skips(int position) => (position & 1) == 1 && target.Skips(position / 2);

    // The derivative times e^part / e^sum. Where there is no path it is 0, whatever the derivative: that may be NaN.
    static double Part(double part, double sum, double derivative) =>
        double.IsNegativeInfinity(part) ? 0 : Elementary.Exp(part - sum) * derivative;

    /// <summary>log(eᵃ + eᵇ).</summary>
    internal static double Add(double a, double b)
    {
        double larger = Math.Max(a, b);
        if (double.IsInfinity(larger)) return larger;
        return larger + Elementary.Log(1 + Elementary.Exp(Math.Min(a, b) - larger));
    }
}
