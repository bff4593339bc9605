using Autograd.Data;
using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>The lecture's own comparison: three cells of equal size on polyphonic music.</summary>
public sealed class F12bPolyphonic : Demonstration
{
    const int Budget = 20_000;

    /// <inheritdoc/>
    public override string Id => "F12b";

    /// <inheritdoc/>
    public override string Title => "Simple RNN, LSTM and GRU of equal size on polyphonic music";

    /// <inheritdoc/>
    public override string Claim =>
        "On polyphonic music (Chung, Gulcehre, Cho and Bengio 2014) gated units beat the simple one, and LSTM and GRU are close. Here: " +
            "the chorales, " +
        "about 20,000 weights each, bits per frame.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        string? path = DataFile.Find("jsb-chorales.txt");
        if (path is null) report.Text("AUTOGRAD_DATA names no folder with jsb-chorales.txt: a canon of this program's own stands in, " +
            "and the comparison is not shown.");
        var chorales = path is null ? F5PolyphonicMusic.Canon() : Chorales.Load(path);
        var notes = new NoteFrequencies(chorales.Train);
        var chart = new Chart("Learning the chorales, seed 0", "epoch", "validation, nats per frame");
        var bits = new Dictionary<string, List<double>>();
        int seeds = report.Quick ? 1 : Math.Min(5, report.Seeds);
        var sizes = new List<string>();
        for (int seed = 0; seed < seeds; seed++)
            foreach (var (name, model) in Models(report, notes, report.Key(seed)))
            {
                var (validation, test, _) = model.Train(chorales, report.Quick ? 5 : 12, report.Key(seed), (done, loss) =>
                    report.Progress($"{name}, seed {seed}: {loss:F2}", (seed + done) / seeds));
                if (!bits.TryGetValue(name, out var all)) bits[name] = all = [];
                all.Add(test / Math.Log(2));
                if (seed > 0) continue;
                chart.Line(name, Enumerable.Range(1, validation.Length).Select(i => (double)i), validation);
                sizes.Add($"{name} {model.ParameterCount:N0}");
            }
        report.Text($"Weights with the read-out: {string.Join(", ", sizes)}.");
        report.Table(["cell", .. Enumerable.Range(0, seeds).Select(seed => $"bits per frame, seed {seed}")], bits.Select(one =>
            (string[])[one.Key, .. one.Value.Select(Numbers.Short)]));
        report.Chart(chart);
        Judge(report, bits, isReal: path is not null);
    }

    static void Judge(Report report, Dictionary<string, List<double>> bits, bool isReal)
    {
        double simple = bits["simple RNN"].Average(), lstm = bits["LSTM"].Average(), gru = bits["GRU"].Average(),
            forgetful = bits["GRU without memory"].Average();
        double spread = bits.Values.Max(all => all.Max() - all.Min());
        report.Measure("GRU: bits per frame less than without memory", forgetful - gru, isReal ? "at least 0.2: memory is used"
            : "above 0", forgetful - gru >= (isReal ? 0.2 : 1e-9));
        report.Text($"Largest spread of a cell over the seeds: {Numbers.Short(spread)} bits. Chung et al. report for these chorales, in " +
            $"nats, 9.10 (tanh), 8.67 (LSTM) and 8.54 (GRU).");
        report.Claim("worse of LSTM and GRU minus the simple net, bits per frame, means", isReal ? Math.Max(lstm, gru) - simple
            : double.NaN, "at most -0.2: gated units beat it", Math.Max(lstm, gru) - simple <= -0.2);
        report.Claim("LSTM minus GRU, bits per frame, means", isReal ? lstm - gru : double.NaN, "0 within 0.3: close",
            Math.Abs(lstm - gru) <= 0.3);
    }

    static IEnumerable<(string Name, IChoraleModel Model)> Models(Report report, NoteFrequencies notes, RandomKey key)
    {
        const int Notes = PianoRoll.Notes;
        int simple = Nearest(1), lstm = Nearest(4), gru = Nearest(3);
        yield return ("simple RNN", new ChoraleModel<Tensor>(report.Cell(new RnnCell(Notes, simple, key)), simple, notes, key));
        yield return ("LSTM", new ChoraleModel<LstmState>(report.Cell(new LstmCell(Notes, lstm, key)), lstm, notes, key));
        yield return ("GRU", new ChoraleModel<Tensor>(report.Cell(new GruCell(Notes, gru, key)), gru, notes, key));
        yield return ("GRU without memory", new ChoraleModel<Tensor>(new ForgetfulCell<Tensor>(new GruCell(Notes, gru, key)), gru,
            notes, key));
    }

    // The number of units with which so many blocks of weights and the read-out come nearest to the budget.
    static int Nearest(int blocks) => Enumerable.Range(10, 150).MinBy(units => Math.Abs(blocks * units * (PianoRoll.Notes + units + 1) +
        units * PianoRoll.Notes - Budget));
}
