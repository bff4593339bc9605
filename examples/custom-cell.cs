#!/usr/bin/env dotnet
#:project ../src/Layers/Layers.csproj
#:project ../src/Optimizers/Optimizers.csproj
#:property PublishAot=false

// A recurrent cell of your own: written as its equations, its gradients checked in double, then trained in float.
//   dotnet run -c Release examples/custom-cell.cs

using Autograd;
using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

var key = new RandomKey(1);
var recurrent = Recurrent.Over(new TwoSpeedCell(inputs: 2, hidden: 24, key));
var head = new Linear(24, 1, key.For("head"));

// 1. The gradients of every parameter and of the input, to first and second order, against differences of function values.
var sample = key.For("sample").Normal([4, 2, 2]);
var report = GradientCheck.Run(x => recurrent.Forward(x[0]), [sample], recurrent.Parameters);
Console.WriteLine($"Gradient check: {report.ThrowIfFailed().ToString().Split('\n')[0]}");

// 2. The adding problem (Hochreiter and Schmidhuber 1997): add the two numbers that are marked among thirty.
Parameter[] parameters = [.. recurrent.Parameters, .. head.Parameters];
var optimizer = new Adam(parameters, learningRate: 5e-3) { Clipping = Clipping.GlobalNorm(1) };
for (int step = 0; step <= 1000; step++)
{
    using var tape = new Tape();
    var (x, sum) = AddingProblem(time: 30, batch: 32, key.For("task").At(step));
    var loss = Loss.MeanSquaredError(head.Forward(recurrent.Forward(x)[^1]), sum);
    optimizer.Step(tape.Gradients(loss, parameters));
    if (step % 250 == 0)
        Console.WriteLine(
        FormattableString.Invariant($"step {step,4}: mean squared error {loss.ToScalar():F4} (always guessing the mean: 0.1667)"));
}

static (Tensor X, Tensor Sum) AddingProblem(int time, int batch, RandomKey key)
{
    var x = new float[time, batch, 2];
    var sum = new float[batch, 1];
    for (int b = 0; b < batch; b++)
    {
        for (int t = 0; t < time; t++) x[t, b, 0] = (float)key.Uniform((uint)(t * batch + b));
        int first = key.For("first").Whole((uint)b, time / 2), second = time / 2 + key.For("second").Whole((uint)b, time - time / 2);
        x[first, b, 1] = x[second, b, 1] = 1;
        sum[b, 0] = x[first, b, 0] + x[second, b, 0];
    }
    return (Tensor.From(x), Tensor.From(sum));
}

/// <summary>A gated unit with a slow trace s of its own activity, at a rate that each unit learns.</summary>
sealed class TwoSpeedCell : Cell<(Tensor H, Tensor S)>
{
    readonly Parameter Wz, Rz, Pz, Bz, Wn, Rn, Pn, Bn, Rate;

    public TwoSpeedCell(int inputs, int hidden, RandomKey key) : base(key, hidden)
    {
        Weight(out Wz, inputs, hidden); Weight(out Rz, hidden, hidden); Diagonal(out Pz, hidden); Bias(out Bz, hidden, -1);
        Weight(out Wn, inputs, hidden); Weight(out Rn, hidden, hidden); Diagonal(out Pn, hidden); Bias(out Bn, hidden);
        Bias(out Rate, hidden, -2);
    }

    public override (Tensor Output, (Tensor H, Tensor S) Next) Step(Tensor x, (Tensor H, Tensor S) state)
    {
        var (h, s) = state;
        var a = Sigmoid(Rate);
        var z = Sigmoid(MatMul(x, Wz) + MatMul(h, Rz) + s * Pz + Bz);
        var n = Tanh(MatMul(x, Wn) + MatMul(h, Rn) + s * Pn + Bn);
        var next = (1 - z) * h + z * n;
        return (next, (next, (1 - a) * s + a * next));
    }
}
