using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>What the lectures say of networks with delays, for all sizes.</summary>
public class DelayTests
{
    [Law(50)]
    public void DelaysZeroToNAreAConvolution(Draw draw)
    {
        var trial = draw.Of(DelayTrial.Of);
        int n = trial.Layer.Delays.Count - 1;
        var consecutive = new TimeDelay(trial.Inputs, trial.Outputs, [.. Enumerable.Range(0, n + 1)], trial.Key);
        int time = Math.Max(trial.X.Shape[0], n + 1);
        var x = trial.Key.Normal([time, 2, trial.Inputs]);
        var kernel = Flip(consecutive["weight"], 0);
        Near.Equal(Convolution(Pad(x, 0, n, 0), kernel), consecutive.Forward(x), Single(x, kernel), "outputs");
    }

    [Law(50)]
    public void AnInputReachesTheStepsOfItsDelaysAndNoOther(Draw draw)
    {
        var trial = draw.Of(DelayTrial.Of);
        int time = trial.X.Shape[0], at = trial.At;
        using var tape = new Tape();
        var x = tape.Watch(trial.X.Detach());
        var y = trial.Layer.Forward(x);
        for (int t = 0; t < time; t++)
        {
            double reached = Sum(Abs(tape.Gradients(Sum(Square(y[t])), [x])[0][at])).ToScalar();
            if (trial.Layer.Delays.Contains(t - at)) Assert.NotEqual(0, reached);
            else Assert.Equal(0, reached);
        }
    }

    [Law(50)]
    public void AJordanNetworkIsANarxNetworkWithOneOutputDelay(Draw draw)
    {
        var trial = draw.Of(DelayTrial.Of);
        var jordan = new JordanCell(trial.Inputs, 3, trial.Outputs, trial.Key);
        var narx = new Narx(new NarxCell(trial.Inputs, 3, trial.Outputs, inputDelays: 0, outputDelays: 1, trial.Key));
        foreach (var (from, to) in new[] { ("W", "W0"), ("R", "R1"), ("B", "B"), ("V", "V"), ("D", "D") })
        {
            jordan[from].Assign(trial.Key.For(from).Normal(jordan[from].Shape));
            narx[$"cell.{to}"].Assign(jordan[from]);
        }
        var x = trial.Key.Normal([4, 2, trial.Inputs]);
        var expected = Recurrent.Over(jordan).Forward(x);
        Near.Equal(expected, narx.Run(x).Outputs, Single(x, expected), "outputs");
    }

    // The same sums in another order, in single precision.
    static double Single(Tensor x, Tensor weights) =>
        64 * ElementType.Float32.Epsilon() * Math.Max(1, x.ToDoubles().Max(Math.Abs) * weights.ToDoubles().Max(Math.Abs)) * x.Shape[0];
}

/// <summary>A time-delay layer with random delays, and an input within its sequence.</summary>
sealed record DelayTrial(TimeDelay Layer, int Inputs, int Outputs, Tensor X, int At, RandomKey Key)
{
    public static DelayTrial Of(Draw draw)
    {
        int inputs = draw.Whole(1, 3), outputs = draw.Whole(1, 3);
        int[] delays = [.. draw.Permutation(6).Take(draw.Whole(1, 4))];
        var key = draw.Key();
        int time = delays.Max() + draw.Whole(1, 4);
        return new(new TimeDelay(inputs, outputs, delays, key, Tanh), inputs, outputs, key.Normal([time, 2, inputs]),
            draw.Whole(0, time - 1), key);
    }

    public override string ToString() => $"delays {string.Join(", ", Layer.Delays)}, x {X.Shape}, from step {At}";
}
