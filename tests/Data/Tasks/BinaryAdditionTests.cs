using System.Numerics;
using Autograd.Data;

namespace Autograd.Tests.Data;

public class BinaryAdditionTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 9)]
    [InlineData(200, 200)]
    public void TheTargetIsTheSum(int fewest, int most)
    {
        var batch = BinaryAddition.Batch(new RandomKey(5), batch: 40, fewest, most);
        Assert.Equal([most + 1, 40, 2], batch.Inputs.Shape.Lengths.ToArray());
        for (int row = 0; row < 40; row++)
        {
            Assert.InRange(batch.Lengths[row], fewest + 1, most + 1);
            Assert.Equal(Number(batch.Inputs, row, 0) + Number(batch.Inputs, row, 1), Number(batch.Targets, row, 0));
            Assert.Equal(0, batch.Inputs.At(batch.Lengths[row] - 1, row, 0) + batch.Inputs.At(batch.Lengths[row] - 1, row, 1));
        }
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(1, 0, 2)]
    [InlineData(1, 3, 2)]
    public void ArgumentsOutOfRangeAreRefused(int batch, int fewest, int most) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BinaryAddition.Batch(new RandomKey(1), batch, fewest, most));

    static BigInteger Number(Tensor bits, int row, int column)
    {
        var number = BigInteger.Zero;
        for (int t = 0; t < bits.Shape[0]; t++) number += new BigInteger(bits.At(t, row, column)) << t;
        return number;
    }
}
