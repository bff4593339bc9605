using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff.Transforms;

/// <summary>States of a run may be where a function is differentiated, whatever ran them.</summary>
public class StateArgumentTests
{
    [Theory]
    [InlineData(Execution.Eager), InlineData(Execution.Compiled)]
    public void AFunctionOfStatesIsDifferentiatedTwice(Execution execution)
    {
        var x = new RandomKey(2).Normal([4, 2, 3]);
        var layer = new Recurrent<Tensor>(new RnnCell(3, 3, new RandomKey(1))) { Execution = execution };
        using var tape = new Tape();
        tape.Watch(x);
        var states = layer.Run(x).StackedStates();
        var (value, gradient) = Differentiate.ValueAndGradient(h => Sum(h * h * h), states);
        Expect.Near(3 * Square(states), gradient, 8, scale: 3);
        // Both depend on x through the states.
        var direct = tape.Gradients(Sum(states * states * states) + Sum(3 * Square(states)), [x])[0];
        // Sums over four steps of terms of up to about 10.
        Expect.Near(direct, tape.Gradients(value + Sum(gradient), [x])[0], 4 * 16, scale: 10);
    }
}
