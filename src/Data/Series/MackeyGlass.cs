using static System.FormattableString;

namespace Autograd.Data;

/// <summary>
/// The delay equation of Mackey and Glass 1977, <c>dy/dt = α y(t − τ) / (1 + y(t − τ)^β) − γ y(t)</c> with α = 0.2, β = 10, γ = 0.1:
/// chaotic for τ = 17, more so for τ = 30.
/// </summary>
/// <remarks>
/// Integrated by the classical Runge–Kutta method of fourth order. The delayed value between two stored ones, which the method needs in the
/// middle of a step, comes from the cubic through both values and slopes, so the method remains of fourth order. Sampled once per unit of
/// time. Many published numbers come from Euler's method with a step of 0.1 (Jaeger 2001): the same attractor up to a small shift, not the
/// same series. Echo state networks are usually given tanh(y − 1).
/// </remarks>
public static class MackeyGlass
{
    const double Alpha = 0.2, Beta = 10, Gamma = 0.1, HistoryMean = 1.2, HistoryRange = 0.2;

    /// <summary>Makes a series.</summary>
    /// <param name="count">How many samples; at least 1.</param>
    /// <param name="key"> Determines the series: before time 0, y is constant, uniform in [1.1, 1.3). The motion is chaotic, so after
    /// <paramref name="discard"/> samples different keys give unrelated stretches of it.
    /// </param>
    /// <param name="tau">The delay τ, in units of time; positive.</param>
    /// <param name="discard">How many samples are left out at the start, while the motion settles on its attractor; at least 0.</param>
    /// <param name="stepsPerSample">Integration steps per unit of time; τ must be a whole number of them, at least one.</param>
    /// <param name="cancellation">Stops before the next step.</param>
    /// <returns>The samples y(discard + 1), y(discard + 2), …</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <exception cref="ArgumentException">τ is not a whole number of integration steps.</exception>
    public static double[] Generate(int count, RandomKey key, double tau = 17, int discard = 1000, int stepsPerSample = 10,
        CancellationToken cancellation = default)
    {
        Require.AtLeast("MackeyGlass", nameof(count), count, 1);
        Require.Positive("MackeyGlass", nameof(tau), tau);
        Require.AtLeast("MackeyGlass", nameof(discard), discard, 0);
        Require.AtLeast("MackeyGlass", nameof(stepsPerSample), stepsPerSample, 1);
        double start = HistoryMean + HistoryRange * (key.For("Mackey-Glass").Uniform(0) - 0.5);
        var integration = new Integration(start, DelaySteps(tau, stepsPerSample), 1.0 / stepsPerSample);
        Require.Length(nameof(MackeyGlass), nameof(count), count);
        var samples = new double[count];
        for (int i = -discard; i < count; i++)
        {
            for (int step = 0; step < stepsPerSample && !cancellation.IsCancellationRequested; step++) integration.Step();
            cancellation.ThrowIfCancellationRequested();
            if (i >= 0) samples[i] = integration.Value;
        }
        return samples;
    }

    static int DelaySteps(double tau, int stepsPerSample)
    {
        double steps = tau * stepsPerSample;
        if (Math.Abs(steps - Math.Round(steps)) > 1e-9 * steps || steps < 1)
            throw new ArgumentException(
                Invariant($"MackeyGlass: tau {tau} is {steps} integration steps of 1/{stepsPerSample}; ")
                + "a whole number of them, at least 1, is needed.", nameof(tau));
        return Require.Length(nameof(MackeyGlass), "tau / step + 1", Math.Round(steps) + 1) - 1;
    }

    static double Slope(double y, double delayed) => Alpha * delayed / (1 + Elementary.Pow(delayed, Beta)) - Gamma * y;

    /// <summary>The values of the last τ, one for each step, and those in the middle of each step; both in a ring.</summary>
    sealed class Integration
    {
        readonly double[] values, middles;
        readonly double h;
        int step;

        public Integration(double start, int delay, double h)
        {
            this.h = h;
            values = new double[delay + 1];
            middles = new double[delay];
            Array.Fill(values, start);
            Array.Fill(middles, start);
            Value = start;
        }

        public double Value { get; private set; }

        public void Step()
        {
            int now = step % values.Length, interval = step % middles.Length;
            double y = Value, early = values[now], middle = middles[interval], late = values[(now + 1) % values.Length];
            double k1 = Slope(y, early), k2 = Slope(y + h / 2 * k1, middle), k3 = Slope(y + h / 2 * k2, middle),
                k4 = Slope(y + h * k3, late);
            Value = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
            values[now] = Value;
            // The delayed value at the end of this step opens the next one.
            middles[interval] = (y + Value) / 2 + h / 8 * (k1 - Slope(Value, late));
            step++;
        }
    }
}
