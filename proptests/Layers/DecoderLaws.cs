using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>What a decoder asks of the functions that it is made of.</summary>
public class DecoderLaws
{
    [Law(30)]
    public void AnEmbeddingHasARowForEachSymbol(Draw draw)
    {
        var (count, shape) = draw.Of(draw =>
        {
            int count = draw.Whole(1, 5), rows = draw.Whole(1, 6);
            return (count, draw.OneOf<int[]>([], [rows], [rows, count], [rows, 3], [count], [count, rows]));
        });
        var decoder = new Decoder<Tensor>(
            new RnnCell(3, 4, new RandomKey(1)), _ => Tensor.Zeros(Shape.Create(shape)), new Linear(4, 2, new RandomKey(2)).Forward);
        var error = Record.Exception(() => decoder.Read([.. Enumerable.Repeat((int[])[0, 1], count)]));
        bool isRefused = error is ShapeException && error.Message.StartsWith(
            $"Decoder: {count} symbols were embedded as {Shape.Create(shape)};", StringComparison.Ordinal);
        Assert.Equal(shape.Length == 0 || shape[0] != count, isRefused);
    }
}
