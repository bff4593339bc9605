using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Chorales, frame by frame: 88 notes that sound or do not.</summary>
public sealed class F5PolyphonicMusic : Demonstration
{
    const int Hidden = 46, Rows = 4, Frames = 64, LowestShown = 22, NotesShown = 56;
    const double Padding = 0.2, Limit = 8.8, Suspicious = 8.3;

    /// <inheritdoc/>
    public override string Id => "F5b";

    /// <inheritdoc/>
    public override string Title => "Polyphonic music: the chorales of J. S. Bach";

    /// <inheritdoc/>
    public override string Claim =>
        "A recurrent net learns polyphonic music: it gives each of 88 notes a probability in the next frame. With about 20,000 parameters published gated nets reach about 8.5 to 8.7 nats per frame on the test chorales (Chung et al. 2014: GRU 8.54).";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        if (DataFile.Find("jsb-chorales.txt") is not { } path)
        {
            report.Text("AUTOGRAD_DATA names no folder with jsb-chorales.txt; three bars of a canon of this program's own stand in for it, which shows the machinery and no music.");
            Learn(report, Canon(), epochs: 40, [0], null);
            return;
        }
        var chorales = Chorales.Load(path);
        report.Text($"{chorales.Train.Count} chorales to train with, {chorales.Validation.Count} to choose the best epoch with, {chorales.Test.Count} to test with. Loss: the sum of the 88 binary cross-entropies of a frame in nats, averaged over all frames, the first frame of a piece included.");
        Learn(report, chorales, epochs: 12, [.. Enumerable.Range(0, report.Seeds)], Limit);
    }

    static void Learn(Report report, Chorales chorales, int epochs, int[] seeds, double? limit)
    {
        var curves = new Chart("Learning the chorales", "epoch", "validation, nats per frame");
        var rows = new List<string[]>();
        var notes = new Notes(chorales.Train);
        double independent = notes.Loss(chorales.Test), worst = 0, best = double.PositiveInfinity;
        int parameters = 0;
        foreach (int seed in seeds)
        {
            var model = new Model(report, notes, report.Key(seed));
            var (validation, test, epoch) = model.Train(chorales, epochs, report.Key(seed), (done, loss) => report.Progress($"seed {seed}: validation {loss:F2}", (seed + done) / seeds.Length));
            rows.Add([$"{seed}", $"{epoch}", Numbers.Short(validation[epoch - 1]), Numbers.Short(test)]);
            curves.Line($"GRU, seed {seed}", Enumerable.Range(1, epochs).Select(i => (double)i), validation);
            (worst, best, parameters) = (Math.Max(worst, test), Math.Min(best, test), model.ParameterCount);
            if (seed > 0) continue;
            Show(report, "A chorale of the test set, 64 frames", Roll(chorales.Test[0]));
            Show(report, "Composed: 64 frames drawn note by note from the net of seed 0", model.Compose(Frames, report.Key(seed).For("composition")));
            int leaks = model.Leaks(chorales.Test[0], report.Key(seed));
            report.Measure("predictions that change when later frames are changed", leaks, "0: nothing is seen beforehand", leaks == 0);
        }
        report.Text($"GRU with {Hidden} units, {parameters:N0} parameters.");
        report.Table(["seed", "best epoch", "validation", "test"], rows);
        report.Chart(curves);
        report.Text($"Notes on their own, each at its frequency, whatever came before: {Numbers.Short(independent)} nats per frame on the test chorales.");
        report.Measure("worst test, nats per frame", worst, limit is null ? "below the baseline" : $"at most {Numbers.Short(limit.Value)}", worst <= (limit ?? independent));
        if (limit is not null) report.Measure("best test, nats per frame: below this a leak would be suspected", best, $"at least {Numbers.Short(Suspicious)}", best >= Suspicious);
    }

    static void Show(Report report, string title, double[,] roll) =>
        report.Chart(new Chart(title, "frame", "note").Heat(roll, ys: Enumerable.Range(LowestShown, NotesShown).Select(note => (double)note)));

    static double[,] Roll(PianoRoll piece)
    {
        var roll = new double[NotesShown, Frames];
        for (int t = 0; t < Math.Min(Frames, piece.Length); t++)
            foreach (int note in piece[t])
                if (note is >= LowestShown and < LowestShown + NotesShown) roll[note - LowestShown, t] = 1;
        return roll;
    }

    // A round of four voices on a scale of five notes.
    static Chorales Canon()
    {
        int[] theme = [40, 42, 44, 40, 44, 45, 47, 47, 47, 45, 44, 40, 40, 35, 40, 40];
        PianoRoll Piece(int shift) => new([.. Enumerable.Range(0, 48).Select(t => (IReadOnlyList<int>)Enumerable.Range(0, 3).Where(voice => t >= 4 * voice).Select(voice => theme[(t - 4 * voice) % 16] + shift + 12 * (voice % 2)).Distinct().ToArray())]);
        return new Chorales([.. Enumerable.Range(-4, 8).Select(Piece)], [Piece(4)], [Piece(5)]);
    }

    /// <summary>Each note sounds with its own frequency, whatever came before.</summary>
    sealed class Notes
    {
        readonly double[] frequency = new double[PianoRoll.Notes];

        public Notes(IReadOnlyList<PianoRoll> pieces)
        {
            double frames = pieces.Sum(piece => piece.Length);
            foreach (var piece in pieces)
                for (int t = 0; t < piece.Length; t++)
                    foreach (int note in piece[t]) frequency[note]++;
            for (int note = 0; note < frequency.Length; note++) frequency[note] = (frequency[note] + 0.5) / (frames + 1);
        }

        /// <summary>What the output's bias begins with: without it the first epochs are spent on learning how rare notes are.</summary>
        public float[] LogOdds => [.. frequency.Select(p => (float)Math.Log(p / (1 - p)))];

        public double Loss(IReadOnlyList<PianoRoll> pieces)
        {
            double sum = 0, silence = frequency.Sum(p => -Math.Log(1 - p));
            foreach (var piece in pieces)
                for (int t = 0; t < piece.Length; t++)
                {
                    sum += silence;
                    foreach (int note in piece[t]) sum += Math.Log((1 - frequency[note]) / frequency[note]);
                }
            return sum / pieces.Sum(piece => piece.Length);
        }
    }

    sealed class Model : Module
    {
        readonly Recurrent<Tensor> recurrent;
        readonly Linear head;

        public Model(Report report, Notes notes, RandomKey key)
        {
            recurrent = Part(Recurrent.Over(report.Cell(new GruCell(PianoRoll.Notes, Hidden, key))), nameof(recurrent));
            head = Part(new Linear(Hidden, PianoRoll.Notes, key.For("head")), nameof(head));
            this["head.bias"].Assign(Tensor.From(notes.LogOdds));
        }

        public (double[] Validation, double Test, int BestEpoch) Train(Chorales chorales, int epochs, RandomKey key, Action<double, double> progress)
        {
            var parameters = Parameters;
            var buckets = new LengthBuckets([.. chorales.Train.Select(piece => piece.Length)], Rows, Padding, key);
            var optimizer = new Adam(parameters, 1) { Clipping = Clipping.GlobalNorm(5), Schedule = new Cosine(1e-2, (long)epochs * buckets.Count, 1e-4) };
            var validation = new double[epochs];
            Tensor[] kept = [];
            for (int epoch = 0; epoch < epochs; epoch++)
            {
                foreach (int[] batch in buckets.Epoch(epoch)) Step(optimizer, parameters, PianoRoll.Batch([.. batch.Select(i => chorales.Train[i])]));
                validation[epoch] = Loss(chorales.Validation);
                if (validation[epoch] <= validation[..(epoch + 1)].Min()) kept = [.. parameters.Select(parameter => parameter.Detach())];
                progress((epoch + 1.0) / epochs, validation[epoch]);
            }
            for (int i = 0; i < kept.Length; i++) parameters[i].Assign(kept[i]);
            return (validation, Loss(chorales.Test), Array.IndexOf(validation, validation.Min()) + 1);
        }

        /// <summary>Draws each note of the next frame by its own probability, and goes on from what was drawn.</summary>
        public double[,] Compose(int frames, RandomKey key)
        {
            var piece = new List<int[]>();
            var state = recurrent.Cell.Initial(1, ElementType.Float32);
            for (int t = 0; t < frames; t++)
            {
                float[] x = new float[PianoRoll.Notes];
                foreach (int note in t == 0 ? [] : piece[t - 1]) x[note] = 1;
                (var h, state) = recurrent.Cell.Step(Tensor.From(x, [1, PianoRoll.Notes]), state);
                double[] p = Sigmoid(head.Forward(h)).ToDoubles();
                piece.Add([.. Enumerable.Range(0, PianoRoll.Notes).Where(note => key.Uniform((uint)(t * PianoRoll.Notes + note)) < p[note])]);
            }
            return Roll(new PianoRoll(piece));
        }

        /// <summary>How many logits of the first half of a piece differ when its second half is replaced.</summary>
        public int Leaks(PianoRoll piece, RandomKey key)
        {
            int half = piece.Length / 2;
            var changed = new PianoRoll([.. Enumerable.Range(0, piece.Length).Select(t => (IReadOnlyList<int>)(t < half ? piece[t].ToArray() : [key.Whole((uint)t, PianoRoll.Notes)]))]);
            double[] before = Logits(PianoRoll.Batch(piece)).ToDoubles(), after = Logits(PianoRoll.Batch(changed)).ToDoubles();
            // The logits of frame `half` are said from the frames before it, so they too must stay.
            return Enumerable.Range(0, (half + 1) * PianoRoll.Notes).Count(i => !before[i].Equals(after[i]));
        }

        static Tensor SumOfNotes(Tensor logits, TargetSequences batch) => Sum((Softplus(logits) - batch.Targets * logits) * batch.Mask);

        void Step(Optimizer optimizer, IReadOnlyList<Parameter> parameters, TargetSequences batch)
        {
            using var tape = new Tape();
            var loss = SumOfNotes(Logits(batch), batch) / batch.Counted;
            optimizer.Step(tape.Gradients(loss, parameters));
        }

        double Loss(IReadOnlyList<PianoRoll> pieces)
        {
            using var tape = new Tape();
            using var pause = tape.Pause();
            var batch = PianoRoll.Batch(pieces);
            return SumOfNotes(Logits(batch), batch).ToScalar() / batch.Counted;
        }

        Tensor Logits(TargetSequences batch) => head.Forward(recurrent.Forward(batch.Inputs, batch.Lengths));
    }
}
