using static System.FormattableString;

namespace Autograd.Optimizers;

public sealed partial class TrainingLoop
{
    bool LooksAtGradients => PostMortem is not null || !double.IsPositiveInfinity(LargestGradient);

    Tensor[] GradientsOf(Tape tape, Tensor output)
    {
        var gradients = tape.Gradients(output, parameters);
        if (LooksAtGradients) Optimizer.ThrowIfDiverged(gradients, LargestGradient);
        return gradients;
    }

    // A report that cannot be written must not hide the original error.
    void Explain(DivergenceException error, string file)
    {
        long batch = lastBatch;
        var report = Autograd.PostMortem.Of(
            () => loss(batch), parameters, LargestGradient, Invariant($"Post-mortem of step {Steps}, batch {batch}"));
        string? problem = null;
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
            File.WriteAllText(Path.ChangeExtension(file, ".txt"), report.ToString());
            File.WriteAllText(file, report.ToHtml());
        }
        catch (Exception unwritten) when (unwritten is IOException or UnauthorizedAccessException)
        {
            problem = $" The report could not be written: {unwritten.Message}";
        }
        error.Explain(report, problem);
    }
}
