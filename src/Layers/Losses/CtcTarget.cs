using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// The labels of a sequence and the number of its frames. What a path can name at a frame is a blank or one of the labels: places 0 to the
/// number of labels.
/// </summary>
sealed class CtcTarget(int[] labels, int frames, int blank)
{
    public int Frames => frames;

    public int Labels => labels.Length;

    /// <summary>Blank and labels: what is gathered of a frame.</summary>
    public int Places => labels.Length + 1;

    /// <summary>Numbers of all frames.</summary>
    public int Count => frames * Places;

    /// <summary>The class of a place.</summary>
    public int ClassOf(int place) => place == 0 ? blank : labels[place - 1];

    /// <summary>Whether a label may follow the one before it without a blank between them: where they differ.</summary>
    public bool Skips(int label) => label > 0 && labels[label] != labels[label - 1];
}

/// <summary>
/// The targets of a batch, and where in one list the numbers of each stand: sequence by sequence, frame by frame, place by place.
/// </summary>
sealed class CtcTargets
{
    readonly CtcTarget[] targets;
    readonly int[] starts;

    public CtcTargets(CtcTarget[] targets)
    {
        this.targets = targets;
        starts = new int[targets.Length + 1];
        for (int b = 0; b < targets.Length; b++) starts[b + 1] = checked(starts[b] + targets[b].Count);
    }

    public int Batch => targets.Length;

    /// <summary>How many numbers there are.</summary>
    public int Count => starts[^1];

    /// <summary>How many numbers there are of the sequence that has most of them.</summary>
    public int Most => targets.Select(target => target.Count).DefaultIfEmpty().Max();

    public CtcTarget this[int sequence] => targets[sequence];

    /// <summary>Which of the numbers are a sequence's.</summary>
    public Range Of(int sequence) => starts[sequence]..starts[sequence + 1];

    /// <summary>Where each number stands in <c>[time, batch, classes]</c>.</summary>
    public int[] Indices(int classes)
    {
        int[] indices = new int[Count];
        int next = 0;
        for (int b = 0; b < Batch; b++)
            for (int t = 0; t < targets[b].Frames; t++)
                for (int place = 0; place < targets[b].Places; place++)
                    indices[next++] = (t * Batch + b) * classes + targets[b].ClassOf(place);
        return indices;
    }

    /// <summary>A number of each sequence, <c>[batch]</c>, beside all of its numbers, <c>[count]</c>.</summary>
    public Tensor Spread(Tensor x) => GatherRows(x, Owners());

    /// <summary>The sum of the numbers of each sequence: from <c>[count]</c>, <c>[batch]</c>.</summary>
    public Tensor Sums(Tensor x) => ScatterRows(x, Owners(), Batch);

    // Which sequence each number is of.
    int[] Owners()
    {
        int[] owners = new int[Count];
        for (int b = 0; b < Batch; b++) owners.AsSpan(Of(b)).Fill(b);
        return owners;
    }
}
