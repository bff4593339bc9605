using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using CommunityToolkit.HighPerformance.Buffers;

namespace Autograd.Layers;

/// <summary>
/// The forward and backward sums over the paths of a sequence (Graves et al. 2006, equations 5 to 11) with probabilities that are rescaled
/// at every frame (Rabiner 1989, section V.A): no logarithm but one for each frame. Four places at a time, whatever the processor has, so
/// that the bits are the same everywhere.
/// <para>
/// What underflows is lost. A step loses at most 10⁻³²³ a position, which rescaling multiplies by 10⁴⁰ at most (<see cref="LeastScale"/>):
/// beside sums of 1, a forward or backward sum lacks less than 10⁻²⁸⁰ · frames · positions. The likelihood is the sum of products of the
/// two at any frame, so where that is 10⁻²⁵⁰ everywhere (<see cref="LeastOverlap"/>), it and the occupancy lack less than rounding takes.
/// Elsewhere the sums are those of <see cref="CtcLattice"/>.
/// </para>
/// </summary>
sealed class CtcScaledSums : IDisposable
{
    const int Lanes = 4, Block = 4096;

    const double LeastScale = 1e-40, LeastOverlap = 1e-250;

    // Probabilities of the blank, and of all labels, at every frame; sums by frame: those in blanks and those in labels, each with zeros on
    // both sides, so that neighbours can be read everywhere.
    double[] blanks = [], labels = [], forward = [], backward = [], after = [], scales = [], skips = [];
    int width, row;

    /// <summary>
    /// log p of the target by rescaled probabilities, or in log space where those would lose anything; −∞ if no path has it.
    /// </summary>
    /// <inheritdoc cref="Find"/>
    public double LogLikelihood(CtcTarget target, ReadOnlySpan<double> logProbabilities, Span<double> occupancy)
    {
        if (Find(target, logProbabilities, occupancy) is { } found) return found;
        var lattice = new CtcLattice(target, logProbabilities.ToArray());
        occupancy.Clear();
        if (!occupancy.IsEmpty) lattice.AddOccupancy(occupancy);
        return lattice.LogLikelihood;
    }

    /// <summary>log p of the target, null where it cannot be found so.</summary>
    /// <param name="target">Labels and frames.</param>
    /// <param name="logProbabilities">Frame by frame and place by place.</param>
    /// <param name="occupancy">Gets the probability of each place at each frame; nothing if it is empty.</param>
    public double? Find(CtcTarget target, ReadOnlySpan<double> logProbabilities, Span<double> occupancy)
    {
        Prepare(target);
        double largest = Exponentials(target, logProbabilities), scale = Forward(target.Frames);
        int last = target.Frames - 1, end = target.Labels;
        double ending = forward[last * row + Blanks + end] + forward[last * row + Labels + end - 1];
        return Backward(target, occupancy) ? largest + scale + Elementary.Log(ending / scales[last]) : null;
    }

    static int Blanks => Lanes;

    int Labels => Blanks + width + Lanes;

    void Prepare(CtcTarget target)
    {
        width = (target.Places + Lanes - 1) / Lanes * Lanes;
        row = Labels + width + Lanes;
        Resize(ref blanks, target.Frames);
        Resize(ref labels, target.Frames * width);
        Resize(ref forward, target.Frames * row);
        Resize(ref backward, row);
        Resize(ref after, row);
        Resize(ref scales, target.Frames);
        Resize(ref skips, width + Lanes);
        for (int label = 0; label < target.Labels; label++) skips[label] = target.Skips(label) ? 1 : 0;
    }

    // Of the shared pool: new arrays of this size would be pages of the system's.
    static void Resize(ref double[] numbers, int count)
    {
        if (numbers.Length < count)
        {
            GiveBack(ref numbers);
            numbers = ArrayPool<double>.Shared.Rent(count);
        }
        numbers.AsSpan(0, count).Clear();
    }

    static void GiveBack(ref double[] numbers)
    {
        if (numbers.Length > 0) ArrayPool<double>.Shared.Return(numbers);
        numbers = [];
    }

    /// <summary>Gives the arrays back.</summary>
    public void Dispose()
    {
        GiveBack(ref blanks);
        GiveBack(ref labels);
        GiveBack(ref forward);
        GiveBack(ref backward);
        GiveBack(ref after);
        GiveBack(ref scales);
        GiveBack(ref skips);
    }

    // Probabilities as parts of the largest at each frame. Gives the sum of the logarithms of those. By blocks of frames, since larger
    // arrays would be new pages of the system's for every sequence.
    double Exponentials(CtcTarget target, ReadOnlySpan<double> logProbabilities)
    {
        int places = target.Places, frames = Math.Max(1, Block / places);
        double sum = 0;
        using var memory = SpanOwner<double>.Allocate(frames * places);
        for (int first = 0; first < target.Frames; first += frames)
        {
            int count = Math.Min(frames, target.Frames - first);
            var exponents = memory.Span[..(count * places)];
            for (int t = 0; t < count; t++)
            {
                var frame = logProbabilities.Slice((first + t) * places, places);
                double largest = TensorPrimitives.Max(frame);
                TensorPrimitives.Subtract(frame, largest, exponents.Slice(t * places, places));
                sum += largest;
            }
            var parts = Functions.Exp(Tensor.From<double>(exponents, [exponents.Length])).AsSpan<double>();
            for (int t = 0; t < count; t++)
            {
                blanks[first + t] = parts[t * places];
                parts.Slice(t * places + 1, places - 1).CopyTo(labels.AsSpan((first + t) * width));
            }
        }
        return sum;
    }

    // Every row as it comes from the one before when that has the sum 1. Gives the logarithm of the product of their sums.
    double Forward(int frames)
    {
        forward[Blanks] = blanks[0];
        forward[Labels] = labels[0];
        scales[0] = blanks[0] + labels[0];
        double logarithm = Elementary.Log(scales[0]);
        for (int t = 1; t < frames; t++)
        {
            scales[t] = Step(forward.AsSpan((t - 1) * row, row), forward.AsSpan(t * row, row), t, 1 / scales[t - 1]);
            logarithm += Elementary.Log(scales[t]);
        }
        return logarithm;
    }

    double Step(ReadOnlySpan<double> before, Span<double> now, int t, double scale)
    {
        var blank = Vector256.Create(blanks[t] * scale);
        var scaling = Vector256.Create(scale);
        var label = labels.AsSpan(t * width, width);
        var sum = Vector256<double>.Zero;
        for (int i = 0; i < width; i += Lanes)
        {
            var (inBlank, inLabel) = (At(before, Blanks + i), At(before, Labels + i));
            var lastLabel = At(before, Labels + i - 1);
            var toBlank = (inBlank + lastLabel) * blank;
            var toLabel = (inLabel + inBlank + At(skips, i) * lastLabel) * (At(label, i) * scaling);
            toBlank.CopyTo(now[(Blanks + i)..]);
            toLabel.CopyTo(now[(Labels + i)..]);
            sum += toBlank + toLabel;
        }
        return Sum(sum);
    }

    // Whether nothing that matters has been lost.
    bool Backward(CtcTarget target, Span<double> occupancy)
    {
        int last = target.Frames - 1;
        backward[Blanks + target.Labels] = 1;
        if (target.Labels > 0) backward[Labels + target.Labels - 1] = 1;
        for (int t = last; t >= 0; t--)
        {
            var here = forward.AsSpan(t * row, row);
            double overlap = Overlap(here) / scales[t];
            if (!(scales[t] >= LeastScale && overlap >= LeastOverlap)) return false;
            if (!occupancy.IsEmpty) Occupy(here, 1 / (overlap * scales[t]), occupancy.Slice(t * target.Places, target.Places));
            if (t > 0 && !(StepBack(t) >= LeastScale)) return false;
        }
        return true;
    }

    double Overlap(ReadOnlySpan<double> here)
    {
        var sum = Vector256<double>.Zero;
        for (int i = 0; i < width; i += Lanes)
            sum += At(here, Blanks + i) * At(backward, Blanks + i) + At(here, Labels + i) * At(backward, Labels + i);
        return Sum(sum);
    }

    void Occupy(ReadOnlySpan<double> here, double scale, Span<double> occupancy)
    {
        var blank = Vector256<double>.Zero;
        for (int i = 0; i < width; i += Lanes) blank += At(here, Blanks + i) * At(backward, Blanks + i);
        occupancy[0] = Sum(blank) * scale;
        for (int i = 1; i < occupancy.Length; i++) occupancy[i] = here[Labels + i - 1] * backward[Labels + i - 1] * scale;
    }

    // From the sums after frame t to those after the frame before, with the sum 1. Gives the sum that they had.
    double StepBack(int t)
    {
        var blank = Vector256.Create(blanks[t]);
        var label = labels.AsSpan(t * width, width);
        for (int i = 0; i < width; i += Lanes)
        {
            (At(backward, Blanks + i) * blank).CopyTo(after, Blanks + i);
            (At(backward, Labels + i) * At(label, i)).CopyTo(after, Labels + i);
        }
        var sum = Vector256<double>.Zero;
        for (int i = 0; i < width; i += Lanes)
        {
            var (atLabel, nextLabel) = (At(after, Labels + i), At(after, Labels + i + 1));
            var fromBlank = At(after, Blanks + i) + atLabel;
            var fromLabel = atLabel + At(after, Blanks + i + 1) + At(skips, i + 1) * nextLabel;
            fromBlank.CopyTo(backward, Blanks + i);
            fromLabel.CopyTo(backward, Labels + i);
            sum += fromBlank + fromLabel;
        }
        double scale = Sum(sum);
        TensorPrimitives.Multiply(backward.AsSpan(0, row), 1 / scale, backward);
        return scale;
    }

    static double Sum(Vector256<double> lanes)
    {
        var halves = lanes.GetLower() + lanes.GetUpper();
        return halves[0] + halves[1];
    }

    static Vector256<double> At(ReadOnlySpan<double> numbers, int index) => Vector256.Create(numbers[index..]);
}
