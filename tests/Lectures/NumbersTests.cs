using Autograd.Lectures;

namespace Autograd.Tests.Lectures;

public class NumbersTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(123456, "123456")]
    [InlineData(0.693147, "0.69315")]
    [InlineData(-0.000123, "-1.23E-4")]
    [InlineData(1e12, "1E+12")]
    [InlineData(double.NaN, "NaN")]
    public void NumbersAreShort(double value, string text) => Assert.Equal(text, Numbers.Short(value));
}
