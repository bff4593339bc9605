using System.Text;
using Autograd.Charts;

namespace Autograd.Checking;

/// <summary>A post-mortem in words, as text and as a page.</summary>
static class PostMortemText
{
    static readonly string[] LargestNames = ["pass", "operation", "largest", "time step", "place"];
    static readonly string[] ParameterNames = ["parameter", "shape", "largest", "largest gradient", "not finite"];

    public static string Of(PostMortem report, Witness witness)
    {
        var text = new StringBuilder().AppendLine(report.Title).AppendLine(report.Headline);
        foreach (var (title, words) in Sections(report, witness)) text.AppendLine().AppendLine(title).AppendLine(words);
        Append(text, "The largest values on the way", LargestNames, Largest(report));
        Append(text, "Parameters", ParameterNames, Parameters(report));
        return text.ToString().ReplaceLineEndings("\n");
    }

    public static Page Page(PostMortem report, Witness witness)
    {
        var page = new Page(report.Title).Text(report.Headline);
        foreach (var (title, words) in Sections(report, witness)) page.Heading(title).Listing(words, title);
        if (witness.Forward.Count + witness.Backward.Count > 0) page.Heading("Sizes over time").Picture(Sizes(witness));
        page.Heading("The largest values on the way").Table("The largest values", LargestNames, Largest(report));
        return page.Heading("Parameters").Table("Parameters", ParameterNames, Parameters(report));
    }

    static IEnumerable<(string Title, string Words)> Sections(PostMortem report, Witness witness)
    {
        if (report.First is { } first) yield return ("What it was computed from", Operands(first));
        if (report.FirstNaN is { } nan) yield return ("The first NaN after it", nan.ToString());
        if (witness.Recent.Count > 0 && report.First is not null)
            yield return ("The last values before it", string.Join('\n', witness.Recent));
        if (report.Interruption is { } message && report.First is not null) yield return ("The computation ended with", message);
        if (report.Loss is { } loss) yield return ("Loss", NumberText.Of(loss));
    }

    static string Operands(BadValue bad) => bad.Operands.Count > 0 ? string.Join('\n', bad.Operands) : "contributions that were added up";

    static IEnumerable<string[]> Largest(PostMortem report) => report.Largest.Select(value => (string[])
        [value.IsBackward ? "backward" : "forward", value.Operation, NumberText.Of(value.Size), NumberText.Of(value.Step),
            value.Place ?? ""]);

    static IEnumerable<string[]> Parameters(PostMortem report) => report.Parameters.Select(parameter => (string[])
        [parameter.Name, parameter.Shape.ToString(), NumberText.Of(parameter.Size),
            parameter.GradientSize is { } size ? NumberText.Of(size) : "", NumberText.Of((int?)parameter.Bad)]);

    static Chart Sizes(Witness witness) => new Chart("Largest magnitude at each time step", "time step", "magnitude") { LogY = true }
        .Line("values", witness.Forward.Keys.Select(step => (double)step), witness.Forward.Values)
        .Line("gradients", witness.Backward.Keys.Select(step => (double)step), witness.Backward.Values);

    static void Append(StringBuilder text, string title, string[] names, IEnumerable<string[]> rows)
    {
        text.AppendLine().AppendLine(title);
        foreach (string line in TextColumns.Lines(names, rows)) text.AppendLine(line);
    }
}
