namespace Autograd.Optimizers;

/// <summary>
/// A population-based search (Holland 1975), for costs without a usable gradient: an individual is a set of values of all parameters.
/// Parents are selected by tournaments, children take each number from one of two parents, some numbers are changed at random, and the best
/// individuals survive. The result is a function of the key.
/// <code>
/// var search = new GeneticAlgorithm(model.Parameters, key) { Population = 40 };
/// var found = search.Minimize(() => Loss(model), generations: 100);      // the parameters now hold the best
/// </code>
/// </summary>
public sealed class GeneticAlgorithm
{
    const string Name = nameof(GeneticAlgorithm);

    readonly Parameter[] parameters;
    readonly RandomKey key;

    /// <summary>Prepares a search over parameters with different names.</summary>
    /// <param name="parameters">What is searched over.</param>
    /// <param name="key">The source of random numbers.</param>
    /// <exception cref="ArgumentException">There are no parameters, one is null, or two have the same name.</exception>
    public GeneticAlgorithm(IReadOnlyList<Parameter> parameters, RandomKey key)
    {
        this.parameters = SearchSpace.Checked(Name, parameters);
        this.key = key;
    }

    /// <summary>Number of individuals, at least 2; 50 by default.</summary>
    public int Population { get; init => field = Require.AtLeast(Name, nameof(Population), value, 2); } = 50;

    /// <summary>How many of the best survive unchanged, at least 1 and fewer than the population; 2 by default.</summary>
    public int Elite { get; init => field = Require.AtLeast(Name, nameof(Elite), value, 1); } = 2;

    /// <summary>Individuals in a tournament, at least 1; 3 by default. A larger number favours the best more strongly.</summary>
    public int Tournament { get; init => field = Require.AtLeast(Name, nameof(Tournament), value, 1); } = 3;

    /// <summary>Probability that a child has two parents, from 0 to 1; 0.7 by default.</summary>
    public double Crossover { get; init => field = Probability(nameof(Crossover), value); } = 0.7;

    /// <summary>Probability that a number of a child is changed, from 0 to 1; 0.1 by default.</summary>
    public double MutationRate { get; init => field = Probability(nameof(MutationRate), value); } = 0.1;

    /// <summary>Standard deviation of the normal number added to one that is changed, positive; 0.3 by default.</summary>
    public double MutationSize { get; init => field = Require.Positive(Name, nameof(MutationSize), value); } = 0.3;

    /// <summary>
    /// Standard deviation of the first individuals around the present values of the parameters, positive; 1 by default. One of them has
    /// exactly these values.
    /// </summary>
    public double InitialSpread { get; init => field = Require.Positive(Name, nameof(InitialSpread), value); } = 1;

    /// <summary>Searches. Afterwards, even if it is cancelled or the cost throws, the parameters hold the best values so far.</summary>
    /// <param name="cost">Computes the quantity to be minimised, from the current values of the parameters. NaN counts as +∞.</param>
    /// <param name="generations">Number of generations after the first, at least 0.</param>
    /// <param name="progress">Receives a report after each generation.</param>
    /// <param name="cancellation">Stops the search before the next evaluation; the result says so, and nothing is thrown.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of generations is negative.</exception>
    /// <exception cref="ArgumentException">The elite is not smaller than the population.</exception>
    public SearchResult Minimize(
        Func<double> cost, int generations, IProgress<SearchProgress>? progress = null, CancellationToken cancellation = default)
    {
        Require.AtLeast(Name, nameof(generations), generations, 0);
        if (Elite >= Population)
            throw new ArgumentException($"{Name}: the elite of {Elite} must be smaller than the population of {Population}.");
        var space = new SearchSpace(Name, parameters, cost);
        int done = 0;
        try
        {
            var individuals = First(space.Read());
            for (; done <= generations; done++)
            {
                if (!Judge(space, individuals, cancellation)) break;
                Array.Sort(individuals, (a, b) => a.Cost.CompareTo(b.Cost));
                progress?.Report(new(done, generations, space.Evaluations, space.BestCost, individuals[0].Cost));
                if (done < generations) individuals = Next(individuals, done + 1);
            }
        }
        finally
        {
            space.Finish(0, true);
        }
        return space.Finish(Math.Min(done, generations), done <= generations);
    }

    Individual[] First(double[] values)
    {
        var draws = new Draws(key.For("first"));
        var individuals = new Individual[Population];
        for (int i = 0; i < individuals.Length; i++)
            individuals[i] =
                new Individual([.. values.Select(value => i == 0 ? value : value + InitialSpread * draws.Normal())], double.NaN);
        return individuals;
    }

    // The cost of the survivors is already known.
    static bool Judge(SearchSpace space, Individual[] individuals, CancellationToken cancellation)
    {
        for (int i = 0; i < individuals.Length; i++)
        {
            if (!double.IsNaN(individuals[i].Cost)) continue;
            if (cancellation.IsCancellationRequested) return false;
            individuals[i] = individuals[i] with { Cost = space.CostOf(individuals[i].Values) };
        }
        return true;
    }

    Individual[] Next(Individual[] sorted, int generation)
    {
        var draws = new Draws(key.For("generation").At(generation));
        var next = new Individual[sorted.Length];
        for (int i = 0; i < next.Length; i++) next[i] = i < Elite ? sorted[i] : new Individual(Child(sorted, draws), double.NaN);
        return next;
    }

    double[] Child(Individual[] sorted, Draws draws)
    {
        var mother = Winner(sorted, draws).Values;
        var father = draws.Uniform() < Crossover ? Winner(sorted, draws).Values : mother;
        var child = new double[mother.Length];
        for (int i = 0; i < child.Length; i++)
        {
            child[i] = draws.Uniform() < 0.5 ? mother[i] : father[i];
            if (draws.Uniform() < MutationRate) child[i] += MutationSize * draws.Normal();
        }
        return child;
    }

    // Sorted, so that the lowest number is the best.
    Individual Winner(Individual[] sorted, Draws draws)
    {
        int best = sorted.Length - 1;
        for (int i = 0; i < Tournament; i++) best = Math.Min(best, draws.Whole(sorted.Length));
        return sorted[best];
    }

    static double Probability(string name, double value) => value == 1 ? value : Require.Fraction(Name, name, value);

    readonly record struct Individual(double[] Values, double Cost);
}
