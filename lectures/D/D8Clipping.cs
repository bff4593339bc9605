using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Three ways to keep a gradient from exploding.</summary>
public sealed class D8Clipping : Demonstration
{
    const int Time = 50, Hidden = 16, Length = 30, Units = 32, Updates = 2500, Batch = 16, Block = 20;
    const double Rate = 0.004, Good = 0.08;

    /// <inheritdoc/>
    public override string Id => "D8";

    /// <inheritdoc/>
    public override string Title => "Truncating exploding gradients: by norm, by value, inside the recurrence";

    /// <inheritdoc/>
    public override string Claim =>
        "Gradients through time may grow exponentially, and one such gradient throws the weights far away. Limiting its norm, its " +
            "elements, or what flows back at each step keeps learning stable.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        Growth(report);
        Exactness(report);
        Training(report);
    }

    static void Growth(Report report)
    {
        var key = report.Key(0);
        var inner = new RnnCell(1, Hidden, key, x => x);
        inner["R"].Assign(1.3f * Initializer.Orthogonal().Create([Hidden, Hidden], key));
        var x = key.Normal([Time, 1, 1]);
        var chart = new Chart("A linear net whose recurrent matrix is 1.3 times orthogonal, loss at the end", "step t",
            "‖∂loss/∂h_t‖")
        { LogY = true };
        double[] Norms(string name, Cell<Tensor> cell)
        {
            var norms = new BackPropagation<Tensor>(cell) { ReportsStepNorms = true }.ThroughTime(x, y => Sum(At(y, ^1))).StepNorms;
            chart.Line(name, Enumerable.Range(1, Time).Select(t => (double)t), norms);
            return [.. norms];
        }
        double[] free = Norms("not limited", inner), byValue = Norms("inside, by value 1", GradientLimitedCell.ByValue(inner, 1)),
            byNorm = Norms("inside, by norm 1", GradientLimitedCell.ByNorm(inner, 1));
        report.Chart(chart);
        double factor = Math.Pow(free[0] / free[^1], 1.0 / (Time - 1));
        report.Measure("growth of the gradient for each step back", factor, "1.3 to 1e-4", Math.Abs(factor - 1.3) < 1e-4);
        report.Measure("largest norm inside the recurrence, limited by norm 1 (what arrives at the end itself is 4)", byNorm.SkipLast(1)
            .Max(), "at most 1 + 1e-5", byNorm.SkipLast(1).Max() <= 1 + 1e-5);
        report.Measure($"largest norm inside the recurrence, limited by value 1", byValue.SkipLast(1).Max(), $"at most √{Hidden}",
            byValue.SkipLast(1).Max() <= Math.Sqrt(Hidden) * (1 + 1e-6));
    }

    static void Exactness(Report report)
    {
        var key = report.Key(0).For("exact");
        var x = key.Normal([10, 2, 2], 1, ElementType.Float64);
        double worst = 0;
        double[][] free = Gradients(new LstmCell(2, 4, key));
        foreach (var cell in (Cell<LstmState>[])[GradientLimitedCell.ByValue(new LstmCell(2, 4, key), 1e3),
            GradientLimitedCell.ByNorm(new LstmCell(2, 4, key), 1e3)])
            worst = Math.Max(worst, ComparedCell.Difference(free, Gradients(cell)));
        report.Measure("a limit that is not reached changes the gradient by", worst, "at most 1e-13", worst <= 1e-13);

        double[][] Gradients(Cell<LstmState> cell) => [.. BackPropagation.Through(cell).ThroughTime(x, y => Sum(Square(y)))
            .Gradients.Select(gradient => gradient.ToDoubles())];
    }

    static void Training(Report report)
    {
        report.Text($"The task: the adding problem over {Length} steps (always the mean: 1/6). A net of {Units} ReLU units whose " +
            $"recurrent matrix begins as the identity (Le, Jaitly and Hinton 2015); gradient descent with rate {Numbers.Short(Rate)} " +
            $"and momentum 0.9.");
        var losses = new Chart("The adding problem with gradients that explode (seed 0)", "update",
            "mean squared error (always the mean: 1/6)")
        { LogY = true, YRange = (0.01, 10) };
        var norms = new Chart("The gradient before the optimiser limits it (seed 0)", "update",
            "norm of the whole gradient")
        { LogY = true };
        var rows = new List<string[]>();
        var (final, largest) = (new Dictionary<string, double[]>(), new Dictionary<string, double>());
        foreach (var (name, clipping, limit) in (IEnumerable<(string, Clipping?, Func<Cell<Tensor>, Cell<Tensor>>)>)[
            ("not limited", null, cell => cell), ("by norm 1", Clipping.GlobalNorm(1), cell => cell), ("by value 0.01",
                Clipping.Value(0.01), cell => cell),
            ("inside, by norm 0.005", null, cell => GradientLimitedCell.ByNorm(cell, 0.005))])
        {
            var ends = new List<double>();
            largest[name] = 0;
            for (int seed = 0; seed < report.Seeds; seed++)
            {
                report.Progress(name, (double)seed / report.Seeds);
                var (curve, sizes) = Train(report.Key(seed), clipping, limit);
                ends.Add(curve.TakeLast(5).Average());
                largest[name] = Math.Max(largest[name], sizes.Max());
                if (seed > 0) continue;
                losses.Line(name, Enumerable.Range(0, curve.Length).Select(i => (i + 1.0) * Block), curve);
                norms.Line(name, Enumerable.Range(0, sizes.Length).Select(i => (i + 1.0) * Block), sizes);
            }
            final[name] = [.. ends];
            rows.Add([name, Numbers.Short(largest[name]), string.Join(", ", ends.Select(Numbers.Short))]);
        }
        report.Table(["limit", "largest gradient", $"error over the last {5 * Block} updates, by seed"], rows);
        report.Chart(losses);
        report.Chart(norms);
        int learned = final["not limited"].Count(error => error < Good);
        report.Measure($"seeds that learn (error below {Numbers.Short(Good)}) without a limit", learned, "0", learned == 0);
        report.Measure("seeds that learn, limited by norm 1", final["by norm 1"].Count(error => error < Good),
            $"{report.Seeds} of {report.Seeds}", final["by norm 1"].All(error => error < Good));
        double byValue = final["by value 0.01"].Average() / final["not limited"].Average(), inside = final["inside, by norm 0.005"]
            .Average() / final["not limited"].Average();
        report.Measure("error limited by value 0.01 over error without a limit, means over the seeds", byValue, "below 0.85",
            byValue < 0.85);
        report.Measure("error limited inside, by norm 0.005, over error without a limit, means over the seeds", inside, "below 1",
            inside < 1);
        report.Measure("largest gradient without a limit over the largest with one inside",
            largest["not limited"] / largest["inside, by norm 0.005"], "above 1000",
            largest["not limited"] > 1000 * largest["inside, by norm 0.005"]);
        report.Text("Limiting the whole gradient by its norm keeps its direction and is the best of the three here. The others change " +
            "the direction: with them the net learns more slowly, and the limit inside the recurrence, which also shortens the " +
            "gradients of sequences that do not explode, helps least.");
    }

    // The means of blocks of updates: the loss, and the largest norm.
    static (double[] Losses, double[] Norms) Train(RandomKey key, Clipping? clipping, Func<Cell<Tensor>, Cell<Tensor>> limit)
    {
        var inner = new RnnCell(2, Units, key, Relu);
        inner["R"].Assign(Tensor.Identity(Units));
        var recurrent = Recurrent.Over(limit(inner));
        var head = new Linear(Units, 1, key.For("head"));
        Parameter[] parameters = [.. recurrent.Parameters, .. head.Parameters];
        var optimizer = new Sgd(parameters, Rate, momentum: 0.9) { Clipping = clipping };
        var (losses, norms) = (new double[Updates / Block], new double[Updates / Block]);
        for (int update = 0; update < Updates; update++)
        {
            var task = AddingProblem.Batch(key.For("train").At(update), Length, Batch);
            using var tape = new Tape();
            var loss = Loss.MeanSquaredError(head.Forward(At(recurrent.Forward(task.Inputs), ^1)), task.Targets);
            var gradients = tape.Gradients(loss, parameters);
            losses[update / Block] += loss.ToScalar() / Block;
            norms[update / Block] = Math.Max(norms[update / Block], GradientNorm.Global(gradients));
            // Nothing comes back from here.
            if (!double.IsFinite(loss.ToScalar()) || !double.IsFinite(norms[update / Block])) return (Lost(losses, update / Block),
                Lost(norms, update / Block));
            optimizer.Step(gradients);
        }
        return (losses, norms);
    }

    static double[] Lost(double[] values, int from) => [.. values.Select((value, i) => i < from ? value : double.PositiveInfinity)];
}
