using Autograd.Data;

namespace Autograd.Tests.Data;

public class BrownYellowBlueTests
{
    [Fact]
    public void TheFirstColourDecidesAndYellowsFollow()
    {
        var batch = BrownYellowBlue.Batch(new RandomKey(1), batch: 200, least: 1, most: 6);
        Assert.Equal([7, 200, 3], batch.Inputs.Shape.Lengths.ToArray());
        for (int row = 0; row < 200; row++)
        {
            Assert.Equal(1, batch.Inputs.At(0, row, batch.Labels[row]));
            for (int t = 0; t < 7; t++)
            {
                Assert.Equal(t > 0 && t < batch.Lengths[row] ? 1 : 0, batch.Inputs.At(t, row, 2));
                Assert.Equal(
                    t < batch.Lengths[row] ? 1 : 0, batch.Inputs.At(t, row, 0) + batch.Inputs.At(t, row, 1) + batch.Inputs.At(t, row, 2));
            }
        }
        Assert.Equal([2, 3, 4, 5, 6, 7], batch.Lengths.Distinct().Order());
        Assert.InRange(batch.Labels.Sum(), 100 - 5 * 7.1, 100 + 5 * 7.1);
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(1, 0, 2)]
    [InlineData(1, 3, 2)]
    public void ArgumentsOutOfRangeAreRefused(int batch, int least, int most) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BrownYellowBlue.Batch(new RandomKey(1), batch, least, most));
}
