#!/usr/bin/env dotnet
#:project ../src/Layers/Layers.csproj
#:project ../src/Optimizers/Optimizers.csproj
#:project ../src/Data/Data.csproj
#:property PublishAot=false

// Labelling without knowing where: a bidirectional LSTM learns the phonemes of synthetic speech by connectionist temporal classification
// (Graves, Fernández, Gomez, Schmidhuber 2006), which is told only their order. Decoded by the best path and by a search over prefixes.
//   dotnet run -c Release examples/ctc.cs

using Autograd;
using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;
using static System.FormattableString;
using static Autograd.Functions;

var key = new RandomKey(1);
var speech = new PhonemeSequences(key.For("phonemes"));
// Class 0 is the blank; phoneme k is class k + 1.
int classes = speech.Phonemes + 1;
var layer = Bidirectional.Over(
    new LstmCell(speech.Features, 24, key.For("forward")), new LstmCell(speech.Features, 24, key.For("backward")));
var head = new Linear(48, classes, key.For("head"));
Tensor Logits(Utterances spoken) => head.Forward(layer.Forward(spoken.Inputs, spoken.Lengths));
Tensor LossOf(Utterances spoken) =>
    Mean(Ctc.NegativeLogLikelihood(Logits(spoken), Classes(spoken), spoken.Lengths, zeroInfinity: true));

var held = speech.Batch(key.For("held"), 100);
var optimizer = new Adam([.. layer.Parameters, .. head.Parameters], 0.01) { Clipping = Clipping.GlobalNorm(1) };
var loop = new TrainingLoop(optimizer, step => LossOf(speech.Batch(key.For("batch").At((int)step), 16)))
{
    Validation = () => LossOf(held).ToScalar(),
    ValidateEvery = 50,
};
Console.WriteLine(loop.Run(300, TrainingProgress.To(at =>
{
    if (at.Validation is not null) Console.Error.WriteLine(at);
})));

var test = speech.Batch(key.For("test"), 200);
var logits = Logits(test);
var truth = Classes(test);
var path = CtcDecoding.BestPath(logits, test.Lengths);
var beam = CtcDecoding.PrefixBeam(logits, width: 10, test.Lengths);
Console.WriteLine(Invariant($"wrong labels, best path:     {100 * Wrong(path):F1} %"));
Console.WriteLine(Invariant($"wrong labels, prefix search: {100 * Wrong([.. beam.Select(found => found[0].Labels.ToArray())]):F1} %"));
Console.WriteLine($"said:  {string.Join(' ', truth[0])}");
foreach (var (labels, logProbability) in beam[0].Take(3))
    Console.WriteLine(Invariant($"heard: {string.Join(' ', labels)}  (p = {Math.Exp(logProbability):F3})"));

static int[][] Classes(Utterances spoken) => [.. spoken.Labels.Select(labels => labels.Select(label => label + 1).ToArray())];

// Insertions, deletions and substitutions, by the number of labels.
double Wrong(int[][] heard) => heard.Zip(truth, Distance).Sum() / (double)truth.Sum(labels => labels.Length);

static int Distance(int[] from, int[] to)
{
    int[] row = [.. Enumerable.Range(0, to.Length + 1)];
    for (int i = 1; i <= from.Length; i++)
        for (int j = 0, above = row[0], diagonal = 0; j <= to.Length; j++)
        {
            (diagonal, above) = (above, row[j]);
            row[j] = j == 0 ? i : Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1));
        }
    return row[^1];
}
