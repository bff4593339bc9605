using static System.FormattableString;

namespace Autograd.Data;

/// <summary>
/// The system of Lorenz 1963: <c>dx/dt = σ (y − x)</c>, <c>dy/dt = x (ρ − z) − y</c>, <c>dz/dt = x y − β z</c> with σ = 10, ρ = 28, β =
/// 8/3, integrated by the classical Runge–Kutta method of fourth order.
/// </summary>
public static class Lorenz
{
    const double Sigma = 10, Rho = 28, Beta = 8.0 / 3;

    /// <summary>Makes a series.</summary>
    /// <param name="count">How many samples; at least 1.</param>
    /// <param name="key"> Determines the series: it starts at (1, 1, 1) plus a number uniform in [−½, ½) for each coordinate. The motion is
    /// chaotic, so after <paramref name="discard"/> samples different keys give unrelated stretches of it.
    /// </param>
    /// <param name="interval">The time between samples; positive, 0.02 by default.</param>
    /// <param name="discard">How many samples are left out at the start; at least 0.</param>
    /// <param name="stepsPerSample">Number of integration steps between samples; at least 1.</param>
    /// <param name="cancellation">Stops before the next step.</param>
    /// <returns>The samples, <c>[count, 3]</c>: x, y and z.</returns>
    /// <exception cref="ArgumentOutOfRangeException"> An argument is outside its range, or steps are so long that the orbit diverges.
    /// </exception>
    public static double[,] Generate(int count, RandomKey key, double interval = 0.02, int discard = 1000, int stepsPerSample = 4,
        CancellationToken cancellation = default)
    {
        Require.AtLeast("Lorenz", nameof(count), count, 1);
        Require.Positive("Lorenz", nameof(interval), interval);
        Require.AtLeast("Lorenz", nameof(discard), discard, 0);
        Require.AtLeast("Lorenz", nameof(stepsPerSample), stepsPerSample, 1);
        var start = key.For("Lorenz");
        var point = new Point(0.5 + start.Uniform(0), 0.5 + start.Uniform(1), 0.5 + start.Uniform(2));
        Require.Length("Lorenz", nameof(count), 3.0 * count);
        var samples = new double[count, 3];
        for (int i = -discard; i < count; i++)
        {
            for (int step = 0; step < stepsPerSample && !cancellation.IsCancellationRequested; step++)
                point = point.After(interval / stepsPerSample);
            cancellation.ThrowIfCancellationRequested();
            if (!point.IsFinite)
                throw new ArgumentOutOfRangeException(
                    nameof(interval), interval,
                    Invariant($"Lorenz: steps of {interval} / {stepsPerSample} are too long; the orbit left for infinity."));
            if (i >= 0) (samples[i, 0], samples[i, 1], samples[i, 2]) = (point.X, point.Y, point.Z);
        }
        return samples;
    }

    readonly record struct Point(double X, double Y, double Z)
    {
        public Point After(double h)
        {
            Point k1 = Slope(), k2 = Along(k1, h / 2).Slope(), k3 = Along(k2, h / 2).Slope(), k4 = Along(k3, h).Slope();
            return Along(k1, h / 6).Along(k2, h / 3).Along(k3, h / 3).Along(k4, h / 6);
        }

        public bool IsFinite => double.IsFinite(X + Y + Z);

        Point Slope() => new(Sigma * (Y - X), X * (Rho - Z) - Y, X * Y - Beta * Z);

        Point Along(Point slope, double h) => new(X + h * slope.X, Y + h * slope.Y, Z + h * slope.Z);
    }
}
