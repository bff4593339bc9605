#!/usr/bin/env dotnet
#:project ../src/Layers/Layers.csproj
#:project ../src/Optimizers/Optimizers.csproj
#:project ../src/Data/Data.csproj
#:property PublishAot=false

// An optimizer of your own: AdaBelief (Zhuang et al. 2020, algorithm 2), beside Adam on the adding problem. Groups, clipping, schedules,
// snapshots and the training loop work with it as with any other.
//   dotnet run -c Release examples/own-optimizer.cs

using System.Numerics;
using Autograd;
using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;
using static System.FormattableString;

foreach (bool isOwn in (bool[])[false, true])
{
    var key = new RandomKey(1);
    var layer = Recurrent.Over(new GruCell(2, 16, key));
    var head = new Linear(16, 1, key.For("head"));
    Tensor LossOf(ValuedSequences task) => Loss.MeanSquaredError(head.Forward(layer.Forward(task.Inputs)[^1]), task.Targets);

    Parameter[] parameters = [.. layer.Parameters, .. head.Parameters];
    Optimizer optimizer = isOwn ? new AdaBelief(parameters, 0.01) : new Adam(parameters, 0.01);
    optimizer.Clipping = Clipping.GlobalNorm(1);
    var held = AddingProblem.Batch(key.For("held"), 20, 256);
    var loop = new TrainingLoop(optimizer, step => LossOf(AddingProblem.Batch(key.For("task").At((int)step), 20, 32)))
    {
        Validation = () => LossOf(held).ToScalar(),
        ValidateEvery = 50,
    };
    Console.WriteLine(Invariant($"{optimizer.GetType().Name}: {loop.Run(300)}"));
}

/// <summary>Adam with the variance of the gradient around its mean in the place of its square: small steps where they disagree.</summary>
sealed class AdaBelief(
    IReadOnlyList<Parameter> parameters, Schedule schedule, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    : Optimizer(parameters, schedule, "mean", "variance")
{
    double meanShare, varianceShare;

    // How much of their final weight the running means have by now.
    protected override void Prepare(long step, double learningRate) =>
        (meanShare, varianceShare) = (1 - Math.Pow(beta1, step), 1 - Math.Pow(beta2, step));

    protected override void Update<T>(ParameterUpdate<T> update) =>
        update.Run(new Rule<T>(update.LearningRate / meanShare, beta1, beta2, 1 / varianceShare, epsilon));

    readonly struct Rule<T>(double rate, double beta1, double beta2, double correction, double epsilon) : IUpdateRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        readonly Vector<T> rate = All(rate), correction = All(correction), epsilon = All(epsilon);
        readonly Vector<T> beta1 = All(beta1), gain1 = All(1 - beta1), beta2 = All(beta2), gain2 = All(1 - beta2);

        public static int Slots => 2;

        public Vector<T> Next(Vector<T> value, Vector<T> gradient, ref Vector<T> mean, ref Vector<T> variance, ref Vector<T> third)
        {
            mean = beta1 * mean + gain1 * gradient;
            var surprise = gradient - mean;
            variance = beta2 * variance + gain2 * surprise * surprise + epsilon;
            return value - rate * mean / (Vector.SquareRoot(variance * correction) + epsilon);
        }

        static Vector<T> All(double number) => new(T.CreateTruncating(number));
    }
}
