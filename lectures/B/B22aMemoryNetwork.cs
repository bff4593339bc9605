using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Attention over stored facts, once and twice.</summary>
public sealed class B22aMemoryNetwork : Demonstration
{
    // Things 0–7 are held by people 8–13, who are in the places 14–19.
    const int Things = 8, People = 6, Places = 6, Words = Things + People + Places, Facts = Things + People, Width = 24, Batch = 64;

    /// <inheritdoc/>
    public override string Id => "B22a";

    /// <inheritdoc/>
    public override string Title => "Memory network: one and two hops over stored facts";

    /// <inheritdoc/>
    public override string Claim =>
        "A memory network answers questions by attention over stored facts (Sukhbaatar, Szlam, Weston and Fergus 2015): where a person " +
            "is takes one " +
        "look, where a thing is takes two, first who holds it and then where that person is.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Of<Func<Tensor, Tensor>>("attention", "it looks at all facts alike", _ => scores =>
        Softmax(0 * scores));

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var chart = new Chart("Learning to answer", "update", "cross-entropy, nats");
        var rows = new List<string[]>();
        double leastOne = 1, leastTwo = 1, mostShort = 0;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var (two, one) = (Trained(report, seed, 2, chart), Trained(report, seed, 1, chart));
            var key = report.Key(seed).For("test");
            double[] right = [two.Right(key, isThing: false), two.Right(key, isThing: true), one.Right(key, isThing: false),
                one.Right(key, isThing: true)];
            (leastOne, leastTwo, mostShort) = (Math.Min(leastOne, right[0]), Math.Min(leastTwo, right[1]), Math.Max(mostShort, right[3]));
            rows.Add([$"{seed}", .. right.Select(Numbers.Short)]);
            if (seed == 0) two.Show(report, key);
        }
        report.Text($"{Facts} facts in random order: who holds each of {Things} things, where each of {People} people is ({Places} " +
            $"places).");
        report.Table(["seed", "two hops: people", "two hops: things", "one hop: people", "one hop: things"], rows);
        report.Chart(chart);
        report.Measure("two hops: least share right, where a person is", leastOne, "at least 0.98", leastOne >= 0.98);
        report.Measure("two hops: least share right, where a thing is", leastTwo, "at least 0.95", leastTwo >= 0.95);
        report.Measure("one hop: largest share right, where a thing is", mostShort,
            $"at most 0.6; guessing is {Numbers.Short(1.0 / Places)}", mostShort <= 0.6);
    }

    static Net Trained(Report report, int seed, int hops, Chart chart)
    {
        var net = new Net(report.Key(seed).For("net"), hops, report.Part<Func<Tensor, Tensor>>("attention", scores => Softmax(scores)));
        double[] losses = net.Fit(report, $"seed {seed}, {hops} hops", report.Quick ? 1000 : 1500, 1e-2, update =>
        {
            var story = new Story(report.Key(seed).For("train").At(update), Batch);
            return Loss.CrossEntropy(net.Answer(story).Logits, story.Answers);
        });
        if (hops == 2) chart.Learning($"two hops, seed {seed}", losses);
        else chart.Baseline($"one hop, seed {seed}", losses);
        return net;
    }

    /// <summary>Facts (who or what, and where or with whom), a question and its answer, for each row of a batch.</summary>
    sealed class Story
    {
        public Story(RandomKey key, int batch, bool? isThing = null)
        {
            (Subjects, Objects, Questions, Answers) = (new int[batch * Facts], new int[batch * Facts], new int[batch], new int[batch]);
            for (int row = 0; row < batch; row++)
            {
                var draws = key.At(row);
                int[] holder = [.. Enumerable.Range(0, Things).Select(thing => draws.Whole((uint)thing, People))];
                int[] place = [.. Enumerable.Range(0, People).Select(person => draws.Whole((uint)(Things + person), Places))];
                int[] order = [.. Enumerable.Range(0, Facts).OrderBy(fact => draws.Uniform((uint)(100 + fact)))];
                for (int i = 0; i < Facts; i++)
                {
                    int fact = order[i], at = row * Facts + i;
                    (Subjects[at], Objects[at]) = (fact, fact < Things ? Things + holder[fact] : Facts + place[fact - Things]);
                }
                bool asksThing = isThing ?? draws.Whole(200, 2) == 1;
                int asked = asksThing ? draws.Whole(201, Things) : Things + draws.Whole(202, People);
                (Questions[row], Answers[row]) = (asked, place[asksThing ? holder[asked] : asked - Things]);
            }
        }

        public int[] Subjects { get; }

        public int[] Objects { get; }

        public int[] Questions { get; }

        public int[] Answers { get; }
    }

    /// <summary>u ← q; as often as there are hops: p = softmax(keys·u), u ← u H + Σ p · values; the answer is softmax(u W).</summary>
    sealed class Net : Layers.Module
    {
        readonly Embedding question, keys, values;
        readonly Linear carry, answer;
        readonly Func<Tensor, Tensor> attention;
        readonly int hops;

        public Net(RandomKey key, int hops, Func<Tensor, Tensor> attention)
        {
            (this.hops, this.attention) = (hops, attention);
            question = Part(new Embedding(Words, Width, key.For("question"), Initializer.Normal(0.3)), nameof(question));
            keys = Part(new Embedding(Words, Width, key.For("keys"), Initializer.Normal(0.3)), nameof(keys));
            values = Part(new Embedding(Words, Width, key.For("values"), Initializer.Normal(0.3)), nameof(values));
            carry = Part(new Linear(Width, Width, key.For("carry")), nameof(carry));
            answer = Part(new Linear(Width, Places, key.For("answer")), nameof(answer));
        }

        public (Tensor Logits, List<Tensor> Looks) Answer(Story story)
        {
            int batch = story.Questions.Length;
            Tensor k = keys.Forward(story.Subjects, batch, Facts), v = values.Forward(story.Objects, batch, Facts);
            var u = question.Forward(story.Questions, batch);
            var looks = new List<Tensor>();
            for (int hop = 0; hop < hops; hop++)
            {
                looks.Add(attention(Sum(k * u.Reshape(batch, 1, Width), 2)));
                u = carry.Forward(u) + Sum(v * looks[^1].Reshape(batch, Facts, 1), 1);
            }
            return (answer.Forward(u), looks);
        }

        public double Right(RandomKey key, bool isThing)
        {
            var story = new Story(key, 500, isThing);
            double[] logits = Answer(story).Logits.ToDoubles();
            return story.Answers.Where((place, row) => logits.AsSpan(row * Places, Places) is var said && place == IndexOfMax(said))
                .Count() / 500.0;
        }

        static int IndexOfMax(ReadOnlySpan<double> values) => System.Numerics.Tensors.TensorPrimitives.IndexOfMax(values);

        /// <summary>Which facts both looks go to, of one question about a thing.</summary>
        public void Show(Report report, RandomKey key)
        {
            var story = new Story(key, 1, isThing: true);
            var (_, looks) = Answer(story);
            var heat = new double[hops, Facts];
            for (int hop = 0; hop < hops; hop++)
                for (int fact = 0; fact < Facts; fact++)
                    heat[hop, fact] = looks[hop].At(0, fact);
            string Word(int id) => id < Things ? $"thing {id}" : id < Facts ? $"person {id - Things}" : $"place {id - Facts}";
            string told = string.Join("; ", story.Subjects.Zip(story.Objects, (subject, where) => $"{Word(subject)}: {Word(where)}"));
            report.Text($"Told: {told}. Asked: where is {Word(story.Questions[0])}? It is in place {story.Answers[0]}.");
            report.Chart(new Chart("Which fact each look goes to, for that question", "fact, in the order told", "look").Heat(heat,
                Enumerable.Range(1, Facts).Select(i => (double)i), [1, 2]));
        }
    }
}
