using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

/// <summary>Training through a gradient: the penalty of Gulrajani et al. 2017 on a recurrent critic.</summary>
public class GradientPenaltyTests
{
    static readonly RandomKey Key = new(3);

    [Fact]
    public void ACriticWithAGradientPenaltyLearnsAndKeepsItsSlopeNearOne()
    {
        var recurrent = Recurrent.Over(new LstmCell(1, 8, Key));
        var head = new Linear(8, 1, Key.For("head"));
        Parameter[] parameters = [.. recurrent.Parameters, .. head.Parameters];
        var optimizer = new Adam(parameters, 1e-2);
        Tensor Critic(Tensor x) => head.Forward(recurrent.Forward(x)[^1]);
        var (first, last) = (double.NaN, 0.0);
        for (int step = 0; step < 150; step++)
        {
            using var tape = new Tape();
            var (real, made) = (Samples(step, 1), Samples(step, -1));
            // The sequences are independent, so the gradient of the sum holds every sequence's own.
            var slopes = Norm(Differentiate.Gradient(x => Sum(Critic(x)), 0.5 * (real + made)), 0, 2);
            var penalty = Mean(Square(slopes - 1));
            var distance = Mean(Critic(real)) - Mean(Critic(made));
            optimizer.Step(tape.Gradients(10 * penalty - distance, parameters));
            if (step == 0) first = distance.ToScalar();
            last = distance.ToScalar();
            if (step == 149) Assert.InRange(penalty.ToScalar(), 0, 0.05);
        }
        Assert.True(last > first + 0.5, $"The distance was {first} at first and {last} at last.");
    }

    static Tensor Samples(int step, double mean) => Key.For($"samples around {mean}").At(step).Normal([6, 16, 1], 0.3) + mean;
}
