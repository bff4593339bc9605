using System.Xml.Linq;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class StepCurveTests : Poisoned
{
    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    static StepCurve Of(CustomOperation operation, ulong seed = 1) =>
        GradientCheck.Curve(inputs => operation.Apply(inputs[0]), [Data.Normal([4])], seed: seed);

    [Fact]
    public void ARightGradientHasADeepV()
    {
        var curve = Of(SineWithSlope.Right);
        Assert.True(curve.Best < 1e-11, $"{curve.Best}");
        // From large steps the error falls, and towards small ones it rises again, for two points later than for four.
        Assert.True(curve.Errors[0].FourPoint > 100 * curve.Best);
        Assert.True(curve.Errors[^1].FourPoint > 1e4 * curve.Best);
        Assert.True(curve.Errors.Min(error => error.TwoPoint) > curve.Best);
        Assert.Equal(curve.Errors.Select(error => error.Step).OrderDescending(), curve.Errors.Select(error => error.Step));
    }

    [Theory, InlineData(0.01), InlineData(1e-5), InlineData(1e-7)]
    public void AWrongGradientHasAFloorOfTheSizeOfItsError(double error)
    {
        // Whatever the direction: no lucky rounding at some small step looks like a right gradient.
        var wrong = new SineWithSlope(x => Cos(x) * (1 + error));
        double[] floors = [.. Enumerable.Range(1, 30).Select(seed => Of(wrong, (ulong)seed).Best)];
        Assert.All(floors, floor => Assert.InRange(floor, 0.1 * error, 1.1 * error));
    }

    [Fact]
    public void TheDerivativeIsTheTapesAlongTheDirection()
    {
        double right = Of(SineWithSlope.Right).Derivative;
        Assert.Equal(1.5, Of(new SineWithSlope(x => Cos(x) * 1.5)).Derivative / right, 1e-12);
        Assert.NotEqual(right, GradientCheck.Curve(inputs => Sin(inputs[0]), [Data.Normal([4])], seed: 2).Derivative);
    }

    [Fact]
    public void ParametersArePartOfTheDirection()
    {
        var w = new Parameter("w", Data.Normal([4], 2, ElementType.Float32));
        Assert.True(GradientCheck.Curve(inputs => Tanh(inputs[0] * w), [Data.Normal([4])], [w]).Best < 1e-10);
        Assert.Equal((0, ElementType.Float32), (w.Version, w.ElementType));
    }

    [Fact]
    public void ThePictureIsWellFormed()
    {
        var picture = XDocument.Parse(Of(SineWithSlope.Right).ToSvg("errors & <steps>"));
        Assert.Equal(Svg + "svg", picture.Root!.Name);
        Assert.Contains(picture.Descendants(Svg + "text"), text => text.Value == "errors & <steps>");
        var curves = picture.Descendants(Svg + "path").Select(line => line.Attribute("d")!.Value).Where(line => line.Contains('L'))
            .ToList();
        Assert.Equal([23, 23], curves.Select(line => line.Split('M', 'L').Length - 1));
    }

    [Fact]
    public void WhatIsNotFiniteIsLeftOutOfThePicture()
    {
        var curve = GradientCheck.Curve(inputs => Log(inputs[0]), [Data.Vector(ElementType.Float64, 0.01)]);
        Assert.Contains(curve.Errors, error => !double.IsFinite(error.FourPoint));
        Assert.True(curve.Best < 1e-9, $"{curve.Best}");
        XDocument.Parse(curve.ToSvg());
        Assert.DoesNotContain("NaN", curve.ToSvg(), StringComparison.Ordinal);
    }
}
