namespace Autograd.Layers;

/// <summary>The usual pictures for training recurrent networks, each a <see cref="Chart"/> that can be extended.</summary>
public static class Pictures
{
    /// <summary>The activity of units over a text: time to the right, with the letters below, and units upwards.</summary>
    /// <param name="title">The title.</param>
    /// <param name="values">Values <c>[time, units]</c>, of a <see cref="Gate"/> or of a state, for one sequence.</param>
    /// <param name="text">The letters or words, one per step; null for the numbers of the steps.</param>
    /// <exception cref="ShapeException">The values do not have rank 2.</exception>
    /// <exception cref="ArgumentException">The number of letters differs from the number of steps.</exception>
    public static Chart OverText(string title, Tensor values, IReadOnlyList<string>? text = null)
    {
        double[,] grid = Grid(nameof(OverText), values);
        if (text is not null && text.Count != values.Shape[0])
            throw new ArgumentException(
                FormattableString.Invariant($"OverText: there are {text.Count} letters for the {values.Shape[0]} steps of {values.Shape}."),
                nameof(text));
        // What is not seen of a letter would be a gap in the text.
        string[]? letters = text is null ? null : [.. text.Select(Visible)];
        return new Chart(title, letters is null ? "time step" : "text", "unit") { XNames = letters }.Heat(grid);
    }

    /// <summary>Gradients by layer and time, on a logarithmic colour scale; those that have vanished entirely are grey.</summary>
    /// <param name="title">The title.</param>
    /// <param name="norms">Norms, one row per layer or state with one number per step, as <see cref="GradientFlow"/> returns them.</param>
    /// <param name="layers">The names of the rows; null for numbers.</param>
    /// <exception cref="ArgumentException">Rows have different lengths, or the number of names differs from that of the rows.</exception>
    public static Chart GradientsByTime(string title, IReadOnlyList<IReadOnlyList<double>> norms, IReadOnlyList<string>? layers = null)
    {
        Require.NoNull(nameof(GradientsByTime), nameof(norms), norms);
        int steps = norms.Count == 0 ? 0 : norms[0].Count;
        if (norms.Any(row => row.Count != steps) || (layers is not null && layers.Count != norms.Count))
            throw new ArgumentException(
                "GradientsByTime: every row needs as many steps as the first, and names, where given, one for each row.", nameof(norms));
        var grid = new double[norms.Count, steps];
        for (int row = 0; row < norms.Count; row++)
            for (int step = 0; step < steps; step++)
                grid[row, step] = norms[row][step];
        return new Chart(title, "time step", "layer") { YNames = layers }.Heat(grid, isLogarithmic: true);
    }

    /// <summary>
    /// The error of a numerical derivative as a function of the step: a V on logarithmic axes, with rounding on the left and truncation on
    /// the right.
    /// </summary>
    /// <param name="title">The title.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="errors">The errors at them.</param>
    /// <param name="order">
    /// The order of the truncation error, whose slope is drawn for comparison; 2, that of central differences, by default.
    /// </param>
    /// <exception cref="ArgumentException">There are no steps, or the number of errors differs from that of the steps.</exception>
    public static Chart VCurve(string title, IReadOnlyList<double> steps, IReadOnlyList<double> errors, int order = 2)
    {
        var chart = new Chart(title, "step", "error") { LogX = true, LogY = true }.Line("error", steps, errors);
        if (steps.Count == 0) throw new ArgumentException("VCurve: there are no steps.", nameof(steps));
        int largest = Enumerable.Range(0, steps.Count).MaxBy(i => steps[i]);
        double[] reach = [.. steps.Where((step, i) => errors[i] > 0 && step > steps[largest] * 1e-4)];
        string name = FormattableString.Invariant($"order {order}");
        return chart.Dashed(name, reach, reach.Select(step => errors[largest] * Elementary.Pow(step / steps[largest], order)));
    }

    /// <summary>A phase portrait: where a map of the plane takes the points of a grid, as arrows drawn part of the way.</summary>
    /// <param name="title">The title.</param>
    /// <param name="map">Maps a point to the next one.</param>
    /// <param name="across">The range of the first coordinate.</param>
    /// <param name="up">The range of the second coordinate.</param>
    /// <param name="points">Points along each side; 20 by default.</param>
    /// <param name="xLabel">The label of the first coordinate.</param>
    /// <param name="yLabel">The label of the second coordinate.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 points.</exception>
    /// <exception cref="ArgumentException">A range is empty or not finite.</exception>
    public static Chart PhasePortrait(
        string title, Func<double, double, (double X, double Y)> map, (double Low, double High) across, (double Low, double High) up,
        int points = 20, string xLabel = "state 0", string yLabel = "state 1")
    {
        ArgumentNullException.ThrowIfNull(map);
        Require.AtLeast(nameof(PhasePortrait), nameof(points), points, 2);
        CheckRange(nameof(across), across);
        CheckRange(nameof(up), up);
        var starts = (from i in Enumerable.Range(0, points)
                      from j in Enumerable.Range(0, points)
                      select (X: At(across, i), Y: At(up, j))).ToList();
        var moves = starts.ConvertAll(start => map(start.X, start.Y) is var next ? (X: next.X - start.X, Y: next.Y - start.Y) : default);
        // The longest arrow is as long as the grid is wide, so that none crosses another's point.
        double most = moves.Max(move => Math.Max(Share(move.X, across), Share(move.Y, up)));
        double part = most > 0 ? Math.Min(1, 0.9 / (points - 1) / most) : 1;
        return new Chart(title, xLabel, yLabel).Arrows(
            "", starts.Select(start => start.X), starts.Select(start => start.Y),
            starts.Zip(moves, (start, move) => start.X + part * move.X), starts.Zip(moves, (start, move) => start.Y + part * move.Y));

        double At((double Low, double High) range, int i) => range.Low + (range.High - range.Low) * i / (points - 1);
        static double Share(double distance, (double Low, double High) range) =>
            double.IsFinite(distance) ? Math.Abs(distance / (range.High - range.Low)) : 0;
    }

    // In an empty range no arrow would have a length.
    static void CheckRange(string name, (double Low, double High) range)
    {
        if (range.High - range.Low == 0 || !double.IsFinite(range.High - range.Low))
            throw new ArgumentException(
                FormattableString.Invariant($"PhasePortrait: {name} is from {range.Low} to {range.High}; two different ends are needed."),
                name);
    }

    /// <summary>A bifurcation diagram: above each value of a parameter, where orbits end up.</summary>
    /// <param name="title">The title.</param>
    /// <param name="parameters">Values of the parameter.</param>
    /// <param name="visited">The points visited at a value, after the transient.</param>
    /// <param name="xLabel">The label of the parameter.</param>
    /// <param name="yLabel">The label of the state.</param>
    public static Chart Bifurcation(
        string title, IEnumerable<double> parameters, Func<double, IEnumerable<double>> visited, string xLabel = "parameter",
        string yLabel = "state")
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(visited);
        var points = parameters
            .SelectMany(parameter => Require.Result(nameof(Bifurcation), visited(parameter)).Select(value => (parameter, value))).ToList();
        return new Chart(title, xLabel, yLabel).Points("", points.Select(point => point.parameter), points.Select(point => point.value));
    }

    static string Visible(string letter) => letter switch { " " => "␣", "\n" => "↵", "\t" => "⇥", _ => letter };

    // Rows are units, so that time goes to the right.
    static double[,] Grid(string operation, Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Rank != 2) throw new ShapeException($"{operation}: the values are {values.Shape}; [time, units] is needed.");
        double[] numbers = values.ToDoubles();
        var (steps, units) = (values.Shape[0], values.Shape[1]);
        var grid = new double[units, steps];
        for (int step = 0; step < steps; step++)
            for (int unit = 0; unit < units; unit++)
                grid[unit, step] = numbers[step * units + unit];
        return grid;
    }
}
