namespace Autograd.Optimizers;

/// <summary>
/// A random walk at a falling temperature (Kirkpatrick, Gelatt and Vecchi 1983), for costs without a usable gradient: each step changes
/// some numbers at random. A better state is kept; one that is worse by d is kept with probability exp(−d/temperature). The temperature
/// falls by the same factor at every step. The result is a function of the key.
/// </summary>
public sealed class SimulatedAnnealing
{
    const string Name = nameof(SimulatedAnnealing);

    readonly Parameter[] parameters;
    readonly RandomKey key;

    /// <summary>Prepares a search over parameters with different names.</summary>
    /// <param name="parameters">What is searched over.</param>
    /// <param name="key">The source of random numbers.</param>
    /// <exception cref="ArgumentException">There are no parameters, one is null, or two have the same name.</exception>
    public SimulatedAnnealing(IReadOnlyList<Parameter> parameters, RandomKey key)
    {
        this.parameters = SearchSpace.Checked(Name, parameters);
        this.key = key;
    }

    /// <summary>Temperature at the first step, in units of the cost, positive; 1 by default.</summary>
    public double InitialTemperature { get; init => field = Require.Positive(Name, nameof(InitialTemperature), value); } = 1;

    /// <summary>Temperature at the last step, positive; 0.001 by default.</summary>
    public double FinalTemperature { get; init => field = Require.Positive(Name, nameof(FinalTemperature), value); } = 1e-3;

    /// <summary>Probability that a number is changed in a step, above 0 and at most 1; 0.1 by default. At least one is changed.</summary>
    public double ChangeRate { get; init => field = Require.Share(Name, nameof(ChangeRate), value); } = 0.1;

    /// <summary>
    /// Standard deviation of the normal number added to one that is changed, positive; 0.3 by default. It shrinks with the square root of
    /// the temperature.
    /// </summary>
    public double ChangeSize { get; init => field = Require.Positive(Name, nameof(ChangeSize), value); } = 0.3;

    /// <summary>
    /// Searches from the present values of the parameters. Afterwards, even if it is cancelled or the cost throws, they hold the best
    /// values so far.
    /// </summary>
    /// <param name="cost">Computes the quantity to be minimised, from the current values of the parameters. NaN counts as +∞.</param>
    /// <param name="steps">Number of steps, at least 0.</param>
    /// <param name="progress">Receives a report after each step.</param>
    /// <param name="cancellation">Ends the search before the next step; the result says so, and nothing is thrown.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is negative.</exception>
    public SearchResult Minimize(
        Func<double> cost, int steps, IProgress<SearchProgress>? progress = null, CancellationToken cancellation = default)
    {
        Require.AtLeast(Name, nameof(steps), steps, 0);
        var space = new SearchSpace(Name, parameters, cost);
        int done = 0;
        try
        {
            var point = space.Read();
            double height = space.CostOf(point);
            for (; done < steps && !cancellation.IsCancellationRequested; done++)
            {
                double temperature = Temperature(done, steps);
                var draws = new Draws(key.For("step").At(done));
                var candidate = Neighbour(point, Math.Sqrt(temperature / InitialTemperature), draws);
                double reached = space.CostOf(candidate);
                if (IsAccepted(reached - height, temperature, draws)) (point, height) = (candidate, reached);
                progress?.Report(new(done + 1, steps, space.Evaluations, space.BestCost, height));
            }
        }
        finally
        {
            space.Finish(0, true);
        }
        return space.Finish(done, done < steps);
    }

    /// <summary>The temperature at a step: from the initial one to the final one by equal factors.</summary>
    internal double Temperature(int step, int steps) =>
        InitialTemperature * Elementary.Pow(FinalTemperature / InitialTemperature, steps > 1 ? (double)step / (steps - 1) : 0);

    // Anything is at least as good as an infinite cost; the difference of two infinities is NaN, and is accepted too.
    static bool IsAccepted(double rise, double temperature, Draws draws) =>
        !(rise > 0) || draws.Uniform() < Elementary.Exp(-rise / temperature);

    double[] Neighbour(double[] point, double scale, Draws draws)
    {
        var next = (double[])point.Clone();
        int certain = draws.Whole(next.Length);
        for (int i = 0; i < next.Length; i++)
            if (draws.Uniform() < ChangeRate || i == certain)
                next[i] += scale * ChangeSize * draws.Normal();
        return next;
    }
}
