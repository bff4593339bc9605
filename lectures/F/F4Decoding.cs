using System.Diagnostics;
using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>What is made of a model's probabilities.</summary>
public sealed class F4Decoding : Demonstration
{
    const int Hidden = 64, Time = 40, Batch = 16;

    /// <inheritdoc/>
    public override string Id => "F4";

    /// <inheritdoc/>
    public override string Title => "Decoding: greedy, random, temperature, top-k, nucleus, beam search";

    /// <inheritdoc/>
    public override string Claim =>
        "A trained model gives probabilities; decoding makes a text of them. Greedy takes the best symbol, beam search looks for the " +
            "best text, sampling varies it: a temperature sharpens or flattens p^(1/τ)/Σ p^(1/τ), top-k and nucleus cut off what is " +
            "improbable.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Of<Func<double, Sampler>>("temperature", "it is 1/τ", right => temperature =>
        right(1 / temperature));

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var model = new Model(report.Key(0));
        model.Train(report, report.Quick ? 300 : 600);
        Texts(report, model);
        Temperatures(report, model);
        Truncation(report, model);
        Beams(report, model);
        Streaming(report, model);
    }

    static void Texts(Report report, Model model)
    {
        var lines = new List<string>();
        foreach (var (name, sampler) in (IEnumerable<(string, Sampler)>)[
            ("greedy", Sampler.Greedy), ("random", Sampler.Random), ("temperature 0.5", Sampler.Temperature(0.5)), ("temperature 2",
                Sampler.Temperature(2)),
            ("top-3", Sampler.TopK(3)), ("nucleus 0.8", Sampler.Nucleus(0.8))])
            lines.Add($"{name,-16} This is {model.Written("This is ", 70, sampler, report.Key(0)).Replace('\n', '/')}");
        var beam = model.Decoder.Beam([model.Encoded("This is ")], 8, 70, stop: null)[0][0];
        lines.Add($"{"beam of 8",-16} This is {model.Decoded(beam.Symbols).Replace('\n', '/')}");
        report.Text($"An LSTM of {Hidden} units, trained on the letters of “The House That Jack Built”; all continue the same words (/ " +
            $"is a line break).");
        report.Preformatted(string.Join('\n', lines));
        string[] prompts = ["This is ", "the cat ", "This is the dog that worried t", "a"];
        int[][] encoded = [.. prompts.Select(model.Encoded)];
        int[][] together = model.Decoder.Generate(encoded, 50, Sampler.Greedy, report.Key(0));
        int different = encoded.Zip(together).Count(pair => !model.Decoder.Generate([pair.First], 50, Sampler.Greedy, report.Key(0))[0]
            .SequenceEqual(pair.Second));
        report.Measure("prompts of four lengths in one batch against one by one: texts that differ", different, "0", different == 0);
        bool same = model.Written("This is ", 60, Sampler.TopK(1), report.Key(0)) == model.Written("This is ", 60, Sampler.Greedy,
            report.Key(1));
        report.Measure("top-1 is greedy, whatever the key", same ? 1 : 0, "1", same);
    }

    static void Temperatures(Report report, Model model)
    {
        double[] logits = model.Next("This is the ").ToDoubles();
        double[] p = Softmax(Tensor.From(logits)).ToDoubles();
        double worst = 0;
        var entropy = new List<double>();
        double[] temperatures = [.. Enumerable.Range(0, 41).Select(i => Math.Pow(10, -1.5 + i * 0.075))];
        var sampler = report.Part<Func<double, Sampler>>("temperature", temperature => Sampler.Temperature(temperature));
        foreach (double temperature in temperatures)
        {
            double[] found = sampler(temperature).Probabilities(logits), powers = [.. p.Select(x => Math.Pow(x, 1 / temperature))];
            worst = Math.Max(worst, found.Zip(powers, (a, b) => Math.Abs(a - b / powers.Sum())).Max());
            entropy.Add(-found.Where(x => x > 0).Sum(x => x * Math.Log(x)));
        }
        report.Measure($"probabilities at {temperatures.Length} temperatures against p^(1/τ)/Σ p^(1/τ)", worst, "at most 1e-12",
            worst <= 1e-12);
        report.Chart(new Chart("Entropy of the next letter after “This is the ”", "temperature τ", "nats") { LogX = true }
            .Line("entropy", temperatures, entropy).Dashed($"all {p.Length} letters alike", [temperatures[0], temperatures[^1]],
                [Math.Log(p.Length), Math.Log(p.Length)]));
        bool rises = entropy.Zip(entropy.Skip(1)).All(pair => pair.First <= pair.Second + 1e-12);
        report.Measure("the entropy rises with the temperature", rises ? 1 : 0, "1", rises);

        const int Draws = 20000;
        var counts = new double[p.Length];
        for (uint i = 0; i < Draws; i++) counts[Sampler.Random.Choose(logits, report.Key(0).For("draws").Uniform(i))] += 1.0 / Draws;
        double distance = counts.Zip(p, (a, b) => Math.Abs(a - b)).Sum() / 2, limit = 2 * Math.Sqrt(p.Length / (2 * Math.PI * Draws));
        report.Measure($"{Draws} random letters against the probabilities, total variation", distance,
            $"at most {Numbers.Short(limit)}", distance <= limit);
    }

    static void Truncation(Report report, Model model)
    {
        double[] logits = [.. model.Next("This is the ").ToDoubles().OrderDescending()];
        double[] p = Sampler.Random.Probabilities(logits);
        double[] Xs(IEnumerable<double> values) => [.. values.Select((_, i) => i + 1.0)];
        var chart = new Chart("The next letter after “This is the ”, by rank", "rank of the letter", "probability") { YRange = (0, 0.6) };
        double[][] shown = [p[..8], Sampler.Temperature(2).Probabilities(logits)[..8], Sampler.TopK(3, 2).Probabilities(logits)[..8],
            Sampler.Nucleus(0.8, 2).Probabilities(logits)[..8]];
        foreach (var (name, values) in ((string[])["the model", "temperature 2", "top-3 at temperature 2",
            "nucleus 0.8 at temperature 2"]).Zip(shown)) chart.Bars(name, Xs(values), values);
        report.Chart(chart);
        double[] flat = Sampler.Temperature(2).Probabilities(logits), kept = Sampler.Nucleus(0.8, 2).Probabilities(logits);
        int count = kept.Count(x => x > 0);
        double mass = flat[..count].Sum(), without = flat[..(count - 1)].Sum();
        report.Measure($"the nucleus of 0.8 keeps {count} letters: their probability", mass, "at least 0.8", mass >= 0.8);
        report.Measure("without the last of them", without, "below 0.8", without < 0.8);
        report.Measure("top-3 keeps", Sampler.TopK(3, 2).Probabilities(logits).Count(x => x > 0), "3", Sampler.TopK(3, 2)
            .Probabilities(logits).Count(x => x > 0) == 3);
    }

    static void Beams(Report report, Model model)
    {
        const int Length = 24;
        int[][] prompts = [.. Enumerable.Range(0, 24).Select(i => model.Encoded(Rhyme.Text.Substring(37 * i, 3 + i % 5)))];
        double[] widths = [1, 2, 4, 8, 16];
        double[] means = [.. widths.Select(width => model.Decoder.Beam(prompts, (int)width, Length).Average(beam => beam[0]
            .LogProbability))];
        double greedy = model.Decoder.Generate(prompts, Length, Sampler.Greedy, report.Key(0)).Zip(prompts, (symbols, prompt) =>
            model.LogProbability(prompt, symbols)).Average();
        report.Chart(new Chart($"Continuations of {Length} letters: log p of the best one, mean over {prompts.Length} prompts",
            "beam width", "nats")
        { LogX = true }
            .Line("beam search", widths, means).Dashed("greedy", [1, 16], [greedy, greedy]));
        report.Measure("beam of 1 minus greedy, log p", means[0] - greedy, "0 to 1e-3", Math.Abs(means[0] - greedy) <= 1e-3);
        report.Measure("beam of 16 minus greedy, log p", means[^1] - greedy, "above 0", means[^1] > greedy);
        double worst = 0;
        foreach (var (prompt, beam) in prompts.Zip(model.Decoder.Beam(prompts, 8, Length)))
            foreach (var hypothesis in beam) worst = Math.Max(worst, Math.Abs(hypothesis.LogProbability - model.LogProbability(prompt,
                [.. hypothesis.Symbols])));
        report.Measure("log p of every hypothesis against reading it anew from the prompt: states went along with their hypotheses",
            worst, "at most 1e-3", worst <= 1e-3);

        int stop = model.Encoded("\n")[0];
        double[] penalties = [0, 0.5, 1, 1.5, 2];
        double[] lengths = [.. penalties.Select(penalty => model.Decoder.Beam(prompts, 8, 60, penalty, stop).Average(beam =>
            (double)beam[0].Symbols.Count))];
        report.Chart(new Chart("Longer lines with a larger length penalty (beam of 8, a line break stops)",
            "α, score = log p / ((5 + n)/6)^α", "letters of the best line, mean").Line("best line", penalties, lengths));
        report.Measure("letters with α = 2 minus with α = 0", lengths[^1] - lengths[0], "not negative", lengths[^1] >= lengths[0]);
    }

    static void Streaming(Report report, Model model)
    {
        var stream = StreamingCell.Over(model.Cell, model.Letters, readOut: model.Head.Forward);
        int[] text = model.Encoded(Rhyme.Text[..400]);
        var x = model.OneHot(text);
        var whole = model.Head.Forward(Recurrent.Over(model.Cell).Forward(x.Reshape(text.Length, 1, -1)));
        double worst = 0;
        for (int t = 0; t < text.Length; t++)
        {
            var logits = stream.Step(At(x, t).AsSpan<float>());
            for (int k = 0; k < model.Letters; k++) worst = Math.Max(worst, Math.Abs(logits[k] - whole.At(t, 0, k)));
        }
        report.Measure("streaming, one step at a time, against the whole sequence: largest difference of a logit", worst,
            "at most 1e-4", worst <= 1e-4);
        float[] one = new float[model.Letters];
        for (int i = 0; i < 200; i++) stream.Step<float>(one);
        long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
        const int Steps = 5000;
        for (int i = 0; i < Steps; i++) stream.Step<float>(one);
        double bytes = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Steps, microseconds = Stopwatch.GetElapsedTime(start)
            .TotalMicroseconds / Steps;
        report.Measure("managed bytes allocated for each step", bytes, "0", bytes == 0);
        report.Text($"A step of the LSTM and its read-out takes {microseconds:0.0} µs.");
    }

    sealed class Model
    {
        readonly CharacterVocabulary vocabulary = CharacterVocabulary.From(Rhyme.Text);
        readonly Recurrent<LstmState> recurrent;

        public Model(RandomKey key)
        {
            Cell = new LstmCell(Letters, Hidden, key);
            recurrent = Recurrent.Over(Cell);
            Head = new Linear(Hidden, Letters, key.For("head"));
            Decoder = new Decoder<LstmState>(Cell, OneHot, Head.Forward);
        }

        public int Letters => vocabulary.Count;

        public LstmCell Cell { get; }

        public Linear Head { get; }

        public Decoder<LstmState> Decoder { get; }

        public Tensor OneHot(int[] symbols) => Functions.OneHot(symbols, Letters);

        public int[] Encoded(string text) => vocabulary.Encode(text);

        public string Decoded(IEnumerable<int> symbols) => vocabulary.Decode([.. symbols]);

        public string Written(string prompt, int length, Sampler sampler, RandomKey key) => Decoded(Decoder.Generate([Encoded(prompt)],
            length, sampler, key)[0]);

        public Tensor Next(string read) => Decoder.Read([Encoded(read)]).Logits.Reshape(-1);

        public double LogProbability(int[] prompt, int[] symbols)
        {
            int[] all = [.. prompt, .. symbols];
            var log = LogSoftmax(Head.Forward(recurrent.Forward(OneHot(all).Reshape(all.Length, 1, Letters))));
            return Enumerable.Range(prompt.Length, symbols.Length).Sum(t => log.At(t - 1, 0, all[t]));
        }

        public void Train(Report report, int updates)
        {
            Parameter[] parameters = [.. recurrent.Parameters, .. Head.Parameters];
            var optimizer = new Adam(parameters, 0.01) { Clipping = Clipping.GlobalNorm(5) };
            int[] text = Encoded(Rhyme.Text);
            var losses = new List<double>();
            for (int update = 0; update < updates; update++)
            {
                if (update % 20 == 0) report.Progress("training", (double)update / updates);
                var draws = report.Key(0).For("train").At(update);
                int[] starts = [.. Enumerable.Range(0, Batch).Select(b => draws.Whole((uint)b, text.Length - Time - 1))];
                int[] read = [.. Enumerable.Range(0, Time * Batch).Select(i => text[starts[i % Batch] + i / Batch])],
                    next = [.. Enumerable.Range(0, Time * Batch).Select(i => text[starts[i % Batch] + i / Batch + 1])];
                using var tape = new Tape();
                var loss = Loss.CrossEntropy(Head.Forward(recurrent.Forward(OneHot(read).Reshape(Time, Batch, Letters))), next);
                optimizer.Step(tape.Gradients(loss, parameters));
                losses.Add(loss.ToScalar());
            }
            report.Chart(new Chart("The character model learns the rhyme", "update", "cross-entropy, nats per letter")
                .Line("training loss", Enumerable.Range(1, updates).Select(i => (double)i), losses));
        }
    }
}

/// <summary>A cumulative nursery rhyme of the eighteenth century.</summary>
static class Rhyme
{
    static readonly string[] Things =
    [
        "the house that Jack built", "the malt that lay in", "the rat that ate", "the cat that killed", "the dog that worried",
            "the cow with the crumpled horn that tossed",
        "the maiden all forlorn that milked", "the man all tattered and torn that kissed",
            "the priest all shaven and shorn that married", "the cock that crowed in the morn that woke",
        "the farmer sowing his corn that kept",
    ];

    /// <summary>All verses.</summary>
    public static string Text { get; } = string.Join("\n\n", Enumerable.Range(0, Things.Length).Select(Verse)) + "\n";

    static string Verse(int last) => "This is " + string.Join("\n", Enumerable.Range(0, last + 1).Select(i => Things[last - i])) + ".";
}
