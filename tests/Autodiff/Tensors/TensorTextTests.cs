using System.Globalization;

namespace Autograd.Tests.Autodiff;

public class TensorTextTests
{
    [Fact]
    public void TypeShapeAndElements()
    {
        Assert.Equal("float [2, 2] [[1, 2], [3, 4]]", Tensor.From(new float[,] { { 1, 2 }, { 3, 4 } }).ToString());
        Assert.Equal("double [] -0.5", Tensor.Scalar(-0.5, ElementType.Float64).ToString());
        Assert.Equal("float [3] [0.1, 1E-07, 1.23457E+10]", Tensor.From(new[] { 0.1f, 1e-7f, 12345678901f }).ToString());
        Assert.Equal(
            "double [3] [NaN, Infinity, -Infinity]", Tensor.From(new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
            .ToString());
    }

    [Fact]
    public void TheMiddleOfLongAxesIsLeftOut()
    {
        Assert.Equal("double [6] [1, 2, 3, 4, 5, 6]", Data.Counting([6]).ToString());
        Assert.Equal("double [7] [1, 2, 3, …, 5, 6, 7]", Data.Counting([7]).ToString());
        Assert.Equal("double [8, 1] [[1], [2], [3], …, [6], [7], [8]]", Data.Counting([8, 1]).ToString());
    }

    [Fact]
    public void EmptyTensors()
    {
        Assert.Equal("float [0] []", Tensor.Zeros([0]).ToString());
        Assert.Equal("float [2, 0] [[], []]", Tensor.Zeros([2, 0]).ToString());
        Assert.Equal("float [0, 2] []", Tensor.Zeros([0, 2]).ToString());
    }

    [Fact]
    public void TensorsWithoutReadableElements()
    {
        Assert.Equal("float [2] symbolic", Tensor.Symbolic([2]).ToString());
        Tensor ended;
#pragma warning disable AG0006 // What has ended is what the test is about.
        using (new Tape()) ended = Tensor.Ones([2]) + 1;
#pragma warning restore AG0006
        Assert.Equal("float [2] (its tape has ended)", ended.ToString());
    }

    [Fact]
    public void TheCultureDoesNotMatter()
    {
        var before = CultureInfo.CurrentCulture;
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat =
            new NumberFormatInfo { NumberDecimalSeparator = ",", NumberGroupSeparator = ".", NegativeSign = "−", NaNSymbol = "?" };
        CultureInfo.CurrentCulture = culture;
        try
        {
            Assert.Equal("double [2] [-1.5, NaN]", Tensor.From(new[] { -1.5, double.NaN }).ToString());
            var error = Assert.Throws<ArgumentOutOfRangeException>(() => Functions.DropoutMask([2], 1.5, new RandomKey(1)));
            Expect.Mentions(error, "it is 1.5");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
