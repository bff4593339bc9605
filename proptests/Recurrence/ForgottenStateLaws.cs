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

    [Theory]
    [MemberData(nameof(Cells))]
    public void DerivativesOfBothOrdersDoNotNeedThem(string cell) => Law.Holds(2, CellKinds.Named(cell).Forgetting, trial =>
    {
        foreach (var execution in (Execution[])[Execution.Compiled, Execution.Interpreted, Execution.Eager])
            Near.SameBits(trial.Derivatives(execution, true), trial.Derivatives(execution, false), $"{execution}");
    });
}

/// <summary>A layer and sequences for it, without a tape.</summary>
/// <param name="Run">Outputs and final state, executed in a way, with or without the states between.</param>
/// <param name="Forward">The outputs alone.</param>
/// <param name="Derivatives">The same as for Run, of its outputs and its final state: gradients, and their derivatives along some.</param>
sealed record ForgettingTrial(
    Func<Execution, bool, double[][]> Run, Func<double[]> Forward, Func<Execution, bool, double[][]> Derivatives)
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
        return new(Run, () => layer.Forward(x, lengths).ToDoubles(), Derivatives);

        double[][] Run(Execution execution, bool keepsStates)
        {
            (layer.Execution, layer.KeepsStates) = (execution, keepsStates);
            var run = layer.Run(x, lengths);
            if (keepsStates) Assert.Equal(time, run.States.Count);
            else Assert.Throws<InvalidOperationException>(() => run.States[0]);
            return [run.Outputs.ToDoubles(), .. State.Tensors(run.Final).Select(state => state.ToDoubles())];
        }

        double[][] Derivatives(Execution execution, bool keepsStates)
        {
            (layer.Execution, layer.KeepsStates) = (execution, keepsStates);
            // Second derivatives run step by step.
            int few = Math.Min(time, batch > 2 ? 12 : 3);
            var part = Functions.Slice(x, 0, 0, few);
            int[] firsts = [.. lengths.Select(length => Math.Min(length, few))];
            var along = Array.ConvertAll(layer.Parameters.ToArray(), parameter => Tensor.Ones(parameter.Shape, parameter.ElementType));
            // A plain sweep by the plan, and a recorded one by its steps.
            var gradients = Differentiate.ValueAndGradient(Loss, layer.Parameters).Gradients;
            var (again, products) = Differentiate.HessianVectorProduct(Loss, layer.Parameters, along);
            return [.. gradients.Concat(again).Concat(products).Select(tensor => tensor.ToDoubles())];

            Tensor Loss()
            {
                var run = layer.Run(part, firsts);
                return State.Tensors(run.Final).Aggregate(Sum(run.Outputs), (sum, state) => sum + Sum(state));
            }

            static Tensor Sum(Tensor tensor) => Functions.Sum(Functions.Sin(tensor));
        }
    }
}
