#!/usr/bin/env dotnet
#:project ../src/Layers/Layers.csproj
#:project ../src/Optimizers/Optimizers.csproj
#:project ../src/Data/Data.csproj
#:property PublishAot=false

// Tunes in ABC notation: a character model learns a few old ones, and writes one itself. Others
// come from a file abc.txt, tunes parted by empty lines, in the folder that the variable AUTOGRAD_DATA names.
//   dotnet run -c Release examples/music.cs

using Autograd;
using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;
using static System.FormattableString;

// Traditional, of France, Germany and England; each ends with an empty line.
const string Tunes = """
    T:Frere Jacques
    K:C
    CDEC|CDEC|EFG2|EFG2|GAGFEC|GAGFEC|CG,C2|CG,C2|]

    T:Ah vous dirai-je, maman
    K:C
    CCGG|AAG2|FFEE|DDC2|GGFF|EED2|GGFF|EED2|CCGG|AAG2|FFEE|DDC2|]

    T:Au clair de la lune
    K:C
    CCCD|E2D2|CEDD|C4|CCCD|E2D2|CEDD|C4|DDDD|A,2A,2|DCB,A,|G,4|CCCD|E2D2|CEDD|C4|]

    T:Haenschen klein
    K:C
    GEE2|FDD2|CDEF|GGG2|GEE2|FDD2|CEGG|C4|DDDD|DEF2|EEEE|EFG2|GEE2|FDD2|CEGG|C4|]

    T:Go tell Aunt Rhody
    K:C
    E2ED|C2C2|D2DF|EDC2|G2GF|E2E2|DCDE|C4|]


    """;
string? file = Environment.GetEnvironmentVariable("AUTOGRAD_DATA") is { } folder ? Path.Combine(folder, "abc.txt") : null;
string text = File.Exists(file) ? Corpus.Load(file) : string.Concat(Enumerable.Repeat(Tunes.ReplaceLineEndings("\n"), 20));
var vocabulary = CharacterVocabulary.From(text);
var batches = new ContiguousBatches(vocabulary.Encode(text), rows: 8, window: 48);

var key = new RandomKey(1);
var embedding = new Embedding(vocabulary.Count, 16, key.For("embedding"));
var layer = Recurrent.Over(new GruCell(16, 96, key));
var head = new Linear(96, vocabulary.Count, key.For("head"));
Tensor? state = null;

var optimizer = new Adam([.. embedding.Parameters, .. layer.Parameters, .. head.Parameters], 0.005) { Clipping = Clipping.GlobalNorm(1) };
var loop = new TrainingLoop(optimizer, step =>
{
    var window = batches[(int)(step % batches.Count)];
    var x = embedding.Forward(window.Inputs.Span, window.Time, window.Rows);
    var run = window.IsFirst ? layer.Run(x) : layer.Run(x, state!);
    state = State.Detach(run.Final);
    return Loss.CrossEntropy(head.Forward(run.Outputs), window.Targets.Span);
});
loop.Run(250, TrainingProgress.To(at => Console.Error.Write(at.Step % 50 == 0 ? $"{at}\n" : "")));

// It writes from the beginning of a tune; an empty line ends it.
var decoder = new Decoder<Tensor>(layer.Cell, symbols => embedding.Forward(symbols), head.Forward);
int[][] written = decoder.Generate([vocabulary.Encode("T:")], length: 300, Sampler.TopK(5), key.For("tune"));
string tune = ("T:" + vocabulary.Decode(written[0])).Split("\n\n")[0];
Console.WriteLine(tune);
int bars = tune.Split('\n')[^1].Split('|').Count(bar => bar is not ("" or "]"));
Console.WriteLine(Invariant($"{bars} bars; {(text.Contains(tune, StringComparison.Ordinal) ? "one of those it learned" : "a new one")}"));
