using Autograd.Data;
using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>Word language models and word vectors.</summary>
public sealed class F3WordModels : Demonstration
{
    const int MostWords = 800, Size = 32, Before = 4, Radius = 2, Rows = 16, Window = 32, Written = 90, Enough = 20_000;

    static readonly string[][] Classes =
    [
        ["my", "thy", "his", "her", "our", "your", "their"],
        ["shall", "will", "must", "may", "should", "would", "can"],
        ["he", "she", "they", "we", "i", "you", "thou"],
        ["king", "lord", "duke", "queen", "son", "father", "brother"],
        ["in", "to", "of", "with", "from", "for", "by"],
    ];

    /// <inheritdoc/>
    public override string Id => "F3";

    /// <inheritdoc/>
    public override string Title => "Word models: projection, recurrent, time-delay, bag of words, skip-gram";

    /// <inheritdoc/>
    public override string Claim =>
        "A one-hot word times a matrix is a row of it: the projection. A recurrent net and a time-delay net over the projections of the " +
            "last words (Bengio 2003) say the next word better than counts do; bag of words and skip-gram (Mikolov 2013) give words of " +
            "one kind similar projections.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Of<int[][]>("contexts", "each word is learned from the context of another", contexts =>
        [.. contexts.Reverse()]);

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        Projection(report);
        string? path = DataFile.Find("tinyshakespeare.txt");
        string text = (path is null ? Texts.Sonnets : Corpus.Load(path)).ToLowerInvariant();
        var vocabulary = WordVocabulary.From(text, MostWords);
        int[] words = [.. vocabulary.Encode(text).Take(60_000)];
        var (train, validation) = Corpus.Split(words, 0.9);
        report.Text($"{words.Length:N0} words and signs of " +
            (path is null ? "five sonnets, too few to learn from (AUTOGRAD_DATA names no folder with tinyshakespeare.txt)" : "Shakespeare")
            + $"; the {vocabulary.Count} most frequent have a number, the others "
            + $"({words.Count(word => word == WordVocabulary.UnknownId) / (double)words.Length:P0}) are <unk>. "
            + "Losses are on the last tenth.");
        var chart = new Chart("Learning to say a word", "epoch", "training loss, nats per word");
        var trials = Enumerable.Range(0, report.Quick ? 1 : report.Seeds).Select(seed => new Trial(report, vocabulary, train,
            validation, chart, seed)).ToList();
        foreach (var trial in trials) trial.Run();
        Compare(report, vocabulary, train, validation, trials);
        report.Chart(chart);
    }

    static void Projection(Report report)
    {
        var projection = new Embedding(7, 3, report.Key(0));
        int[] words = [4, 0, 6, 4];
        var oneHot = new float[words.Length, 7];
        for (int i = 0; i < words.Length; i++) oneHot[i, words[i]] = 1;
        int[] asked = [.. report.Part("contexts", words.Select(word => new[] { word }).ToArray()).Select(context => context[0])];
        double[] looked = projection.Forward(asked, words.Length).ToDoubles(), multiplied = Functions.MatMul(Tensor.From(oneHot),
            projection.Parameters[0]).ToDoubles();
        double worst = looked.Zip(multiplied, (a, b) => Math.Abs(a - b)).Max();
        report.Measure("largest difference of one-hot times matrix and row of the matrix", worst, "0", worst == 0);
    }

    static void Compare(Report report, WordVocabulary vocabulary, ReadOnlyMemory<int> train, ReadOnlyMemory<int> validation,
        List<Trial> trials)
    {
        double unigram = new CountModel(train.Span, vocabulary.Count, isBigram: false).Loss(validation.Span),
            bigram = new CountModel(train.Span, vocabulary.Count, isBigram: true).Loss(validation.Span);
        string[] Row(string name, double nats) => [name, Numbers.Short(nats), Numbers.Short(Math.Exp(nats))];
        report.Table(["model", "validation, nats per word", "perplexity"],
        [
            Row("each word at its frequency", unigram), Row("bigrams, counted", bigram),
            .. trials.SelectMany(trial => new[] { Row($"time-delay net over {Before} words, seed {trial.Seed}", trial.TimeDelay),
                Row($"LSTM, seed {trial.Seed}", trial.Recurrent) }),
        ]);
        report.Table(["seed", "bag of words: alike within, between", "skip-gram: alike within, between"],
            trials.Select(trial => new[] { $"seed {trial.Seed}", $"{trial.Bag.Within:F2}, {trial.Bag.Between:F2}",
                $"{trial.SkipGram.Within:F2}, {trial.SkipGram.Between:F2}" }));
        report.Text("Alike: the mean cosine of the projections of two words, both from one of five kinds (my, thy, his …; shall, will " +
            "…; he, she …; king, lord …; in, to, of …), or from two.");
        if (train.Length < Enough)
        {
            report.Claim("words to learn from: so few teach nothing about others, and the losses above are not judged", train.Length,
                $"at least {Enough}", train.Length >= Enough);
            return;
        }
        double counted = Math.Min(unigram, bigram);
        report.Measure("worst time-delay net, nats per word", trials.Max(trial => trial.TimeDelay),
            $"below counts, {Numbers.Short(counted)}", trials.Max(trial => trial.TimeDelay) < counted);
        report.Measure("worst LSTM, nats per word", trials.Max(trial => trial.Recurrent), $"below counts, {Numbers.Short(counted)}",
            trials.Max(trial => trial.Recurrent) < counted);
        Alike(report, "bag of words", trials.Min(trial => trial.Bag.Within - trial.Bag.Between));
        Alike(report, "skip-gram", trials.Min(trial => trial.SkipGram.Within - trial.SkipGram.Between));
    }

    static void Alike(Report report, string model, double difference) =>
        report.Measure($"{model}: how much more alike words of one kind are, worst seed", difference, "at least 0.1", difference >= 0.1);

    sealed class Trial(Report report, WordVocabulary vocabulary, ReadOnlyMemory<int> train, ReadOnlyMemory<int> validation, Chart chart,
        int seed)
    {
        public int Seed => seed;

        public double TimeDelay { get; private set; }

        public double Recurrent { get; private set; }

        public (double Within, double Between) Bag { get; private set; }

        public (double Within, double Between) SkipGram { get; private set; }

        public void Run()
        {
            var key = report.Key(seed);
            var (before, next) = WordContexts.Before(train.Span, Before);
            var (validBefore, validNext) = WordContexts.Before(validation.Span, Before);
            var net = new TimeDelayModel(vocabulary.Count, Before, Size, 64, key.For("time-delay"));
            Learn("time-delay net", net, before, next, report.Quick ? 3 : 4, 3e-3);
            TimeDelay = net.Judge(validBefore, validNext);
            Recurrent = RecurrentNet(key.For("LSTM"));
            var (around, centres) = WordContexts.Bags(train.Span, Radius);
            Bag = Vectors("bag of words", around, centres, report.Quick ? 3 : 4);
            var (words, neighbours) = WordContexts.SkipGrams(train.Span, Radius);
            SkipGram = Vectors("skip-gram", [.. words.Select(word => new[] { word })], neighbours, 2);
        }

        (double Within, double Between) Vectors(string name, int[][] contexts, int[] words, int epochs)
        {
            var model = new BagModel(vocabulary.Count, Size, report.Key(seed).For(name));
            Learn(name, model, contexts, words, epochs, 1e-2);
            var vectors = new WordVectors(vocabulary, model.Vectors());
            if (seed == 0) report.Table(["word", $"most alike by {name}"], Classes.Select(kind => new[] { kind[0], string.Join(", ",
                vectors.Nearest(kind[0], 6)) }));
            return vectors.Likeness(Classes);
        }

        void Learn(string name, WordModel model, int[][] contexts, int[] words, int epochs, double learningRate)
        {
            var losses = model.Learn(report.Part("contexts", contexts), words, epochs, learningRate, report.Key(seed).For(name), done =>
                report.Progress($"seed {seed}, {name}", done));
            Curve(name, losses.Select((_, i) => (i + 0.5) * epochs / losses.Count), losses);
        }

        double RecurrentNet(RandomKey key)
        {
            var net = new CharacterNet(report, vocabulary.Count, Size, 96, key, dropped: 0.2);
            var batches = new ContiguousBatches(train, train.Length > Enough ? Rows : 2, Window);
            int epochs = report.Quick ? 3 : 4;
            var losses = new List<double>();
            for (int epoch = 0; epoch < epochs; epoch++)
                foreach (var window in batches)
                {
                    losses.Add(net.Learn(window));
                    report.Progress($"seed {seed}, LSTM", losses.Count / (double)(epochs * batches.Count));
                }
            double[] smooth = [.. losses.Chunk(10).Select(part => part.Average())];
            Curve("LSTM", smooth.Select((_, i) => (10 * i + 5.0) / batches.Count), smooth);
            if (seed == 0) report.Preformatted("The LSTM writes, <unk> forbidden:\n" +
                vocabulary.Decode(net.Write(vocabulary.Encode("\n"), Written, 0.8, key.For("text"), WordVocabulary.UnknownId))
                .TrimStart('\n'));
            return net.Judge(new ContiguousBatches(validation, 4, Math.Min(Window, (validation.Length - 1) / 4)));
        }

        void Curve(string name, IEnumerable<double> xs, IEnumerable<double> ys)
        {
            if (seed == 0) chart.Line(name, xs, ys);
        }
    }
}

/// <summary>Which words have similar vectors.</summary>
sealed class WordVectors
{
    readonly WordVocabulary vocabulary;
    readonly double[][] unit;

    public WordVectors(WordVocabulary vocabulary, double[,] vectors)
    {
        this.vocabulary = vocabulary;
        unit = [.. Enumerable.Range(0, vectors.GetLength(0)).Select(word => Unit([.. Enumerable.Range(0, vectors.GetLength(1))
            .Select(i => vectors[word, i])]))];
    }

    /// <summary>The words of greatest cosine.</summary>
    public IEnumerable<string> Nearest(string word, int count)
    {
        int id = vocabulary.Encode(word)[0];
        return Enumerable.Range(0, unit.Length).Where(other => other != id && other != WordVocabulary.UnknownId)
            .OrderByDescending(other => Cosine(id, other)).Take(count).Select(other => vocabulary.Tokens[other] == "\n" ? "(new line)"
                : vocabulary.Tokens[other]);
    }

    /// <summary>The mean cosine of two different words of one class, and of two classes; words without a number are left out.</summary>
    public (double Within, double Between) Likeness(string[][] classes)
    {
        int[][] ids = [.. classes.Select(kind => kind.Select(word => vocabulary.Encode(word)[0]).Where(id =>
            id != WordVocabulary.UnknownId).ToArray())];
        var within = ids.SelectMany(kind => kind.SelectMany(a => kind.Where(b => b > a).Select(b => Cosine(a, b))));
        var between = ids.SelectMany((kind, i) => ids.Skip(i + 1).SelectMany(other => kind.SelectMany(a => other.Select(b => Cosine(a,
            b)))));
        return (within.DefaultIfEmpty(0).Average(), between.DefaultIfEmpty(0).Average());
    }

    double Cosine(int a, int b) => unit[a].Zip(unit[b], (x, y) => x * y).Sum();

    static double[] Unit(double[] vector)
    {
        double length = Math.Sqrt(vector.Sum(x => x * x));
        return [.. vector.Select(x => x / length)];
    }
}
