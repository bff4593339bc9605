namespace Autograd.Data;

/// <summary>
/// NARMA-10, the nonlinear autoregressive moving average of order 10 (Atiya and Parlos 2000): a system with memory, to be identified from
/// its input and output, <c>y(t+1) = 0.3 y(t) + 0.05 y(t) Σ_{i=0…9} y(t − i) + 1.5 u(t − 9) u(t) + 0.1</c>, u independent and uniform in
/// [0, 0.5), and y = u = 0 before the start.
/// </summary>
/// <remarks>
/// Other programs use other sums, orders and coefficients under the same name; errors are comparable only for the same definition. For rare
/// inputs, the recursion can diverge: when |y| exceeds 1, the whole series is drawn again, with the next of a sequence of keys.
/// </remarks>
public static class Narma10
{
    /// <summary>How far back the system sees.</summary>
    public const int Order = 10;

    const double Runaway = 1;

    /// <summary>Makes a series.</summary>
    /// <param name="count">How many steps; at least 1.</param>
    /// <param name="key">Determines the inputs.</param>
    /// <param name="discard">How many steps are left out at the start, while y rises from 0; at least 0.</param>
    /// <param name="cancellation">Stops between attempts.</param>
    /// <returns>
    /// Inputs u(t) and targets y(t + 1) of the same steps: a target depends on the input of its step and on the nine before it. Both have
    /// <paramref name="count"/> numbers.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1 or <paramref name="discard"/> is
    /// negative.</exception>
    public static (double[] Inputs, double[] Targets) Generate(
        int count, RandomKey key, int discard = 100, CancellationToken cancellation = default)
    {
        Require.AtLeast("Narma10", nameof(count), count, 1);
        Require.AtLeast("Narma10", nameof(discard), discard, 0);
        int length = Require.Length(nameof(Narma10), "count + discard", 1.0 + count + discard) - 1;
        var u = new double[length];
        for (int attempt = 0; ; attempt++)
        {
            cancellation.ThrowIfCancellationRequested();
            var draw = key.For($"NARMA-10, attempt {attempt}");
            for (int t = 0; t < length; t++) u[t] = 0.5 * draw.Uniform((uint)t);
            double[] y = Response(u);
            if (Array.TrueForAll(y, value => Math.Abs(value) <= Runaway)) return (u[discard..], y[discard..]);
        }
    }

    /// <summary>The output for any input: y(t + 1) at index t, by the definition, however large it grows.</summary>
    /// <param name="inputs">u(0), u(1), …</param>
    /// <returns>y(1), y(2), …; as many as inputs.</returns>
    public static double[] Response(ReadOnlySpan<double> inputs)
    {
        var y = new double[inputs.Length + 1];
        for (int t = 0; t < inputs.Length; t++)
        {
            double sum = 0;
            for (int i = 0; i < Order && i <= t; i++) sum += y[t - i];
            double oldest = t >= Order - 1 ? inputs[t - (Order - 1)] : 0;
            y[t + 1] = 0.3 * y[t] + 0.05 * y[t] * sum + 1.5 * oldest * inputs[t] + 0.1;
        }
        return y[1..];
    }
}
