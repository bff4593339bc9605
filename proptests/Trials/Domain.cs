namespace Autograd.PropertyTests;

/// <summary>Where random elements come from. Smooth functions are checked anywhere, others away from their kinks and poles.</summary>
readonly record struct Domain(Func<Random, double> Next)
{
    const double Margin = 0.05;

    public static Domain Any { get; } = Between(-2, 2);

    public static Domain Positive { get; } = Between(0.3, 2);

    public static Domain Fraction { get; } = Between(0.1, 0.9);

    public static Domain NotZero { get; } = AwayFrom(0);

    public static Domain Between(double low, double high) => new(random => low + (high - low) * random.NextDouble());

    /// <summary>Of magnitude 0.4 to 2: for quotients, whose derivatives grow with powers of the reciprocal.</summary>
    public static Domain Divisor { get; } = new(random => (0.4 + 1.6 * random.NextDouble()) * (random.Next(2) == 0 ? -1 : 1));

    public static Domain AwayFrom(params double[] points) => new(random =>
    {
        while (true)
        {
            double x = -2 + 4 * random.NextDouble();
            if (Array.TrueForAll(points, point => Math.Abs(x - point) > Margin)) return x;
        }
    });
}
