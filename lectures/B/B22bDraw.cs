using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Drawing an image glimpse by glimpse.</summary>
public sealed class B22bDraw : Demonstration
{
    const int Size = 12, Batch = 32, Tested = 200;

    /// <inheritdoc/>
    public override string Id => "B22b";

    /// <inheritdoc/>
    public override string Title => "DRAW: reading and writing an image in glimpses";

    /// <inheritdoc/>
    public override string Claim =>
        "A recurrent encoder and decoder with read and write attention (Gregor et al. 2015) draw an image in steps: from blurry to " +
            "sharp, the attention " +
        "moving like brush strokes. Here: images of two squares at random places; the loss falls with the number of glimpses.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Of<Func<Tensor, Tensor, Tensor>>("canvas", "a stroke wipes out those before it", _ => (canvas,
        stroke) => stroke + 0 * canvas);

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        int[] glimpses = report.Quick ? [1, 4] : [1, 2, 4, 8];
        int seeds = report.Quick ? 1 : Math.Min(3, report.Seeds);
        var chart = new Chart("Learning to draw", "update", "bound, nats per image");
        var rows = new List<string[]>();
        var losses = new Dictionary<int, double>();
        var (first, last, touched) = (0.0, 0.0, 0.0);
        foreach (int steps in glimpses)
        {
            var found = new List<double>();
            for (int seed = 0; seed < seeds; seed++)
            {
                var key = report.Key(seed);
                var net = new DrawNet(report, Size, steps, key);
                double[] curve = net.Fit(report, $"{steps} glimpses, seed {seed}", report.Quick ? 500 : 1500, 1e-2, update =>
                    net.Run(Images(key.For("train").At(update), Batch), key.For("z").At(update)).Loss);
                if (seed == 0) chart.Learning($"{steps} glimpses", curve);
                var images = Images(key.For("test"), Tested);
                var drawn = net.Run(images, key.For("z"));
                found.Add(drawn.Loss.ToScalar());
                if (steps != glimpses[^1]) continue;
                double[] sharp = [.. drawn.Canvases.Select(canvas => Mean(2 * Abs(Sigmoid(canvas) - 0.5)).ToScalar())];
                (first, last) = (first + sharp[0] / seeds, last + sharp[^1] / seeds);
                touched += drawn.Canvases.Skip(1).Zip(drawn.Canvases, Touched).Average() / seeds;
                if (seed == 0) Show(report, images, drawn.Canvases);
            }
            losses[steps] = found.Average();
            rows.Add([$"{steps}", .. found.Select(Numbers.Short)]);
        }
        report.Table(["glimpses", .. Enumerable.Range(0, seeds).Select(seed => $"bound on new images, nats, seed {seed}")], rows);
        report.Chart(chart);
        double rises = glimpses.Zip(glimpses.Skip(1)).Max(pair => losses[pair.Second] / losses[pair.First]);
        report.Claim("loss with more glimpses over that with fewer, largest of neighbours", rises, "below 1: it falls", rises < 1);
        report.Measure("loss with the most over that with one", losses[glimpses[^1]] / losses[1], "at most 0.9",
            losses[glimpses[^1]] <= 0.9 * losses[1]);
        report.Measure("how sure the canvas is, |2p − 1| in the mean, after the last glimpse minus after the first", last - first,
            "above 0.1: from blurry to sharp", last - first > 0.1);
        report.Claim("share of the points that a glimpse changes by a tenth or more of its largest change", touched,
            "at most 0.5: brush strokes", touched <= 0.5);
    }

    // Two squares of four points, grey outside 0.
    static Tensor Images(RandomKey key, int count)
    {
        const int Square = 4;
        var x = new float[count, Size, Size];
        for (int row = 0; row < count; row++)
            for (uint square = 0; square < 2; square++)
            {
                int top = key.At(row).Whole(2 * square, Size - Square + 1), left = key.At(row).Whole(2 * square + 1, Size - Square + 1);
                for (int i = 0; i < Square * Square; i++) x[row, top + i / Square, left + i % Square] = 1;
            }
        return Tensor.From(x);
    }

    static double Touched(Tensor after, Tensor before)
    {
        var change = Abs(after - before);
        return Mean(GreaterOrEqual(change, 0.1 * Max(change, 1, 2).Reshape(-1, 1, 1))).ToScalar();
    }

    static void Show(Report report, Tensor images, IReadOnlyList<Tensor> canvases)
    {
        const int Shown = 4;
        var heat = new double[Shown * (Size + 1), (canvases.Count + 1) * (Size + 1)];
        for (int column = 0; column <= canvases.Count; column++)
        {
            double[] points = (column == canvases.Count ? images : Sigmoid(canvases[column]))[..Shown].ToDoubles();
            for (int i = 0; i < points.Length; i++)
                heat[(Shown - 1 - i / (Size * Size)) * (Size + 1) + Size - 1 - i / Size % Size, column * (Size + 1) + i % Size] = points[i];
        }
        report.Chart(new Chart("The canvas after each glimpse, four images; in the last column the image itself", "", "").Heat(heat));
    }
}
