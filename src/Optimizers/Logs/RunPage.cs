using Autograd.Charts;
using Autograd.Checking;
using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>A run as a page.</summary>
static class RunPage
{
    public static Page Of(RunRecord run, int reload)
    {
        var page = new Page(run.Title) { Reload = reload };
        page.Text(Invariant($"{run.Steps} steps") + (run.Best is { } best ? Invariant($"; best validation {best:G6}") : "") + ".");
        if (run.Losses.Count + run.Validations.Count > 0) page.Heading("Learning").Picture(Curves(run));
        if (run.Validations.Count > 0) page.Heading("Learning rate").Picture(Rates(run));
        foreach (var (title, text) in run.Samples) page.Heading(title).Listing(text, title);
        if (run.Gradients is { } gradients) page.Heading("Gradients").Table("Gradients by parameter", Names, Sizes(gradients));
        page.Heading("Configuration").Table("Configuration", ["name", "value"], Rows(run.Configuration));
        page.Heading("Environment").Table("Environment", ["name", "value"], Rows(run.Environment.Texts));
        return page.Heading("To run it again").Table("Hashes", ["name", "value"], Rows(Hashes(run)));
    }

    static string[] Names { get; } = ["parameter", "shape", "largest", "largest gradient"];

    static Chart Curves(RunRecord run)
    {
        bool isPositive = run.Losses.All(point => point.Loss > 0) && run.Validations.All(at => at.Validation > 0);
        var chart = new Chart("Loss", "training step", "loss") { LogY = isPositive };
        chart.Line("training, mean", run.Losses.Select(point => (double)point.Step), run.Losses.Select(point => point.Loss));
        return run.Validations.Count == 0 ? chart : chart.Line(
            "validation", run.Validations.Select(at => (double)at.Step), run.Validations.Select(at => at.Validation!.Value));
    }

    static Chart Rates(RunRecord run) => new Chart("Learning rate", "training step", "rate").Line(
        "", run.Validations.Select(at => (double)at.Step), run.Validations.Select(at => at.LearningRate));

    static IEnumerable<string[]> Sizes(PostMortem gradients) => gradients.Parameters.Select(parameter => (string[])
        [parameter.Name, parameter.Shape.ToString(), NumberText.Of(parameter.Size),
            parameter.GradientSize is { } size ? NumberText.Of(size) : ""]);

    static IEnumerable<(string, string)> Hashes(RunRecord run)
    {
        if (run.Command is { } command) yield return ("command", command);
        if (run.DataHash is { } data) yield return ("data, SHA-256", data);
        if (run.ParameterHash is { } hash) yield return ("parameters, SHA-256", hash);
    }

    static IEnumerable<string[]> Rows(IEnumerable<(string Name, string Value)> pairs) =>
        pairs.Select(pair => (string[])[pair.Name, pair.Value]);
}
