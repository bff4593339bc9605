#!/usr/bin/env dotnet
#:project ../src/Layers/Layers.csproj
#:project ../src/Optimizers/Optimizers.csproj
#:project ../src/Data/Data.csproj
#:property PublishAot=false

// A cell of your own, trained with validation, early stopping, a progress bar, and a learning curve in training.svg.
//   dotnet run -c Release examples/training.cs

using Autograd;
using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;
using static System.FormattableString;
using static Autograd.Functions;

var key = new RandomKey(1);
var layer = Recurrent.Over(new MinimalCell(inputs: 2, hidden: 24, key));
var head = new Linear(24, 1, key.For("head"));
var held = AddingProblem.Batch(key.For("held"), time: 30, batch: 256);
Tensor Loss(ValuedSequences task) => Autograd.Layers.Loss.MeanSquaredError(head.Forward(layer.Forward(task.Inputs)[^1]), task.Targets);

var optimizer = new Adam([.. layer.Parameters, .. head.Parameters], new WarmUp(0.01, 50)) { Clipping = Clipping.GlobalNorm(1) };
var loop = new TrainingLoop(optimizer, step => Loss(AddingProblem.Batch(key.For("task").At((int)step), 30, 32)))
{
    Validation = () => Loss(held).ToScalar(),
    ValidateEvery = 50,
    Stopping = new EarlyStopping(patience: 5),
};
var curve = new List<TrainingProgress>();
var result = loop.Run(1000, TrainingProgress.To(at =>
{
    if (at.Validation is not null) curve.Add(at);
    string bar = new('#', (int)(40 * at.Step / at.Steps));
    Console.Error.Write(Invariant($"\r[{bar,-40}] {at.Step,4}: {at.MeanLoss:F4}, best {at.Best:F4}"));
}));
Console.WriteLine(Invariant($"\n{result.End} after {result.Steps} steps; best {result.Best:F4} at {result.BestStep} (the mean: 0.1667)"));
var steps = curve.Select(at => (double)at.Step);
var chart = new Chart("Adding problem, 30 steps", "training step", "mean squared error") { LogY = true };
chart.Line("training", steps, curve.Select(at => at.MeanLoss)).Line("validation", steps, curve.Select(at => at.Validation!.Value));
File.WriteAllText("training.svg", chart.ToSvg());

/// <summary>A minimal gated unit: one gate both forgets and admits.</summary>
sealed class MinimalCell : Cell<Tensor>
{
    readonly Parameter Wf, Rf, Bf, Wh, Rh, Bh;

    public MinimalCell(int inputs, int hidden, RandomKey key) : base(key, hidden)
    {
        Weight(out Wf, inputs, hidden); Weight(out Rf, hidden, hidden); Bias(out Bf, hidden, -2);
        Weight(out Wh, inputs, hidden); Weight(out Rh, hidden, hidden); Bias(out Bh, hidden);
    }

    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor h)
    {
        var f = Sigmoid(MatMul(x, Wf) + MatMul(h, Rf) + Bf);
        var next = (1 - f) * h + f * Tanh(MatMul(x, Wh) + MatMul(f * h, Rh) + Bh);
        return (next, next);
    }
}
