using Autograd;
using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;
using static System.FormattableString;

var key = new RandomKey(1);

// The gradients of the input, the initial state and every parameter, against differences of function values in double.
GradientCheck.Run(new TwoSpeedCell(2, 4, key), key.For("sample").Normal([5, 2, 2]), lengths: [5, 3]).ThrowIfFailed();
Console.WriteLine("The gradients agree with differences of function values.");

// The adding problem: the sum of the two numbers that are marked among thirty.
var layer = Recurrent.Over(new TwoSpeedCell(inputs: 2, hidden: 24, key));
var head = new Linear(24, 1, key.For("head"));
var held = AddingProblem.Batch(key.For("held"), time: 30, batch: 256);
Tensor Error(ValuedSequences task) => Loss.MeanSquaredError(head.Forward(layer.Forward(task.Inputs)[^1]), task.Targets);

var optimizer = new Adam([.. layer.Parameters, .. head.Parameters], learningRate: 5e-3) { Clipping = Clipping.GlobalNorm(1) };
var loop = new TrainingLoop(optimizer, step => Error(AddingProblem.Batch(key.For("task").At((int)step), time: 30, batch: 32)))
{
    Validation = () => Error(held).ToScalar(),
    ValidateEvery = 100,
};
var result = loop.Run(1000, TrainingProgress.To(at =>
{
    if (at.Validation is { } error) Console.WriteLine(Invariant($"step {at.Step,4}: mean squared error {error:F4} (the mean: 0.1667)"));
}));
Console.WriteLine(Invariant($"best {result.Best:F4} at step {result.BestStep}"));
