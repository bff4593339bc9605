using Autograd.Data;

namespace Autograd.Tests.Data;

public class ParityTests
{
    [Fact]
    public void TargetsAreTheParitySoFarAndPaddingIsZero()
    {
        var batch = Parity.Batch(new RandomKey(1), batch: 50, shortest: 1, longest: 20);
        Assert.Equal([20, 50, 1], batch.Inputs.Shape.Lengths.ToArray());
        for (int row = 0; row < 50; row++)
        {
            int ones = 0;
            for (int t = 0; t < 20; t++)
            {
                bool counts = t < batch.Lengths[row];
                double bit = batch.Inputs.At(t, row, 0);
                ones += (int)bit;
                Assert.Equal(counts ? ones % 2 : 0, batch.Targets.At(t, row, 0));
                Assert.Equal(counts ? 1 : 0, batch.Mask.At(t, row, 0));
                if (!counts) Assert.Equal(0, bit);
            }
        }
        Assert.Equal(batch.Lengths.Sum(), batch.Counted);
    }

    [Fact]
    public void LengthsAndBitsAreEvenlyDrawn()
    {
        var batch = Parity.Batch(new RandomKey(2), batch: 4000, shortest: 3, longest: 6);
        Assert.Equal([3, 4, 5, 6], batch.Lengths.Distinct().Order());
        // Five standard deviations of a binomial count.
        foreach (int length in (int[])[3, 4, 5, 6])
            Assert.InRange(batch.Lengths.Count(other => other == length), 1000 - 5 * 27.4, 1000 + 5 * 27.4);
        double share = batch.Inputs.ToDoubles().Sum() / batch.Counted;
        Assert.InRange(share, 0.5 - 2.5 / Math.Sqrt(batch.Counted), 0.5 + 2.5 / Math.Sqrt(batch.Counted));
    }

    [Fact]
    public void TheSameKeyGivesTheSameBatchAndAnotherStepAnother()
    {
        double[] At(int step) => Parity.Batch(new RandomKey(3).At(step), 8, 20, 20).Inputs.ToDoubles();
        Assert.Equal(At(1), At(1));
        Assert.NotEqual(At(1), At(2));
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(1, 0, 2)]
    [InlineData(1, 3, 2)]
    public void ArgumentsOutOfRangeAreRefused(int batch, int shortest, int longest)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Parity.Batch(new RandomKey(1), batch, shortest, longest));
        Assert.StartsWith("Parity.Batch: ", error.Message, StringComparison.Ordinal);
    }
}
