namespace Autograd.Onnx.Sizes;

/// <summary>
/// Lengths of the named axes with which a function is traced. What a length or an attribute depends on shows in how it changes from trial
/// to trial: sums of products of axes are found exactly, and two more trials than there are unknowns must agree.
/// </summary>
sealed class SizeTrials
{
    /// <summary>Each additional axis doubles the number of trials.</summary>
    public const int MostAxes = 5;

    const int Checks = 2;

    // Far enough from the lengths of layers that no coincidence persists over all trials.
    static readonly int[] Low = [5, 3, 7, 4, 6], Step = [6, 4, 5, 7, 3];

    readonly int[][] lengths;

    /// <param name="axes">Names of the axes.</param>
    /// <param name="least">The least length of each with which the function can be traced.</param>
    public SizeTrials(IReadOnlyList<string> axes, IReadOnlyList<int> least)
    {
        Axes = axes;
        lengths = new int[(1 << axes.Count) + (axes.Count == 0 ? 1 : Checks)][];
        for (int trial = 0; trial < lengths.Length; trial++)
        {
            lengths[trial] = new int[axes.Count];
            for (int axis = 0; axis < axes.Count; axis++)
            {
                int level = trial < 1 << axes.Count ? trial >> axis & 1 : 2 + (trial + axis) % 3;
                lengths[trial][axis] = Math.Max(Low[axis], least[axis]) + level * Step[axis];
            }
        }
    }

    public IReadOnlyList<string> Axes { get; }

    public int Count => lengths.Length;

    public int this[int trial, int axis] => lengths[trial][axis];

    /// <summary>What a number is in terms of the axes, from its value in every trial; null if it is no sum of products.</summary>
    public Size? Fit(Func<int, long> value)
    {
        // The first trials are all corners of a box, so that differences along its edges give the coefficients, the highest first.
        long[] left = [.. Enumerable.Range(0, 1 << Axes.Count).Select(value)];
        var coefficients = new long[left.Length];
        for (int set = left.Length - 1; set >= 0; set--)
        {
            long difference = 0, volume = 1;
            for (int part = set; ; part = (part - 1) & set)
            {
                bool isOdd = (int.PopCount(set ^ part) & 1) == 1;
                difference += isOdd ? -left[part] : left[part];
                if (part == 0) break;
            }
            for (int axis = 0; axis < Axes.Count; axis++)
                if ((set >> axis & 1) == 1)
                    volume *= lengths[set][axis] - lengths[0][axis];
            if (difference % volume != 0) return null;
            coefficients[set] = difference / volume;
            for (int trial = 0; trial < left.Length; trial++) left[trial] -= coefficients[set] * Product(set, trial);
        }
        var size = new Size(coefficients);
        for (int trial = 0; trial < Count; trial++)
            if (Value(size, trial) != value(trial))
                return null;
        return size;
    }

    public long Value(Size size, int trial)
    {
        long sum = 0;
        for (int set = 0; set < size.Coefficients.Length; set++) sum += size.Coefficients[set] * Product(set, trial);
        return sum;
    }

    long Product(int set, int trial)
    {
        long product = 1;
        for (int axis = 0; axis < Axes.Count; axis++)
            if ((set >> axis & 1) == 1)
                product *= lengths[trial][axis];
        return product;
    }
}
