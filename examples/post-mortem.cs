#!/usr/bin/env dotnet
#:project ../src/Layers/Layers.csproj
#:project ../src/Optimizers/Optimizers.csproj
#:project ../src/Data/Data.csproj
#:property PublishAot=false

// A training that dies and says of what. The cell divides by a norm, which is 0 where a series begins with silence: the batch is computed
// once more, and a page names the cell, the line, the step, the sequence and the first bad value.
//   dotnet run -c Release examples/post-mortem.cs [PAGE.html]

using Autograd;
using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;
using static System.FormattableString;
using static Autograd.Functions;

string page = args is [var path, ..] ? path : "post-mortem.html";
var key = new RandomKey(1);
var layer = Recurrent.Over(new NormedCell(inputs: 1, hidden: 16, key));
var head = new Linear(16, 1, key.For("head"));
double[] series = MackeyGlass.Generate(1000, key.For("series"));
Array.Clear(series, 400, 12);
var windows = new SeriesWindows(series, window: 30, stride: 10);

var loop = new TrainingLoop(new Adam([.. layer.Parameters, .. head.Parameters], 0.01), step =>
{
    var (inputs, targets) = windows.Batch([.. Enumerable.Range(0, 4).Select(i => (int)(step * 4 + i) % windows.Count)]);
    return Loss.MeanSquaredError(head.Forward(layer.Forward(inputs)[^1]), targets[0]);
})
{ PostMortem = page };
try
{
    loop.Run(200);
    return 1;
}
catch (NonFiniteLossException death)
{
    Console.WriteLine(Invariant($"It died in step {loop.Steps}. {death.Message}"));
    Console.WriteLine(File.ReadAllText(Path.ChangeExtension(page, ".txt")));
    return 0;
}

/// <summary>A unit whose activation is normed by its root mean square, in which an ε is missing.</summary>
sealed class NormedCell : Cell<Tensor>
{
    readonly Parameter W, R;

    public NormedCell(int inputs, int hidden, RandomKey key) : base(key, hidden)
    {
        Weight(out W, inputs, hidden); Weight(out R, hidden, hidden);
    }

    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor h)
    {
        var a = MatMul(x, W) + MatMul(h, R);
        var next = Tanh(a / Sqrt(Mean(Square(a), -1).Reshape(-1, 1)));
        return (next, next);
    }
}
