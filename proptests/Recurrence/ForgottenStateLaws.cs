using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>
/// A run for the outputs and the final state alone keeps the states of a few steps at a time, of which there are the fewer the larger the
/// batch: the bits are those of a run that keeps them all.
/// </summary>
public class ForgottenStateLaws
{
    public static TheoryData<string> Cells => CellKinds.Names;

    [Theory]
    [MemberData(nameof(Cells))]
    public void StatesThatAreForgottenDoNotShow(string cell) => Law.Holds(8, CellKinds.Named(cell).Forgetting, trial =>
    {
        foreach (var execution in (Execution[])[Execution.Compiled, Execution.Interpreted, Execution.Eager])
        {
            double[][] kept = trial.Run(execution, true);
            Near.SameBits(kept, trial.Run(execution, false), $"{execution}");
            Near.SameBits([kept[0]], [trial.Forward()], $"{execution}, outputs alone");
        }
    });
}

/// <summary>A layer and sequences for it, without a tape.</summary>
/// <param name="Run">Outputs and final state, executed in a way, with or without the states between.</param>
/// <param name="Forward">The outputs alone.</param>
sealed record ForgettingTrial(Func<Execution, bool, double[][]> Run, Func<double[]> Forward)
{
    public static ForgettingTrial Of<TState>(Draw draw, Func<int, int, RandomKey, Cell<TState>> create)
    {
        // About whole chunks, of which each has 256 rows.
        int inputs = draw.Whole(1, 3), batch = draw.OneOf(draw.Whole(1, 2), draw.Whole(20, 130), draw.Whole(20, 130));
        int time = Math.Max(1, 256 / batch * draw.Whole(0, 2) + draw.Whole(-1, 2));
        var layer = Recurrent.Over(create(inputs, draw.Whole(1, 9), draw.Key()));
        layer.Threads = draw.Whole(1, 3);
        var x = draw.Key().Normal([time, batch, inputs], 1);
        int[] lengths = draw.Flag() ? [] : [.. draw.Indices(batch, time).Select(length => length + 1)];
        return new(Run, () => layer.Forward(x, lengths).ToDoubles());

        double[][] Run(Execution execution, bool keepsStates)
        {
            (layer.Execution, layer.KeepsStates) = (execution, keepsStates);
            var run = layer.Run(x, lengths);
            if (keepsStates) Assert.Equal(time, run.States.Count);
            else Assert.Throws<InvalidOperationException>(() => run.States[0]);
            return [run.Outputs.ToDoubles(), .. State.Tensors(run.Final).Select(state => state.ToDoubles())];
        }
    }
}
