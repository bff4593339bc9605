using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>What a check says of a function at a kink depends on what the function is near it, and on nothing else.</summary>
public class FarAwayLaws
{
    /// <summary>
    /// A kink at each element, of one slope on each side and a little curvature, as far as a radius; beyond it another function. The rule
    /// may be wrong on one side.
    /// </summary>
    sealed record Trial(Tensor Kinks, double Left, double Right, double LeftError, double RightError, double Share, string Far)
    {
        public GradientCheckReport Check(bool isFarOther, GradientCheckOptions options)
        {
            // In terms of an element's size, or of 1 for an element that is 0.
            var radius = isFarOther ? Share * Where(Equal(Kinks, 0), 1 + 0 * Kinks, Abs(Kinks)) : Tensor.Full(Kinks.Shape, 1e6);
            var kinked = new Handwritten(
                x => Value(Distance(x[0]), radius.As(x[0].ElementType)),
                (x, _, _, g) => g * Slope(Distance(x[0]), radius.As(x[0].ElementType)),
                (x, _, tangents) => tangents[0]! * Slope(Distance(x[0]), radius.As(x[0].ElementType)));
            return GradientCheck.Run(kinked, [Kinks], options);
        }

        Tensor Distance(Tensor x) => x - Kinks.As(x.ElementType);

        Tensor Value(Tensor d, Tensor radius) =>
            Where(Less(Abs(d), radius), Where(Greater(d, 0), Right * d, Left * d) + 0.1 * Square(d), Other(d));

        Tensor Slope(Tensor d, Tensor radius) => Where(
            Less(Abs(d), radius), Where(Greater(d, 0), 0 * d + (Right + RightError), 0 * d + (Left + LeftError)) + 0.2 * d, OtherSlope(d));

        Tensor Other(Tensor d) => Far switch { "nothing" => d * double.NaN, "steep" => 100 * d, _ => d + 5 };

        Tensor OtherSlope(Tensor d) => 0 * d + (Far switch { "nothing" => double.NaN, "steep" => 100, _ => 1 });
    }

    [Law(40)]
    public void WhatAFunctionIsFarAwayChangesNothing(Draw draw)
    {
        var trial = draw.Of(RandomTrial);
        var options = new GradientCheckOptions { Order = draw.Whole(1, 2), Seed = (ulong)draw.Whole(1, 1_000_000) };
        var (near, far) = (trial.Check(isFarOther: false, options), trial.Check(isFarOther: true, options));
        Assert.Equal(trial.LeftError == 0 && trial.RightError == 0 ? Verdict.Pass : Verdict.Fail, near.Verdict);
        Assert.Equal(near.Verdict, far.Verdict);
        Assert.Equal(near.Comparisons, far.Comparisons);
    }

    // Zeros, and numbers far enough from 0 for the largest step to be a small part of them.
    static Trial RandomTrial(Draw draw)
    {
        var kinks = draw.Values([draw.Whole(1, 7)], Domain.Divisor) * Math.Pow(10, draw.Whole(0, 2));
        int wrong = draw.Whole(-2, 1);
        return new(
            draw.Flag() ? kinks : 0 * kinks, draw.Number(-1, 0), draw.Number(0.5, 1), wrong == 0 ? 0.1 : 0, wrong == 1 ? 0.1 : 0,
            draw.Number(1.0 / 16, 0.5), draw.OneOf("nothing", "steep", "jump"));
    }
}
