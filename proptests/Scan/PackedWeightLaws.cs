using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>A product's weights are those of its run, whichever tensor they are a part of, and whatever the runs before took.</summary>
public class PackedWeightLaws
{
    [Law(60)]
    public void WeightsAreThoseOfTheRun(Draw draw)
    {
        var (units, banks, runs) = draw.Of(draw =>
            (draw.Whole(1, 40), draw.Whole(1, 2), Enumerable.Range(0, draw.Whole(2, 8)).Select(_ => Run.Draw(draw)).ToArray()));
        var parameters = Enumerable.Range(0, banks).Select(bank => new Parameter(
            $"bank {bank}", new RandomKey(1).At(bank).Normal([4, units, units], 0.5 / Math.Sqrt(units), ElementType.Float64))).ToArray();
        var cell = new BankCell(units);
        var compiled = new Recurrent<Tensor>(cell);
        var eager = new Recurrent<Tensor>(cell) { Execution = Execution.Eager };
        var x = new RandomKey(5).Normal([6, 3, units], 1, ElementType.Float64);
        foreach (var run in runs)
        {
            var parameter = parameters[run.Bank % banks];
            if (run.Changes) parameter.Assign(parameter.Detach() * 0.9);
            cell.Weights = () => run.Read(parameter);
            var expected = Results(eager, x, parameter, run.HasGradient);
            var found = Results(compiled, x, parameter, run.HasGradient);
            Assert.Equal(Execution.Compiled, compiled.LastPath.Execution);
            LayerResults.AreNear(expected, found, x.Shape[0] * Near.Rounding(units), run.ToString());
        }
    }

    static double[][] Results(Recurrent<Tensor> layer, Tensor x, Parameter bank, bool hasGradient)
    {
        if (!hasGradient) return [layer.Run(x).Outputs.ToDoubles()];
        var (value, gradients) = Differentiate.ValueAndGradient(() => Sum(Sin(layer.Run(x).Outputs)), [bank]);
        return [value.ToDoubles(), gradients[0].ToDoubles()];
    }

    /// <summary>What is done in one run.</summary>
    sealed record Run(int Bank, int First, int Reading, bool Changes, bool HasGradient)
    {
        public static Run Draw(Draw draw) => new(draw.Whole(0, 1), draw.Whole(0, 3), draw.Whole(0, 3), draw.Flag(), draw.Flag());

        // Parts, two of which may share their memory; a copy; something computed.
        public Tensor Read(Parameter bank) => Reading switch
        {
            0 => bank[First],
            1 => Reshape(bank[First..(First + 1)], [bank.Shape[1], bank.Shape[2]]),
            2 => bank[First] * 1.0,
            _ => bank[First].Detach(),
        };
    }

    sealed class BankCell(int units) : Cell<Tensor>(new RandomKey(0), units)
    {
        public Func<Tensor> Weights { get; set; } = null!;

        public override Tensor Initial(int batch, ElementType type) => Tensor.Zeros([batch, units], type);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var next = Tanh(MatMul(state, Weights()) + x);
            return (next, next);
        }
    }
}
