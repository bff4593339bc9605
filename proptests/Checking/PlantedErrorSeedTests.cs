namespace Autograd.PropertyTests;

/// <summary>Every planted error is caught, and no correct twin is flagged, wherever the inputs are.</summary>
public class PlantedErrorSeedTests
{
    const int Seeds = 100, FewestErrors = 40;

    [Fact]
    public void WithDefaultOptionsNoErrorEscapesAndNoTwinIsAccused()
    {
        Assert.True(PlantedErrors.All.Count >= FewestErrors);
        Assert.Equal(PlantedErrors.All.Count, PlantedErrors.All.Select(error => error.Name).Distinct().Count());
        string[] mistakes = [.. PlantedErrors.All.SelectMany(Mistakes)];
        Assert.True(mistakes.Length == 0, string.Join(Environment.NewLine, mistakes));
    }

    static IEnumerable<string> Mistakes(PlantedError error)
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            var draw = new Draw(seed, size: 10);
            Tensor[] inputs = [.. error.Inputs.Select(shape => draw.Values(shape, Domain.Divisor))];
            foreach (bool planted in new[] { false, true })
            {
                var report = GradientCheck.Run(error.Function(planted), inputs, options: error.Options);
                if (report.Verdict != (planted ? Verdict.Fail : Verdict.Pass))
                    yield return $"{error.Name}, seed {seed}, {(planted ? "planted" : "twin")}: {report}";
            }
        }
    }
}
