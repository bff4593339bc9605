using System.Globalization;
using System.Xml.Linq;
using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>Post-mortems of computations whose sizes are known.</summary>
public class PostMortemLaws
{
    const int Trials = 40;

    // Places are written to a tenth of a pixel.
    const double HalfStep = 0.05;

    /// <summary>
    /// What explodes or vanishes does so by factors: on the page, sizes that are multiplied at every step lie on a straight line from the
    /// first step to the last, and every number is that of its step.
    /// </summary>
    [Law(Trials)]
    public void SizesThatGrowByAFactorLieOnAStraightLine(Draw draw)
    {
        var (weight, steps) = draw.Of(draw => (
            (draw.Flag() ? 1 : -1) * (draw.Flag() ? draw.Number(1.5, 10) : draw.Number(0.1, 0.6)), draw.Whole(3, 9)));
        var cell = new Multiplication(weight);
        var x = Tensor.From([.. Enumerable.Range(0, steps).Select(t => t == 0 ? 1f : 0)], [steps, 1, 1]);
        var page = PostMortem.Of(() => Functions.Sum(Recurrent.Over(cell).Forward(x)[^1]), cell.Parameters).ToHtml();
        double[][] places = Line(Assert.Single(Pictures(page)));
        Assert.Equal(steps, places.Length);
        // Each step is one number from the one before; three places are involved in a difference of differences, the middle one twice.
        foreach (int axis in (int[])[0, 1])
            for (int t = 2; t < steps; t++)
                Assert.Equal(0, places[t][axis] - 2 * places[t - 1][axis] + places[t - 2][axis], 4 * HalfStep + Near.Rounding(1000));
        Assert.True(places[0][0] < places[^1][0]);
        // Larger is higher, and height is counted downwards.
        Assert.Equal(Math.Abs(weight) > 1, places[^1][1] < places[0][1] - steps * HalfStep);
    }

    /// <summary>Where what each path gives may pass, but not the sum of them, the sum in the backward pass is to blame.</summary>
    [Law(Trials)]
    public void ASumOfCotangentsIsToBlameWhereNoneOfThemIs(Draw draw)
    {
        var (paths, factor, share) = draw.Of(draw => (draw.Whole(2, 6), draw.Number(1, 100), draw.Number(0.55, 0.95)));
        var x = new Parameter("x", Tensor.From([0.1, 0.2]));
        // Up to the last path the sum is below the limit.
        double limit = factor * (paths - 1 + share);
        var report = PostMortem.Of(
            () =>
            {
                var middle = Functions.Tanh(x);
                return Enumerable.Range(0, paths).Select(_ => Functions.Sum(factor * middle)).Aggregate((sum, next) => sum + next);
            },
            [x], limit);
        Assert.NotNull(report.First);
        Assert.True(report.First.IsBackward);
        Assert.Contains("sum of what arrives at Tanh", report.First.Operation, StringComparison.Ordinal);
        Assert.Equal(factor * paths, report.First.Value, Near.Rounding(paths) * factor * paths);
    }

    static IEnumerable<XDocument> Pictures(string page)
    {
        const string End = "</svg>";
        for (int from = 0; (from = page.IndexOf("<svg", from, StringComparison.Ordinal)) >= 0;)
        {
            int to = page.IndexOf(End, from, StringComparison.Ordinal) + End.Length;
            yield return XDocument.Parse(page[from..to]);
            from = to;
        }
    }

    // The first line is that of the values, the second that of the gradients.
    static double[][] Line(XDocument svg) =>
        [.. svg.Descendants().First(element => element.Name.LocalName == "path" && element.Attribute("fill")?.Value == "none")
            .Attribute("d")!.Value.Split(['M', 'L'], StringSplitOptions.RemoveEmptyEntries)
            .Select(place => place.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray())];

    sealed class Multiplication : Cell<Tensor>
    {
        readonly Parameter W;

        public Multiplication(double weight) : base(new RandomKey(1), 1)
        {
            Weight(out W, 1, 1);
            W.Assign(Tensor.From([(float)weight], [1, 1]));
        }

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor h)
        {
            var next = Functions.MatMul(h, W) + x;
            return (next, next);
        }
    }
}
