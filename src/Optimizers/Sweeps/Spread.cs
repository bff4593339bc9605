namespace Autograd.Optimizers;

/// <summary>Means and their intervals.</summary>
static class Spread
{
    /// <summary>The mean, and half the width of its 95 % interval; null below two values.</summary>
    public static (double Mean, double? HalfWidth) Of(double[] values)
    {
        if (values.Length == 0) return (double.NaN, null);
        double mean = values.Average();
        if (values.Length == 1) return (mean, null);
        double variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1);
        return (mean, StudentQuantile(values.Length - 1) * Math.Sqrt(variance / values.Length));
    }

    /// <summary>The t beyond which 5 % of Student's distribution lies, both sides together.</summary>
    public static double StudentQuantile(int degrees)
    {
        // 13 > 12.7, the largest of them, that of one degree.
        double low = 0, high = 13;
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Within(middle, degrees) < 0.95 ? (middle, high) : (low, middle);
        }
        return (low + high) / 2;
    }

    // The share within ±t: finite sums of powers of cos θ, tan θ = t / √n (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4).
    static double Within(double t, int degrees)
    {
        double angle = Math.Atan(t / Math.Sqrt(degrees));
        var (sine, cosine) = Math.SinCos(angle);
        bool isOdd = degrees % 2 == 1;
        double term = isOdd ? cosine : 1, sum = degrees == 1 ? 0 : term;
        for (int k = isOdd ? 3 : 2; k < degrees; k += 2) sum += term *= cosine * cosine * (k - 1) / k;
        return isOdd ? 2 / Math.PI * (angle + sine * sum) : sine * sum;
    }
}
