using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>What a reservoir remembers, and when its states depend on the inputs alone.</summary>
public sealed class C1cMemory : Demonstration
{
    const int Units = 50, Longest = 100;

    /// <inheritdoc/>
    public override string Id => "C1c";

    /// <inheritdoc/>
    public override string Title => "Echo state network: spectral radius, memory capacity, echo state property";

    /// <inheritdoc/>
    public override string Claim =>
        "The recurrent matrix has the spectral radius that was asked for. The memory capacity for independent inputs is at most the " +
            "number of units (Jaeger 2002). Below a radius of 1 states forget where they began; far above it they do not.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        Radius(report);
        Memory(report);
        Forgetting(report);
    }

    static void Radius(Report report)
    {
        double worst = 0;
        foreach (double radius in (double[])[0.1, 0.5, 0.95, 1.5])
            for (int seed = 0; seed < report.Seeds; seed++)
            {
                var cell = new EchoStateCell(1, 150, report.Key(seed), new() { SpectralRadius = radius });
                worst = Math.Max(worst, Math.Abs(LinearAlgebra.Eigenvalues(cell.Recurrent)[0].Magnitude / radius - 1));
            }
        var values = LinearAlgebra.Eigenvalues(new EchoStateCell(1, 200, report.Key(0), new() { SpectralRadius = 0.95 }).Recurrent);
        double[] turns = [.. Enumerable.Range(0, 101).Select(i => 2 * Math.PI * i / 100)];
        report.Chart(new Chart("Eigenvalues of a sparse reservoir of 200 units, radius 0.95", "real part",
            "imaginary part")
        { XRange = (-1.6, 1.6), YRange = (-1.05, 1.05) }
            .Points("eigenvalues", values.Select(value => value.Real), values.Select(value => value.Imaginary))
            .Dashed("circle of radius 0.95", turns.Select(turn => 0.95 * Math.Cos(turn)), turns.Select(turn => 0.95 * Math.Sin(turn))));
        report.Measure("largest relative distance of the radius, by a QR iteration, from what was asked for", worst, "at most 1e-9",
            worst <= 1e-9);
    }

    static void Memory(Report report)
    {
        var chart = new Chart($"What of the input k steps ago can be read from {Units} units", "delay k",
            "squared correlation")
        { YRange = (0, 1.05) };
        var rows = new List<string[]>();
        double largest = 0;
        foreach (var (name, options) in ((string, EchoStateOptions)[])[
            ("radius 0.5, inputs ±0.1", new() { SpectralRadius = 0.5, InputScaling = 0.1 }),
            ("radius 0.95, inputs ±0.1", new() { SpectralRadius = 0.95, InputScaling = 0.1 }),
            ("radius 0.95, inputs ±1", new() { SpectralRadius = 0.95 }),
            ("radius 0.95, inputs ±0.1, leak 0.3", new() { SpectralRadius = 0.95, InputScaling = 0.1, Leak = 0.3 })])
        {
            MemoryCapacity[] capacities = [.. Enumerable.Range(0, report.Seeds).Select(seed =>
                MemoryCapacity.Measure(new EchoStateCell(1, Units, report.Key(seed), options), report.Key(seed).For("u"), Longest))];
            largest = Math.Max(largest, capacities.Max(capacity => capacity.Total));
            rows.Add([name, .. capacities.Select(capacity => Numbers.Short(capacity.Total))]);
            chart.Line(name, Enumerable.Range(1, Longest).Select(k => (double)k), capacities[0].ByDelay);
        }
        report.Table([$"memory capacity of {Units} units", .. Enumerable.Range(0, report.Seeds).Select(seed => $"seed {seed}")], rows);
        report.Chart(chart);
        report.Measure("largest memory capacity", largest, $"at most {Units}", largest <= Units);
    }

    static void Forgetting(Report report)
    {
        double[] radii = [0.5, 0.8, 0.95, 1.2, 1.6, 2.5, 4];
        var (driven, alone) = (new double[radii.Length], new double[radii.Length]);
        for (int i = 0; i < radii.Length; i++)
        {
            report.Progress("exponents", (double)i / radii.Length);
            var cell = new EchoStateCell(1, Units, report.Key(0), new() { SpectralRadius = radii[i], Connectivity = 0.2 });
            driven[i] = LyapunovExponents.Spectrum(cell, report.Key(0).For("u").Uniform([500, 1], -1, 1), count: 1)[0];
            // Without inputs, from states of its own.
            alone[i] = LyapunovExponents.Largest(CellMap.Of(cell, Tensor.Zeros([1])), report.Key(0).For("start").Uniform([Units], -1, 1,
                ElementType.Float64), 400, 200);
        }
        report.Chart(new Chart($"Largest Lyapunov exponent of a reservoir of {Units} units", "spectral radius", "nats per step")
            .Line("inputs uniform in ±1", radii, driven).Line("no inputs", radii, alone).Dashed("forgets below, chaotic above",
                [radii[0], radii[^1]], [0, 0]));
        report.Measure("exponent at radius 0.8, with inputs", driven[1], "below 0: states forget", driven[1] < 0);
        report.Measure("exponent at radius 0.8, without inputs, minus ln 0.8", Math.Abs(alone[1] - Math.Log(0.8)), "at most 0.02",
            Math.Abs(alone[1] - Math.Log(0.8)) <= 0.02);
        report.Measure("exponent at radius 4, without inputs", alone[^1], "above 0: chaos", alone[^1] > 0);
    }
}
