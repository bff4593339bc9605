using Autograd.Data;

namespace Autograd.Tests.Data;

public class AddingProblemTests
{
    [Fact]
    public void TwoStepsAreMarkedOneInEachHalf()
    {
        var batch = AddingProblem.Batch(new RandomKey(1), time: 11, batch: 300);
        for (int row = 0; row < 300; row++)
        {
            int[] marked = [.. Enumerable.Range(0, 11).Where(t => batch.Inputs.At(t, row, 1) == 1)];
            Assert.Equal(2, marked.Length);
            Assert.True(marked[0] < 5 && marked[1] >= 5);
            Assert.Equal(marked.Sum(t => batch.Inputs.At(t, row, 0)), batch.Targets.At(row, 0), 1e-6);
            Assert.Equal(11, batch.Lengths[row]);
        }
    }

    [Fact]
    public void EachStepIsMarkedSometimes()
    {
        var batch = AddingProblem.Batch(new RandomKey(2), time: 6, batch: 500);
        for (int t = 0; t < 6; t++) Assert.Contains(Enumerable.Range(0, 500), row => batch.Inputs.At(t, row, 1) == 1);
    }

    [Fact]
    public void TheBaselinesAreTheVariancesOfTheTargets()
    {
        double[] newer = AddingProblem.Batch(new RandomKey(3), 10, 20_000).Targets.ToDoubles();
        double[] original = AddingProblem.OriginalBatch(new RandomKey(3), 100, 20_000).Targets.ToDoubles();
        // The squared deviation of a triangular number has a deviation of its own of about 1.2 of its mean: five of them over √20000.
        const double relative = 5 * 1.2 / 141.4;
        Assert.InRange(
            newer.Average(y => (y - 1) * (y - 1)), AddingProblem.BaselineError * (1 - relative),
            AddingProblem.BaselineError * (1 + relative));
        // A tenth of the first marks, and a few of the second, are at the first pair, whose number is 0 and has no variance.
        double exact = AddingProblem.OriginalBaselineError * (1 - (0.1 + 0.9 / 48) / 2);
        Assert.InRange(original.Average(y => (y - 0.5) * (y - 0.5)), exact * (1 - relative), exact * (1 + relative));
    }

    [Fact]
    public void TheOriginalIsAsInThePaper()
    {
        var batch = AddingProblem.OriginalBatch(new RandomKey(4), time: 100, batch: 400);
        Assert.Equal([110, 400, 2], batch.Inputs.Shape.Lengths.ToArray());
        for (int row = 0; row < 400; row++)
        {
            int length = batch.Lengths[row];
            Assert.InRange(length, 100, 110);
            int[] marked = [.. Enumerable.Range(0, length).Where(t => batch.Inputs.At(t, row, 1) == 1)];
            Assert.Equal(2, marked.Length);
            Assert.True(marked.Min() < 10 && marked.Max() < 49);
            Assert.Equal(-1, batch.Inputs.At(length - 1, row, 1));
            Assert.Equal(marked[0] == 0 ? 1 : -1, batch.Inputs.At(0, row, 1));
            if (marked[0] == 0) Assert.Equal(0, batch.Inputs.At(0, row, 0));
            Assert.Equal(0.5 + marked.Sum(t => batch.Inputs.At(t, row, 0)) / 4, batch.Targets.At(row, 0), 1e-6);
        }
        Assert.Equal([.. Enumerable.Range(100, 11)], batch.Lengths.Distinct().Order());
        Assert.Contains(Enumerable.Range(0, 400), row => batch.Inputs.At(0, row, 1) == 1);
    }

    [Fact]
    public void ArgumentsOutOfRangeAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => AddingProblem.Batch(new RandomKey(1), 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => AddingProblem.Batch(new RandomKey(1), 2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => AddingProblem.OriginalBatch(new RandomKey(1), 21, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => AddingProblem.OriginalBatch(new RandomKey(1), 22, 0));
    }
}
