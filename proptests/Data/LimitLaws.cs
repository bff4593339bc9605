using Autograd.Data;

namespace Autograd.PropertyTests;

/// <summary>Sizes of series and tasks: where they begin, and where they are too large for an array.</summary>
public class LimitLaws
{
    const int Trials = 100;

    [Law(Trials)]
    public void TheLeastSizeIsTakenAndWhatIsBelowIsNot(Draw draw)
    {
        var key = draw.Key();
        int other = draw.Whole(1, 3);
        draw.Of(draw => draw.OneOf<Limit>(
            new("count", 1, count => Lorenz.Generate(count, key, discard: other)),
            new("discard", 0, discard => Lorenz.Generate(other, key, discard: discard)),
            new("stepsPerSample", 1, steps => Lorenz.Generate(other, key, discard: 0, stepsPerSample: steps)),
            new("count", 1, count => MackeyGlass.Generate(count, key, discard: other)),
            new("discard", 0, discard => MackeyGlass.Generate(other, key, discard: discard)),
            new("stepsPerSample", 1, steps => MackeyGlass.Generate(other, key, discard: 0, stepsPerSample: steps)),
            new("count", 1, count => Narma10.Generate(count, key, discard: other)),
            new("discard", 0, discard => Narma10.Generate(other, key, discard: discard)),
            new("count", 1, count => LogisticMap.Generate(count, 4, discard: other)),
            new("discard", 0, discard => LogisticMap.Generate(other, 4, discard: discard)),
            new("time", 2, time => AddingProblem.Batch(key, time, other)),
            new("batch", 1, batch => AddingProblem.Batch(key, 1 + other, batch)),
            new("batch", 1, batch => Parity.Batch(key, batch, 1, other)),
            new("shortest", 1, shortest => Parity.Batch(key, other, shortest, 3)),
            new("longest", other, longest => Parity.Batch(key, 2, other, longest)),
            new("batch", 1, batch => BinaryAddition.Batch(key, batch, 1, other)),
            new("fewestBits", 1, fewest => BinaryAddition.Batch(key, other, fewest, 3)),
            new("mostBits", other, most => BinaryAddition.Batch(key, 2, other, most)),
            new("batch", 1, batch => BrownYellowBlue.Batch(key, batch, 1, other)),
            new("least", 1, least => BrownYellowBlue.Batch(key, other, least, 3)),
            new("most", other, most => BrownYellowBlue.Batch(key, 2, other, most)),
            new("batch", 1, batch => TemporalOrder.Batch(key, batch)),
            new("time", 10, time => TemporalOrder.Batch(key, other, time)))).Holds(draw);
    }

    /// <summary>What no array can hold is refused before anything is made, with the number of elements that one can.</summary>
    [Law(Trials)]
    public void WhatNoArrayCanHoldIsRefused(Draw draw)
    {
        // A size that is not refused must not keep the machine busy.
        var (key, ended) = (draw.Key(), new CancellationToken(canceled: true));
        var (name, beyond) = draw.Of(draw => draw.OneOf<(string, Action)>(
            ("Lorenz", () => Lorenz.Generate(Beyond(3), key, discard: 0, cancellation: ended)),
            ("MackeyGlass", () => MackeyGlass.Generate(Beyond(1), key, discard: 0, cancellation: ended)),
            ("Narma10", () => Narma10.Generate(Beyond(1), key, discard: 0, cancellation: ended)),
            ("Narma10", () => Narma10.Generate(1, key, discard: Beyond(1), cancellation: ended)),
            ("LogisticMap", () => LogisticMap.Generate(Beyond(1), 4, cancellation: ended)),
            ("AddingProblem", () => AddingProblem.Batch(key, Beyond(2 * 3), 3)),
            ("AddingProblem", () => AddingProblem.OriginalBatch(key, 100, Beyond(2 * 110))),
            ("Parity", () => Parity.Batch(key, 5, 1, Beyond(5))),
            ("BinaryAddition", () => BinaryAddition.Batch(key, 5, 1, Beyond(2 * 5))),
            ("BinaryAddition", () => BinaryAddition.Batch(key, Beyond(2 * 6), 1, 5)),
            ("BrownYellowBlue", () => BrownYellowBlue.Batch(key, Beyond(3 * 6), 1, 5)),
            ("TemporalOrder", () => TemporalOrder.Batch(key, Beyond(110 * TemporalOrder.Symbols.Length)))));
        var error = Assert.Throws<ArgumentOutOfRangeException>(beyond);
        Assert.StartsWith($"{name}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains($"from 0 to {Array.MaxLength} elements", error.Message, StringComparison.Ordinal);

        // From the first number of rows that is too large up to the last that there is.
        int Beyond(int width) => draw.Flag() ? Array.MaxLength / width + 1 : draw.Whole(Array.MaxLength / width + 1, int.MaxValue - 1);
    }
}
