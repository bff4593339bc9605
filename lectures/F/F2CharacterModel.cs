using Autograd.Data;

namespace Autograd.Lectures;

/// <summary>A character language model on real text.</summary>
public sealed class F2CharacterModel : Demonstration
{
    const int Rows = 32, Window = 64, Embedding = 64, Hidden = 128, Sample = 300, LongSample = 2000, Long = 100_000;
    const double Temperature = 0.8;

    /// <inheritdoc/>
    public override string Id => "F2";

    /// <inheritdoc/>
    public override string Title => "A character language model on real text";

    /// <inheritdoc/>
    public override string Claim => "A recurrent net learns to say the next character of real text, and what it writes looks like the " +
        "text.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        string? shakespeare = DataFile.Find("tinyshakespeare.txt"), sources = shakespeare is null ? DataFile.OwnSources() : null;
        string text = shakespeare is null ? sources ?? Texts.Sonnets : Corpus.Load(shakespeare);
        string name = shakespeare is not null ? "Shakespeare" : sources is not null
            ? "this project's C# sources, since AUTOGRAD_DATA names no folder with tinyshakespeare.txt"
            : "five sonnets, too few to learn English from";
        report.Text($"Text: {text.Length:N0} characters of {name}. The first 90 % train, the rest validates, in contiguous streams with " +
            $"the state carried from window to window.");
        var vocabulary = CharacterVocabulary.From(text);
        var (train, validation) = Corpus.Split(vocabulary.Encode(text), 0.9);
        var trial = new Trial(text, vocabulary, train, validation);
        var chart = new Chart("Learning to write", "update", "training loss, nats per character");
        var rows = new List<string[]>();
        int seeds = report.Quick ? 1 : report.Seeds;
        var losses = new double[seeds];
        var words = new double[seeds];
        for (int seed = 0; seed < seeds; seed++)
        {
            (losses[seed], words[seed]) = trial.Run(report, seed, seeds, epochs: text.Length < Long ? 20 : 1, chart);
            rows.Add([$"{seed}", Numbers.Short(losses[seed]), Numbers.Short(losses[seed] / Math.Log(2)), $"{words[seed]:P0}"]);
        }
        chart.Dashed("bigrams, counted, on the validation text", [0, chart.LastX], [trial.Bigram, trial.Bigram]);
        report.Table(["seed", "validation, nats", "bits per character", "words written that are in the text"], rows);
        report.Chart(chart);
        trial.Compare(report, losses, words, text.Length >= Long, shakespeare is not null);
    }

    sealed class Trial(string text, CharacterVocabulary vocabulary, ReadOnlyMemory<int> train, ReadOnlyMemory<int> validation)
    {
        readonly CountModel bigrams = new(train.Span, vocabulary.Count, isBigram: true);

        // A short text gives fewer rows, so that there are windows at all.
        readonly int rows = text.Length >= Long ? Rows : 2;
        readonly HashSet<string> known = [.. WordVocabulary.Tokenize(text)];

        public double Bigram => bigrams.Loss(validation.Span);

        public (double Validation, double Words) Run(Report report, int seed, int seeds, int epochs, Chart chart)
        {
            var net = new CharacterNet(report, vocabulary.Count, Embedding, Hidden, report.Key(seed));
            var batches = new ContiguousBatches(train, rows, Window);
            if (seed == 0) Show(report, net, "Before any learning it writes:");
            var losses = new List<double>();
            int updates = epochs * batches.Count;
            for (int epoch = 0; epoch < epochs; epoch++)
                foreach (var window in batches)
                {
                    losses.Add(net.Learn(window));
                    report.Progress($"seed {seed}: {losses[^1]:F2} nats", (seed + losses.Count / (double)updates) / seeds);
                    if (seed == 0 && losses.Count == 60 && updates > 120) Show(report, net, "After 60 updates:");
                }
            if (seed == 0) Show(report, net, $"After {updates} updates:");
            double[] smooth = Smoothed(losses, 10);
            chart.Line($"LSTM-{Hidden}, seed {seed}", smooth.Select((_, i) => 10.0 * i + 5), smooth);
            return (net.Judge(new ContiguousBatches(validation, Math.Min(rows, Math.Max(1, validation.Length / (2 * Window))), Window)),
                Known(net, report.Key(seed)));
        }

        public void Compare(Report report, double[] losses, double[] words, bool isLong, bool isShakespeare)
        {
            double unigram = new CountModel(train.Span, vocabulary.Count, isBigram: false).Loss(validation.Span);
            string written = vocabulary.Decode(bigrams.Write(vocabulary.Encode("\n")[0], LongSample, report.Key(0).For("bigram")));
            double share = Known(written);
            report.Text($"For comparison, on the validation text: every symbol as likely as any other {Math.Log(vocabulary.Count):F2} " +
                $"nats, each at its frequency {unigram:F2}, each at its frequency after the symbol before it (bigrams) " +
                $"{Bigram:F2}.{(isShakespeare ? " PyTorch with the same net, split and schedule: 1.84 after one epoch." : "")}");
            report.Preformatted("Bigrams write:\n" + written[..Sample]);
            report.Measure("worst validation, nats per character", losses.Max(), isLong ? "at most 2.0 after one epoch"
                : $"below bigrams, {Numbers.Short(Bigram)}", losses.Max() <= (isLong ? 2.0 : Bigram));
            if (isShakespeare) report.Measure("best validation: below 1.40 a leak would be suspected", losses.Min(), "at least 1.4",
                losses.Min() >= 1.4);
            report.Measure("gain over bigrams, nats per character", Bigram - losses.Max(), isLong ? "at least 0.4" : "above 0",
                Bigram - losses.Max() >= (isLong ? 0.4 : 0));
            report.Measure($"share of words written that are words of the text (bigrams: {share:P0})", words.Min(), isLong
                ? "at least three times as many" : "above bigrams", words.Min() > (isLong ? 3 : 1) * share);
        }

        void Show(Report report, CharacterNet net, string title) =>
            report.Preformatted(title + "\n" + CharacterNet.Write(net, vocabulary, "\n", Sample, Temperature, report.Key(0)
                .For("sample")).TrimStart('\n'));

        double Known(CharacterNet net, RandomKey key) => Known(CharacterNet.Write(net, vocabulary, "\n", LongSample, Temperature,
            key.For("words")));

        // Words of three letters and more: short ones are hit by chance.
        double Known(string written)
        {
            string[] all = [.. WordVocabulary.Tokenize(written).Where(word => word.Length >= 3 && char.IsLetter(word[0]))];
            return all.Count(known.Contains) / (double)Math.Max(1, all.Length);
        }

        static double[] Smoothed(List<double> values, int width) => [.. values.Chunk(width).Where(part => part.Length == width)
            .Select(part => part.Average())];
    }
}
