using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>DRAW with Gaussian attention (Gregor, Danihelka, Graves, Rezende and Wierstra 2015, equations 3–8 and 19–28).</summary>
sealed class DrawNet : Layers.Module
{
    const int Window = 5, Code = 6, Hidden = 48;

    readonly int size, steps;
    readonly Cell<LstmState> encoder, decoder;
    readonly Linear reading, writing, stroke, mean, deviation;
    readonly Func<Tensor, Tensor, Tensor> canvasOf;

    public DrawNet(Report report, int size, int steps, RandomKey key)
    {
        (this.size, this.steps) = (size, steps);
        encoder = Part(report.Cell(new LstmCell(2 * Window * Window + Hidden, Hidden, key.For(nameof(encoder)))), nameof(encoder));
        decoder = Part(report.Cell(new LstmCell(Code, Hidden, key.For(nameof(decoder)))), nameof(decoder));
        reading = Part(new Linear(Hidden, 5, key.For(nameof(reading))), nameof(reading));
        writing = Part(new Linear(Hidden, 5, key.For(nameof(writing))), nameof(writing));
        stroke = Part(new Linear(Hidden, Window * Window, key.For(nameof(stroke))), nameof(stroke));
        mean = Part(new Linear(Hidden, Code, key.For(nameof(mean))), nameof(mean));
        deviation = Part(new Linear(Hidden, Code, key.For(nameof(deviation))), nameof(deviation));
        canvasOf = report.Part<Func<Tensor, Tensor, Tensor>>("canvas", (canvas, added) => canvas + added);
    }

    /// <summary>
    /// The bound in nats per image, cross-entropy of the last canvas and the divergences of all codes from a normal one, and the canvas
    /// after
    /// every step, as logits <c>[batch, size, size]</c>.
    /// </summary>
    public (Tensor Loss, IReadOnlyList<Tensor> Canvases) Run(Tensor x, RandomKey key)
    {
        int batch = x.Shape[0];
        var (encoded, decoded) = (encoder.Initial(batch, x.ElementType), decoder.Initial(batch, x.ElementType));
        Tensor canvas = Tensor.Zeros(x.Shape), said = decoded.H, divergence = Tensor.Scalar(0);
        var canvases = new List<Tensor>();
        for (int step = 0; step < steps; step++)
        {
            var look = Filters(reading.Forward(said));
            var seen = Concatenate(1, Read(x, look), Read(x - Sigmoid(canvas), look), said);
            (var h, encoded) = encoder.Step(seen, encoded);
            Tensor mu = mean.Forward(h), log = deviation.Forward(h);
            divergence += 0.5 * Sum(Square(mu) + Exp(2 * log) - 2 * log - 1) / batch;
            (said, decoded) = decoder.Step(mu + Exp(log) * key.For("step").At(step).Normal(mu.Shape), decoded);
            canvas = canvasOf(canvas, Write(stroke.Forward(said), Filters(writing.Forward(said))));
            canvases.Add(canvas);
        }
        return (Sum(Softplus(canvas) - x * canvas) / batch + divergence, canvases);
    }

    // Window × window Gaussians on a grid: centre, distance, width and intensity are said by the decoder.
    (Tensor Y, Tensor X, Tensor Intensity) Filters(Tensor said)
    {
        Tensor Number(int which) => Slice(said, 1, which, 1).Reshape(-1, 1, 1);
        Tensor variance = Exp(Number(2)), distance = (size - 1.0) / (Window - 1) * Exp(Number(3) - 1);
        Tensor Along(Tensor centre)
        {
            var places = Tensor.From(Enumerable.Range(0, size).Select(i => (float)i).ToArray(), [1, 1, size]);
            var grid = Tensor.From(Enumerable.Range(0, Window).Select(i => i - (Window - 1) / 2f).ToArray(), [1, Window, 1]);
            var middle = (size - 1) / 2.0 * (centre + 1) + grid * distance;
            return Softmax(-Square(places - middle) / (2 * variance));
        }
        return (Along(Number(1)), Along(Number(0)), Exp(Number(4)));
    }

    static Tensor Read(Tensor image, (Tensor Y, Tensor X, Tensor Intensity) at) =>
        (at.Intensity * MatMul(MatMul(at.Y, image), at.X, transposeRight: true)).Reshape(image.Shape[0], -1);

    static Tensor Write(Tensor patch, (Tensor Y, Tensor X, Tensor Intensity) at) =>
        MatMul(MatMul(at.Y, patch.Reshape(-1, Window, Window), transposeLeft: true), at.X) / at.Intensity;
}
