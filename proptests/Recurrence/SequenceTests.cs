namespace Autograd.PropertyTests;

/// <summary>What a batch of sequences means, for every cell under every driver: values, and gradients for inputs and parameters.</summary>
public class SequenceTests
{
    public static TheoryData<string> Cells => CellKinds.Names;

    [Theory]
    [MemberData(nameof(Cells))]
    public void ABatchEqualsItsSingleSequences(string cell) =>
        Law.Holds(15, draw => SequenceTrial.Of(draw, CellKinds.Named(cell)), IsItsSequences);

    // Enough of both for sequences to leave the batch on the way.
    [Theory]
    [MemberData(nameof(Cells))]
    public void ALongBatchEqualsItsSingleSequences(string cell) => Law.Holds(
        2, draw => SequenceTrial.Of(draw, CellKinds.Named(cell), draw.Whole(80, 120), draw.Whole(6, 12)), IsItsSequences);

    static void IsItsSequences(SequenceTrial trial)
    {
        var batch = trial.Sweep(trial.X, trial.Lengths, trial.Seeds);
        double tolerance = trial.Tolerance();
        var parameterSum = batch.Parameters.Select(gradient => new double[gradient.Length]).ToArray();
        for (int b = 0; b < trial.Batch; b++)
        {
            // A single sequence needs no padding: it ends where it ends.
            int length = trial.Lengths[b];
            var alone = trial.Sweep(
                Cut(trial.X, b, length), [], [Cut(trial.Seeds[0], b, length), .. trial.Seeds[1..].Select(seed => Row(seed, b))]);
            Near.Equal(alone.Results[0], Cut(batch.Results[0], b, length), tolerance, "output");
            for (int i = 1; i < alone.Results.Length; i++)
                Near.Equal(alone.Results[i], Row(batch.Results[i], b), tolerance, $"final state {i}");
            Near.Equal(alone.Input, Cut(batch.Input, b, length), tolerance, "gradient of the input");
            for (int p = 0; p < parameterSum.Length; p++)
                for (int i = 0; i < parameterSum[p].Length; i++)
                    parameterSum[p][i] += alone.Parameters[p][i];
        }
        Near.Equal(parameterSum, batch.Parameters, tolerance, "gradient of parameter");
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void PaddingIsNeverRead(string cell) => Law.Holds(15, draw => SequenceTrial.Of(draw, CellKinds.Named(cell)), trial =>
    {
        var expected = trial.Sweep(trial.X, trial.Lengths, trial.Seeds);
        foreach (double content in new[] { double.NaN, double.PositiveInfinity, 1e300 })
        {
            var padded = Functions.Where(trial.Mask, trial.X, Tensor.Scalar(content, ElementType.Float64));
            var actual = trial.Sweep(padded, trial.Lengths, trial.Seeds);
            Near.SameBits(expected.Numbers, actual.Numbers, $"with {content} in the padding, value or gradient");
            Assert.All(Functions.Where(trial.Mask, Tensor.Scalar(0, ElementType.Float64), actual.Input).ToDoubles(),
                slope => Assert.Equal(0, slope));
        }
        var outside = Functions.Where(trial.Mask, Tensor.Scalar(0, ElementType.Float64), expected.Results[0]);
        Assert.All(outside.ToDoubles(), output => Assert.Equal(0, output));
    });

    [Theory]
    [MemberData(nameof(Cells))]
    public void TheOrderOfTheBatchDoesNotMatter(string cell) =>
        Law.Holds(15, draw => SequenceTrial.Of(draw, CellKinds.Named(cell)), trial =>
    {
        int[] order = trial.Order;
        Tensor Sorted(Tensor x, int axis) => Functions.Stack([.. order.Select(b => Functions.Unstack(x, axis)[b])], axis);
        var expected = trial.Sweep(trial.X, trial.Lengths, trial.Seeds);
        var actual = trial.Sweep(
            Sorted(trial.X, 1), [.. order.Select(b => trial.Lengths[b])],
            [Sorted(trial.Seeds[0], 1), .. trial.Seeds[1..].Select(seed => Sorted(seed, 0))]);
        double tolerance = trial.Tolerance();
        Near.Equal(Sorted(expected.Results[0], 1), actual.Results[0], tolerance, "output");
        for (int i = 1; i < actual.Results.Length; i++)
            Near.Equal(Sorted(expected.Results[i], 0), actual.Results[i], tolerance, $"final state {i}");
        Near.Equal(Sorted(expected.Input, 1), actual.Input, tolerance, "gradient of the input");
        Near.Equal(expected.Parameters, actual.Parameters, tolerance, "gradient of parameter");
    });

    [Theory]
    [MemberData(nameof(Cells))]
    public void FullLengthsAreNoLengths(string cell) =>
        Law.Holds(15, draw => SequenceTrial.Of(draw, CellKinds.Named(cell)), trial => Near.SameBits(
        trial.Sweep(trial.X, [], trial.Seeds).Numbers,
        trial.Sweep(trial.X, [.. Enumerable.Repeat(trial.X.Shape[0], trial.Batch)], trial.Seeds).Numbers,
        "value or gradient"));

    static Tensor Row(Tensor x, int b) => x[b..(b + 1)];

    static Tensor Cut(Tensor x, int b, int length) => Functions.Slice(x[..length], 1, b, 1);
}
