#!/usr/bin/env dotnet
#:project ../src/Layers/Layers.csproj
#:project ../src/Onnx/Onnx.csproj
#:package Microsoft.ML.OnnxRuntime
#:property PublishAot=false

// A character model with a recurrent cell of your own, written as an ONNX file and run by ONNX Runtime, which knows nothing of it.
//   dotnet run -c Release examples/onnx.cs

using Autograd;
using Autograd.Layers;
using Autograd.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using static Autograd.Functions;
using Tensor = Autograd.Tensor;

var model = new CharacterModel(symbols: 30, units: 16, new RandomKey(1));

// 1. Traced with examples of tokens and lengths; the axes of time and batch stay open. The cell becomes one Scan.
var file = OnnxModel.Export(
    model,
    [OnnxInput.Tokens("tokens", 30, "time", "batch"), OnnxInput.Lengths("lengths", "time", "batch")],
    given => [("logits", model.Logits(given.Whole("tokens"), given.Length("time"), given.Whole("lengths")))]);
string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx");
file.Save(path);

// 2. Another program needs the file alone.
using var session = new InferenceSession(path);
foreach (var (time, batch) in new[] { (12, 2), (40, 1), (7, 5) })
{
    int[] tokens = [.. Enumerable.Range(0, time * batch).Select(i => i * 7 % 30)],
        lengths = [.. Enumerable.Range(0, batch).Select(b => time - b)];
    var expected = model.Logits(tokens, time, lengths).ToDoubles();
    using var results = session.Run(
    [
        NamedOnnxValue.CreateFromTensor("tokens", new DenseTensor<long>(Array.ConvertAll(tokens, token => (long)token), [time, batch])),
        NamedOnnxValue.CreateFromTensor("lengths", new DenseTensor<long>(Array.ConvertAll(lengths, length => (long)length), [batch])),
    ]);
    double difference = results[0].AsEnumerable<float>().Zip(expected, (there, here) => Math.Abs(there - here)).Max();
    Console.WriteLine(FormattableString.Invariant($"{time} steps of {batch}: the logits differ by {difference:G2} at most"));
    if (!(difference < 1e-5)) return 1;
}
File.Delete(path);
return 0;

/// <summary>Embedding, a recurrence, and a linear layer to logits over the next character.</summary>
sealed class CharacterModel : Module
{
    readonly Embedding embedding;
    readonly Recurrent<(Tensor H, Tensor S)> recurrent;
    readonly Linear head;

    public CharacterModel(int symbols, int units, RandomKey key)
    {
        embedding = Part(new Embedding(symbols, 8, key.For("embedding")), nameof(embedding));
        recurrent = Part(Recurrent.Over(new TwoSpeedCell(8, units, key.For("cell"))), nameof(recurrent));
        head = Part(new Linear(units, symbols, key.For("head")), nameof(head));
    }

    public Tensor Logits(int[] tokens, int time, int[] lengths) =>
        head.Forward(recurrent.Forward(embedding.Forward(tokens, time, lengths.Length), lengths));
}

/// <summary>A gated unit with a slow trace s of its own activity.</summary>
sealed class TwoSpeedCell : Cell<(Tensor H, Tensor S)>
{
    readonly Parameter Wz, Rz, Pz, Bz, Wn, Rn, Rate;

    public TwoSpeedCell(int inputs, int hidden, RandomKey key) : base(key, hidden)
    {
        Weight(out Wz, inputs, hidden); Weight(out Rz, hidden, hidden); Diagonal(out Pz, hidden); Bias(out Bz, hidden, -1);
        Weight(out Wn, inputs, hidden); Weight(out Rn, hidden, hidden); Bias(out Rate, hidden, -2);
    }

    public override (Tensor Output, (Tensor H, Tensor S) Next) Step(Tensor x, (Tensor H, Tensor S) state)
    {
        var (h, s) = state;
        var z = Sigmoid(MatMul(x, Wz) + MatMul(h, Rz) + s * Pz + Bz);
        var next = (1 - z) * h + z * Tanh(MatMul(x, Wn) + MatMul(h, Rn));
        var a = Sigmoid(Rate);
        return (next, (next, (1 - a) * s + a * next));
    }
}
