namespace Autograd.Optimizers;

/// <summary>The elements of parameters as one vector, with the best one so far.</summary>
sealed class SearchSpace
{
    readonly string search;
    readonly Parameter[] parameters;
    readonly Func<double> cost;
    double[] best;

    public SearchSpace(string search, IReadOnlyList<Parameter> parameters, Func<double> cost)
    {
        ArgumentNullException.ThrowIfNull(cost);
        this.search = search;
        this.parameters = [.. parameters];
        this.cost = cost;
        best = Read();
    }

    public int Count => best.Length;

    public int Evaluations { get; private set; }

    public double BestCost { get; private set; } = double.PositiveInfinity;

    public static Parameter[] Checked(string search, IReadOnlyList<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Count == 0) throw new ArgumentException($"{search}: no parameters were given.", nameof(parameters));
        if (parameters.Any(parameter => parameter is null))
            throw new ArgumentException($"{search}: a parameter is null.", nameof(parameters));
        if (parameters.DistinctBy(parameter => parameter.Name).Count() != parameters.Count)
            throw new ArgumentException(
                $"{search}: two parameters have the same name; the result could not tell them apart.", nameof(parameters));
        return [.. parameters];
    }

    /// <summary>The present values of the parameters.</summary>
    public double[] Read() => Read(parameters);

    /// <summary>The present values of some parameters, one after the other.</summary>
    public static double[] Read(Parameter[] parameters) => [.. parameters.SelectMany(parameter => parameter.ToDoubles())];

    /// <summary>The cost at a point; NaN counts as infinite.</summary>
    public double CostOf(double[] point)
    {
        Write(parameters, point);
        double value = cost();
        Evaluations++;
        if (double.IsNaN(value)) value = double.PositiveInfinity;
        if (value >= BestCost) return value;
        BestCost = value;
        best = (double[])point.Clone();
        return value;
    }

    /// <summary>Puts the best values into the parameters.</summary>
    public SearchResult Finish(int rounds, bool wasCancelled)
    {
        Write(parameters, best);
        var values = parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Detach());
        return new SearchResult(BestCost, rounds, Evaluations, wasCancelled, values);
    }

    public override string ToString() => $"{search} over {Count} numbers";

    /// <summary>Puts values into some parameters.</summary>
    public static void Write(Parameter[] parameters, double[] point)
    {
        int used = 0;
        foreach (var parameter in parameters)
        {
            var part = point.AsMemory(used, parameter.ElementCount);
            if (parameter.ElementType == ElementType.Float64) parameter.Change<double>(values => part.Span.CopyTo(values));
            else parameter.Change<float>(values => Narrow(part.Span, values));
            used += parameter.ElementCount;
        }
    }

    static void Narrow(ReadOnlySpan<double> source, Span<float> target)
    {
        for (int i = 0; i < source.Length; i++) target[i] = (float)source[i];
    }
}
