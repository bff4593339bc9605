using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>What may change, and is asked for as it was at first, is at every later run of a segment what it was, however deep it
/// lies.</summary>
public class ToldAgainLaws
{
    [Law(200)]
    public void SegmentsAreToldWhatTheyWereToldAtFirst(Draw draw)
    {
        var (x, segments) = draw.Of(draw => (draw.Values([draw.Whole(1, 4)], Domain.Any), Segments(draw)));
        Near.SameBits(Results(x, Array.ConvertAll(segments, segment => segment with { Depth = 0 })), Results(x, segments), "result");
    }

    static double[][] Results(Tensor x, Segment[] segments)
    {
        object owner = new();
        double factor = double.NaN;
        using var tape = new Tape();
        tape.Watch(x);
        var y = x;
        foreach (var segment in segments)
        {
            factor = segment.Factor;
            y = Run(segment.Depth, segment, y);
        }
        // From here on another one is at hand.
        factor = double.NaN;
        var total = Sum(Square(y));
        return [y.ToDoubles(), .. Derivatives.Numbers(tape.Gradients(total, [x])), .. Derivatives.Numbers(tape.Tangents([y], [x], [x])),
            .. Derivatives.Numbers(tape.Gradients(total, [x], record: true))];

        // A segment may ask before those inside of it do, after them, or not at all.
        Tensor Run(int depth, Segment segment, Tensor before)
        {
            if (depth == 0) return Tanh(before * Checkpoint.AsAtFirst(owner, factor));
            return Checkpoint.Run(() =>
            {
                double first = segment.AsksFirst ? Checkpoint.AsAtFirst(owner, factor) : segment.Factor;
                var after = Run(depth - 1, segment, before);
                Assert.Equal(segment.Factor, first);
                Assert.Equal(segment.Factor, segment.AsksLast ? Checkpoint.AsAtFirst(owner, factor) : first);
                return after;
            });
        }
    }

    static Segment[] Segments(Draw draw) =>
        [.. Enumerable.Range(0, draw.Whole(1, 4)).Select(_ => new Segment(draw.Whole(0, 3), draw.Number(-1, 1), draw.Flag(), draw.Flag()))];

    sealed record Segment(int Depth, double Factor, bool AsksFirst, bool AsksLast);
}
