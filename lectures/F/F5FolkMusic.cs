using Autograd.Data;

namespace Autograd.Lectures;

/// <summary>Folk tunes in ABC notation, character by character.</summary>
public sealed class F5FolkMusic : Demonstration
{
    const int Rows = 16, Window = 64, Embedding = 24, Hidden = 96, Written = 9600, Shown = 330;
    const double Temperature = 0.5, Dropped = 0.3;

    static readonly string[] HeldBack = ["The Blarney Pilgrim", "The Wind That Shakes the Barley"];

    /// <inheritdoc/>
    public override string Id => "F5a";

    /// <inheritdoc/>
    public override string Title => "Folk music in ABC notation, character by character";

    /// <inheritdoc/>
    public override string Claim => "A character model of tunes in ABC notation writes tunes: the notation, and bars that are as long " +
        "as the metre says, though nothing tells it what a bar is.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var (own, all) = AbcBars.Count(string.Concat(AbcTunes.All.Select(tune => tune.Text)));
        report.Text($"{AbcTunes.All.Length} traditional tunes with {all} bars, in every key in which they lie between C and b; " +
            $"{HeldBack.Length} of them, {string.Join(" and ", HeldBack)}, are held back.");
        report.Measure("bars of the tunes themselves that are as long as their metre", own, $"{all} of {all}", own == all);
        var corpus = new TuneBook(report.Key(0));
        var chart = new Chart("Learning tunes", "epoch", "held-back tunes, nats per character");
        var trials = Enumerable.Range(0, report.Seeds).Select(seed => Trial(report, corpus, chart, seed)).ToList();
        chart.Dashed("bigrams", [1, Epochs(report)], [corpus.BigramLoss, corpus.BigramLoss]);
        report.Table(["seed", "held-back tunes, nats", "bars of the right length"], trials.Select(trial => new[] { $"{trial.Seed}",
            Numbers.Short(trial.Loss), $"{trial.Share:P0}" }));
        report.Chart(chart);
        var (right, bars) = AbcBars.Count(corpus.BigramText(Written));
        double share = right / (double)Math.Max(1, bars);
        report.Measure($"worst loss on held-back tunes, nats per character (bigrams: {Numbers.Short(corpus.BigramLoss)})",
            trials.Max(trial => trial.Loss), "below bigrams", trials.Max(trial => trial.Loss) < corpus.BigramLoss);
        report.Text("A net that mistakes the metre of a tune it writes, 6/8 bars below M:4/4 for example, has all bars of that tune " +
            "wrong.");
        report.Measure($"share of written bars that are as long as their metre, mean of the seeds (bigrams: {share:P0} of {bars})",
            trials.Average(trial => trial.Share), "at least 0.7", trials.Average(trial => trial.Share) >= 0.7);
        report.Measure("the same of the worst seed", trials.Min(trial => trial.Share), "at least 0.5", trials.Min(trial =>
            trial.Share) >= 0.5);
        report.Measure("least share of written bars that are not in any tune of the book", trials.Min(trial => trial.New),
            "above 0: it does not only recite", trials.Min(trial => trial.New) > 0);
    }

    static int Epochs(Report report) => report.Quick ? 40 : 80;

    static (int Seed, double Loss, double Share, double New) Trial(Report report, TuneBook book, Chart chart, int seed)
    {
        var net = new CharacterNet(report, book.Vocabulary.Count, Embedding, Hidden, report.Key(seed), Dropped);
        var losses = new double[Epochs(report)];
        for (int epoch = 0; epoch < losses.Length; epoch++)
        {
            foreach (var window in book.Train(epoch)) net.Learn(window);
            losses[epoch] = net.Judge(book.Validation);
            report.Progress($"seed {seed}: {losses[epoch]:F2} nats", (seed + (epoch + 1.0) / losses.Length) / report.Seeds);
        }
        chart.Line($"LSTM-{Hidden}, seed {seed}", Enumerable.Range(1, losses.Length).Select(epoch => (double)epoch), losses);
        string text = CharacterNet.Write(net, book.Vocabulary, "\nM:6/8\nK:G\n", Written, Temperature, report.Key(seed).For("tune"));
        if (seed == 0) report.Preformatted("Given “M:6/8, K:G”, the net of seed 0 writes:\n" + text.TrimStart('\n')[..Shown]);
        var (right, all) = AbcBars.Count(text);
        return (seed, losses[^1], right / (double)Math.Max(1, all), book.NewShare(text));
    }

    /// <summary>The tunes as one long text, in another order each epoch.</summary>
    sealed class TuneBook
    {
        readonly AbcTune[] train, validation;
        readonly ShuffledOrder order;
        readonly CountModel bigrams;
        readonly RandomKey key;

        public TuneBook(RandomKey key)
        {
            train = [.. AbcTunes.All.Where(tune => !HeldBack.Contains(tune.Title)).SelectMany(tune => tune.Transposed())];
            validation = [.. AbcTunes.All.Where(tune => HeldBack.Contains(tune.Title)).SelectMany(tune => tune.Transposed())];
            Vocabulary = CharacterVocabulary.From(Text(train) + Text(validation));
            (order, this.key) = (new ShuffledOrder(train.Length, key), key);
            bigrams = new CountModel(Vocabulary.Encode(Text(train)), Vocabulary.Count, isBigram: true);
            BigramLoss = bigrams.Loss(Vocabulary.Encode(Text(validation)));
            Validation = new ContiguousBatches(Vocabulary.Encode(Text(validation)), 4, Window);
        }

        public CharacterVocabulary Vocabulary { get; }

        public ContiguousBatches Validation { get; }

        public double BigramLoss { get; }

        public ContiguousBatches Train(int epoch) => new(Vocabulary.Encode(Text(order.Epoch(epoch).Select(i => train[i]))), Rows, Window);

        public string BigramText(int count) => "M:6/8\n" + Vocabulary.Decode(bigrams.Write(Vocabulary.Encode("\n")[0], count,
            key.For("bigrams")));

        public double NewShare(string text)
        {
            var known = train.SelectMany(tune => Bars(tune.Text)).ToHashSet();
            string[] bars = [.. Bars(text)];
            return bars.Count(bar => !known.Contains(bar)) / (double)Math.Max(1, bars.Length);
        }

        static IEnumerable<string> Bars(string text) => text.Split('|', '\n').Select(bar => bar.Trim(':', ' ')).Where(bar =>
            bar.Length > 0 && !bar.Contains(':'));

        static string Text(IEnumerable<AbcTune> tunes) => string.Concat(tunes.Select(tune => tune.Text));
    }
}
