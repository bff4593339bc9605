using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class GradientNormTests
{
    [Fact]
    public void IsTheRootOfTheSumOfAllSquares()
    {
        Assert.Equal(13, GradientNorm.Global([Tensor.From([3.0, 4.0]), Tensor.From([12f])]));
        Assert.Equal(0, GradientNorm.Global([]));
        Assert.Equal(0, GradientNorm.Global([Tensor.Zeros([0, 3]), Tensor.Zeros([4])]));
    }

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void HoldsForEveryLength(ElementType type)
    {
        for (int length = 0; length <= 70; length++)
        {
            var gradient = new RandomKey(5).Normal([length], type: type);
            double expected = Math.Sqrt(gradient.ToDoubles().Sum(x => x * x));
            Near.Equal(expected, GradientNorm.Global([gradient]), 1e-14);
        }
    }

    [Fact]
    public void SumsFloatsInDouble()
    {
        // A float sum of ones would stop at 2²⁴.
        int count = (1 << 24) + 4096;
        Assert.Equal(Math.Sqrt(count), GradientNorm.Global([Tensor.Ones([count])]));
    }

    [Theory]
    [InlineData(3e200, 4e200, 5e200)]
    [InlineData(3e-200, 4e-200, 5e-200)]
    [InlineData(double.Epsilon, 0, double.Epsilon)]
    [InlineData(double.MaxValue, 0, double.MaxValue)]
    [InlineData(double.MaxValue, double.MaxValue, double.MaxValue)]
    public void NeitherOverflowsNorUnderflows(double first, double second, double norm)
    {
        Near.Equal(norm, GradientNorm.Global([Tensor.From([first]), Tensor.From([second])]), 1e-15);
    }

    [Fact]
    public void LargeFloatsDoNotOverflow() => Near.Equal(
        float.MaxValue * Math.Sqrt(3), GradientNorm.Global([Tensor.Full([3], float.MaxValue)]), 1e-15);

    [Theory]
    [InlineData(double.NaN, 1, double.NaN)]
    [InlineData(double.NaN, double.PositiveInfinity, double.NaN)]
    [InlineData(1, double.NegativeInfinity, double.PositiveInfinity)]
    public void IsNotFiniteIfAnElementIsNot(double first, double second, double norm)
    {
        Assert.Equal(norm, GradientNorm.Global([Tensor.From([first]), Tensor.From([second])]));
        Assert.Equal(norm, GradientNorm.Global([Tensor.From([(float)second]), Tensor.From([0, 0, (float)first])]));
    }

    [Fact]
    public void BadInputIsAnError()
    {
        Assert.Throws<ArgumentNullException>(() => GradientNorm.Global(null!));
        var error = Assert.Throws<ArgumentException>(() => GradientNorm.Global([Tensor.Scalar(1), null!]));
        Assert.StartsWith("GradientNorm: gradient 1 of 2 is null.", error.Message);
        Assert.Throws<SymbolicReadException>(() => GradientNorm.Global([Tensor.Symbolic([2])]));
    }
}
