using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

/// <summary>Compares an optimizer with its published equations, written for one number, on gradients that are given.</summary>
static class Published
{
    const int Steps = 40, Length = 7;

    /// <summary>
    /// Steps along random gradients. <paramref name="equations"/> makes, for each element, a function of the number of the step from 1, the
    /// value and the gradient, that gives the next value and keeps the element's state. Each step may err by some roundings of what was
    /// moved so far.
    /// </summary>
    internal static void Follow(Func<IReadOnlyList<Parameter>, Optimizer> create, Func<Func<int, double, double, double>> equations)
    {
        var parameter = new Parameter("p", new RandomKey(11).Normal([Length], type: ElementType.Float64));
        double[] expected = parameter.ToDoubles(), path = [.. expected.Select(Math.Abs)];
        var elements = Array.ConvertAll(expected, _ => equations());
        var optimizer = create([parameter]);
        for (int step = 1; step <= Steps; step++)
        {
            var gradient = new RandomKey(12, (uint)step).Normal([Length], type: ElementType.Float64);
            optimizer.Step([gradient]);
            double[] given = gradient.ToDoubles(), actual = parameter.ToDoubles();
            for (int i = 0; i < Length; i++)
            {
                double next = elements[i](step, expected[i], given[i]);
                path[i] += Math.Abs(next - expected[i]);
                expected[i] = next;
                Assert.Equal(next, actual[i], 32 * Math.Pow(2, -52) * step * path[i]);
            }
        }
    }
}
