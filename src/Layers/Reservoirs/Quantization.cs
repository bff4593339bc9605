using System.Numerics.Tensors;

namespace Autograd.Layers;

/// <summary>Codebooks by the means of clusters (Lloyd 1982), begun as by Arthur and Vassilvitskii 2007.</summary>
static class Quantization
{
    const int MostPasses = 50;

    public static double[] Means(ReadOnlySpan<double> points, int dimensions, int count, RandomKey key, CancellationToken cancellation)
    {
        double[] means = Spread(points, dimensions, count, key);
        int[] cells = new int[points.Length / dimensions];
        Array.Fill(cells, -1);
        for (int pass = 0; pass < MostPasses; pass++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!Assign(points, dimensions, means, cells)) break;
            Update(points, dimensions, means, cells);
        }
        return means;
    }

    /// <summary>The number of the nearest codebook vector; the first of equals.</summary>
    public static int Nearest(ReadOnlySpan<double> codebook, ReadOnlySpan<double> point)
    {
        int best = 0, dimensions = point.Length;
        double least = double.PositiveInfinity;
        for (int i = 0; i * dimensions < codebook.Length; i++)
        {
            double distance = SquaredDistance(codebook.Slice(i * dimensions, dimensions), point);
            if (distance < least) (best, least) = (i, distance);
        }
        return best;
    }

    // Each next vector is a point, drawn with a probability that grows with its squared distance from those there are.
    static double[] Spread(ReadOnlySpan<double> points, int dimensions, int count, RandomKey key)
    {
        int n = points.Length / dimensions;
        var means = new double[count * dimensions];
        var distances = new double[n];
        Array.Fill(distances, 1);
        for (int i = 0; i < count; i++)
        {
            int chosen = Draw(distances, key.Uniform((uint)i));
            var mean = points.Slice(chosen * dimensions, dimensions);
            mean.CopyTo(means.AsSpan(i * dimensions));
            for (int p = 0; p < n; p++)
            {
                double distance = SquaredDistance(mean, points.Slice(p * dimensions, dimensions));
                distances[p] = i == 0 ? distance : Math.Min(distances[p], distance);
            }
        }
        return means;
    }

    static int Draw(double[] weights, double uniform)
    {
        double left = uniform * LaneSum.Of<double>(weights);
        for (int i = 0; i < weights.Length; i++)
        {
            left -= weights[i];
            if (left < 0) return i;
        }
        return weights.Length - 1;
    }

    static bool Assign(ReadOnlySpan<double> points, int dimensions, double[] means, int[] cells)
    {
        bool changed = false;
        for (int p = 0; p < cells.Length; p++)
        {
            int cell = Nearest(means, points.Slice(p * dimensions, dimensions));
            changed |= cells[p] != cell;
            cells[p] = cell;
        }
        return changed;
    }

    // A vector without points stays where it is.
    static void Update(ReadOnlySpan<double> points, int dimensions, double[] means, int[] cells)
    {
        var sums = new double[means.Length];
        var counts = new int[means.Length / dimensions];
        for (int p = 0; p < cells.Length; p++)
        {
            var sum = sums.AsSpan(cells[p] * dimensions, dimensions);
            TensorPrimitives.Add(sum, points.Slice(p * dimensions, dimensions), sum);
            counts[cells[p]]++;
        }
        for (int i = 0; i < means.Length; i++)
            if (counts[i / dimensions] > 0)
                means[i] = sums[i] / counts[i / dimensions];
    }

    static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }
}
