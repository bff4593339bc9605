using Autograd.Data;
using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>Chorales, frame by frame: 88 notes that sound or do not.</summary>
public sealed class F5PolyphonicMusic : Demonstration
{
    const int Hidden = 46, Frames = 64, LowestShown = 22, NotesShown = 56;
    const double Limit = 8.8, Suspicious = 8.3;

    /// <inheritdoc/>
    public override string Id => "F5b";

    /// <inheritdoc/>
    public override string Title => "Polyphonic music: the chorales of J. S. Bach";

    /// <inheritdoc/>
    public override string Claim =>
        "A recurrent net learns polyphonic music: it gives each of 88 notes a probability in the next frame. With about 20,000 " +
            "parameters published gated nets reach about 8.5 to 8.7 nats per frame on the test chorales (Chung et al. 2014: GRU 8.54).";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        if (DataFile.Find("jsb-chorales.txt") is not { } path)
        {
            report.Text("AUTOGRAD_DATA names no folder with jsb-chorales.txt; three bars of a canon of this program's own stand in for " +
                "it, which shows the machinery and no music.");
            Learn(report, Canon(), epochs: 40, [0], null);
            return;
        }
        var chorales = Chorales.Load(path);
        report.Text($"{chorales.Train.Count} chorales to train with, {chorales.Validation.Count} to choose the best epoch with, " +
            $"{chorales.Test.Count} to test with. Loss: the sum of the 88 binary cross-entropies of a frame in nats, averaged over all " +
            $"frames, the first frame of a piece included.");
        Learn(report, chorales, epochs: 12, [.. Enumerable.Range(0, report.Seeds)], Limit);
    }

    static void Learn(Report report, Chorales chorales, int epochs, int[] seeds, double? limit)
    {
        var curves = new Chart("Learning the chorales", "epoch", "validation, nats per frame");
        var rows = new List<string[]>();
        var notes = new NoteFrequencies(chorales.Train);
        double independent = notes.Loss(chorales.Test), worst = 0, best = double.PositiveInfinity;
        int parameters = 0;
        foreach (int seed in seeds)
        {
            var model = new ChoraleModel<Tensor>(report.Cell(new GruCell(PianoRoll.Notes, Hidden, report.Key(seed))), Hidden, notes,
                report.Key(seed));
            var (validation, test, epoch) = model.Train(chorales, epochs, report.Key(seed), (done, loss) =>
                report.Progress($"seed {seed}: validation {loss:F2}", (seed + done) / seeds.Length));
            rows.Add([$"{seed}", $"{epoch}", Numbers.Short(validation[epoch - 1]), Numbers.Short(test)]);
            curves.Line($"GRU, seed {seed}", Enumerable.Range(1, epochs).Select(i => (double)i), validation);
            (worst, best, parameters) = (Math.Max(worst, test), Math.Min(best, test), model.ParameterCount);
            if (seed > 0) continue;
            var forgetful = new ChoraleModel<Tensor>(new ForgetfulCell<Tensor>(new GruCell(PianoRoll.Notes, Hidden, report.Key(seed))),
                Hidden, notes, report.Key(seed));
            double without = forgetful.Train(chorales, epochs, report.Key(seed), (done, loss) =>
                report.Progress($"without memory: {loss:F2}", done)).Test;
            // What a frame tells of the next is much of music: a limit that a net without memory reaches shows nothing of recurrence.
            report.Measure($"nats per frame less than the same net without memory ({Numbers.Short(without)})", without - test,
                limit is null ? "above 0" : "at least 0.1", without - test >= (limit is null ? 1e-9 : 0.1));
            Show(report, "A chorale of the test set, 64 frames", Roll(chorales.Test[0]));
            Show(report, "Composed: 64 frames drawn note by note from the net of seed 0", Roll(model.Compose(Frames, report.Key(seed)
                .For("composition"))));
            int leaks = model.Leaks(chorales.Test[0], report.Key(seed));
            report.Measure("predictions that change when later frames are changed", leaks, "0: nothing is seen beforehand", leaks == 0);
        }
        report.Text($"GRU with {Hidden} units, {parameters:N0} parameters.");
        report.Table(["seed", "best epoch", "validation", "test"], rows);
        report.Chart(curves);
        report.Text($"Notes on their own, each at its frequency, whatever came before: {Numbers.Short(independent)} nats per frame on " +
            $"the test chorales.");
        report.Measure("worst test, nats per frame", worst, limit is null ? "below the baseline"
            : $"at most {Numbers.Short(limit.Value)}", worst <= (limit ?? independent));
        if (limit is not null) report.Measure("best test, nats per frame: below this a leak would be suspected", best,
            $"at least {Numbers.Short(Suspicious)}", best >= Suspicious);
    }

    static void Show(Report report, string title, double[,] roll) =>
        report.Chart(new Chart(title, "frame", "note").Heat(roll, ys: Enumerable.Range(LowestShown, NotesShown).Select(note =>
            (double)note)));

    static double[,] Roll(PianoRoll piece)
    {
        var roll = new double[NotesShown, Frames];
        for (int t = 0; t < Math.Min(Frames, piece.Length); t++)
            foreach (int note in piece[t])
                if (note is >= LowestShown and < LowestShown + NotesShown) roll[note - LowestShown, t] = 1;
        return roll;
    }

    // A round of four voices on a scale of five notes.
    internal static Chorales Canon()
    {
        int[] theme = [40, 42, 44, 40, 44, 45, 47, 47, 47, 45, 44, 40, 40, 35, 40, 40];
        PianoRoll Piece(int shift) => new([.. Enumerable.Range(0, 48).Select(t => (IReadOnlyList<int>)Enumerable.Range(0, 3)
            .Where(voice => t >= 4 * voice).Select(voice => theme[(t - 4 * voice) % 16] + shift + 12 * (voice % 2)).Distinct().ToArray())]);
        return new Chorales([.. Enumerable.Range(-4, 8).Select(Piece)], [Piece(4)], [Piece(5)]);
    }
}
