using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;

namespace Autograd.Lectures;

/// <summary>The smallest language model: four letters, one word.</summary>
public sealed class F1Hello : Demonstration
{
    const string Word = "hello", Letters = "helo";
    const int Hidden = 8, Steps = 300;

    /// <inheritdoc/>
    public override string Id => "F1";

    /// <inheritdoc/>
    public override string Title => "“hello”: a character model of four letters";

    /// <inheritdoc/>
    public override string Claim =>
        "A recurrent net over {h, e, l, o}, one-hot, trained on the word hello, writes “ello” when it is given “h”. At the letter l it " +
            "needs context: the first l is followed by l, the second by o.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var chart = new Chart("Learning “hello”", "update", "cross-entropy, nats per letter") { LogY = true };
        int right = 0;
        var (rows, losses) = (new List<string[]>(), new List<double>());
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var model = new Model(report, report.Key(seed));
            double[] curve = model.Train(Steps);
            string written = model.Write('h', Word.Length - 1);
            if (written == Word[1..]) right++;
            rows.Add([$"{seed}", "h", written, Numbers.Short(curve[^1]), Numbers.Short(model.Probability("hel", 'l')),
                Numbers.Short(model.Probability("hell", 'o'))]);
            chart.Line($"recurrent, seed {seed}", Enumerable.Range(1, Steps).Select(step => (double)step), curve);
            losses.Add(curve[^1]);
        }
        // Without context the best guess after an l is half l and half o: two letters of four cost ln 2.
        double without = 2 * Math.Log(2) / 4, worst = losses.Max();
        chart.Dashed("the best possible without context", [1, Steps], [without, without]);
        report.Table(["seed", "given", "writes", "final loss", "P(l) after “hel”", "P(o) after “hell”"], rows);
        report.Measure("seeds that write “ello” after “h”", right, $"{report.Seeds} of {report.Seeds}", right == report.Seeds);
        report.Measure("largest final loss, nats per letter", worst, $"at most {Numbers.Short(without / 10)}, a tenth of what is " +
            $"possible without context", worst <= without / 10);
        report.Chart(chart);
    }

    sealed class Model
    {
        static readonly CharacterVocabulary Vocabulary = CharacterVocabulary.From(Letters);

        readonly Recurrent<Tensor> recurrent;
        readonly Linear head;
        readonly Parameter[] parameters;

        public Model(Report report, RandomKey key)
        {
            recurrent = Recurrent.Over(report.Cell(new RnnCell(Letters.Length, Hidden, key)));
            head = new Linear(Hidden, Letters.Length, key.For("head"));
            parameters = [.. recurrent.Parameters, .. head.Parameters];
        }

        public double[] Train(int steps)
        {
            var optimizer = new Adam(parameters, 0.02);
            var (x, targets) = (OneHot(Vocabulary.Encode(Word[..^1])), Vocabulary.Encode(Word[1..]));
            var losses = new double[steps];
            for (int step = 0; step < steps; step++)
            {
                using var tape = new Tape();
                var loss = Loss.CrossEntropy(head.Forward(recurrent.Forward(x)), targets);
                optimizer.Step(tape.Gradients(loss, parameters));
                losses[step] = loss.ToScalar();
            }
            return losses;
        }

        /// <summary>The likeliest letter, time after time.</summary>
        public string Write(char first, int count)
        {
            var written = new List<int>(Vocabulary.Encode(first.ToString()));
            while (written.Count <= count)
            {
                double[] next = Next([.. written]);
                written.Add(Array.IndexOf(next, next.Max()));
            }
            return Vocabulary.Decode([.. written.Skip(1)]);
        }

        /// <summary>The probability of a letter after some others.</summary>
        public double Probability(string before, char letter) => Next(Vocabulary.Encode(before))[Vocabulary.Encode(letter.ToString())[0]];

        double[] Next(int[] before) => Functions.Softmax(head.Forward(recurrent.Forward(OneHot(before))[^1])).ToDoubles();

        static Tensor OneHot(int[] letters)
        {
            var x = new float[letters.Length, 1, Letters.Length];
            for (int t = 0; t < letters.Length; t++) x[t, 0, letters[t]] = 1;
            return Tensor.From(x);
        }
    }
}
