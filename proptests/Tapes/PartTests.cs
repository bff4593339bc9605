using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>The parts of a tensor taken apart are tensors like any other: operands of deferred products, and sources.</summary>
public class PartTests
{
    [Law(30)]
    public void PartsAreWeightsOfDeferredProducts(Draw draw)
    {
        var trial = draw.Of(Draws);
        var (x, weights, used) = trial;
        double[] Gradient(Func<Tensor, Tensor[]> takeApart)
        {
            using var tape = new Tape();
            tape.Watch(weights);
            var parts = takeApart(weights);
            var result = used.Aggregate(x, (product, i) => Tanh(MatMul(product, parts[i])));
            return tape.Gradients(Sum(result), [weights])[0].ToDoubles();
        }
        var expected = Gradient(all => [.. Enumerable.Range(0, all.Shape[0]).Select(i => all[i])]);
        Near.Equal(expected, Gradient(all => Unstack(all)), Near.Rounding(expected.Select(Math.Abs).Max()), "gradient of the whole");
    }

    [Law(30)]
    public void PartsAreSources(Draw draw)
    {
        var trial = draw.Of(Draws);
        var (x, weights, used) = trial;
        using var tape = new Tape();
        tape.Watch(weights);
        var parts = Unstack(weights);
        var result = Sum(used.Aggregate(x, (product, i) => Tanh(MatMul(product, parts[i]))));
        double[][] alone = Derivatives.Numbers(tape.Gradients(result, parts));
        double[] whole = tape.Gradients(result, [weights])[0].ToDoubles();
        double[][] both = Derivatives.Numbers(tape.Gradients(result, [parts[0], weights, .. parts[1..]]));
        Near.SameBits([whole, whole], [[.. alone.SelectMany(part => part)], both[1]], "gradient of the whole");
        Near.SameBits(alone, [both[0], .. both[2..]], "gradient of a part, asked for with the whole,");
        Near.SameBits(alone, Derivatives.Numbers(tape.Gradients(result, parts)), "gradient of a part, asked for again,");
        Near.SameBits([whole], Derivatives.Numbers(tape.Gradients(result, [weights])), "gradient of the whole, asked for again,");
    }

    static (Tensor X, Tensor Weights, int[] Used) Draws(Draw draw)
    {
        int size = draw.Whole(1, 4), parts = draw.Whole(1, 3);
        return (
            draw.Values([draw.Whole(1, 3), size], Domain.Any), draw.Values([parts, size, size], Domain.Any),
            draw.Indices(draw.Whole(1, 4), parts));
    }
}
