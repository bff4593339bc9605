using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>
/// Recurrences in a map, whose input, weights, bias and first state are each mapped or the same for all rows: two of them, so that one may
/// be mapped and the other not, and a sweep goes over both.
/// </summary>
public class MappedRecurrenceLaws
{
    [Law(40)]
    public void AMapOfGradientsIsALoopOverThem(Draw draw)
    {
        var trial = draw.Of(Two);
        trial.AgreesWithLoop(trial.Function, "value");
        trial.AgreesWithLoop(trial.OfDrawn(Differentiate.Gradient), "gradient");
    }

    // Sweeps of sweeps, several over one run, and forward mode over one.
    [Law(80)]
    public void AMapOfSecondDerivativesIsALoopOverThem(Draw draw)
    {
        var trial = draw.Of(Two);
        trial.AgreesWithLoop(
            trial.OfDrawn((function, x) => Differentiate.Gradient(at => Sum(Square(Differentiate.Gradient(function, at))), x)),
            "gradient of the gradient's square");
        trial.AgreesWithLoop(
            trial.OfDrawn((function, x) => Differentiate.HessianVectorProduct(function, x, Directions.Of(x.Shape)).Product),
            "Hessian product");
    }

    [Law(40)]
    public void GradientsOfAMapAreThoseOfALoop(Draw draw)
    {
        var trial = draw.Of(Two);
        Near.Equal(
            Derivatives.Gradients(trial.Loop, trial.Inputs, Directions.Of), Derivatives.Gradients(trial.Map, trial.Inputs, Directions.Of),
            Near.Rounding(trial.Scale), "gradient of the map");
    }

    /// <summary>
    /// A gradient in a map, by whatever, sweeps the run that its value was computed by, and makes no other, whatever of it is mapped.
    /// </summary>
    [Law(40)]
    public void AGradientRunsForwardOnce(Draw draw)
    {
        var counting = new Counting();
        var trial = draw.Of(draw => One(draw, counting));
        int time = trial.Inputs[0].Shape[trial.IsMapped[0] ? 1 : 0];
        Assert.Equal(time, Steps(trial.Function));
        Assert.Equal(time, Steps(trial.OfDrawn(Differentiate.Gradient)));

        int Steps(Func<IReadOnlyList<Tensor>, Tensor> function)
        {
            counting.Steps = 0;
            (trial with { Function = function }).Map(trial.Inputs);
            return counting.Steps;
        }
    }

    // Of one recurrence, which counts its steps.
    static MappedTrial One(Draw draw, Counting counting)
    {
        var shapes = Shapes(draw);
        return Of(draw, shapes, row => Sum(Square(Run(row, 0, row[0], counting))));
    }

    // Of two, the second maybe over the first.
    static MappedTrial Two(Draw draw)
    {
        var shapes = Shapes(draw);
        bool isStacked = draw.Flag();
        return Of(draw, [.. shapes, .. shapes], row =>
        {
            var first = Run(row, 0, row[0]);
            var second = Run(row, 4, isStacked ? row[4] + first : row[4]);
            return Sum(Square(first)) + Sum(first * Tanh(second));
        });
    }

    static MappedTrial Of(Draw draw, Shape[] shapes, Func<IReadOnlyList<Tensor>, Tensor> function)
    {
        int rows = draw.Whole(1, 3), certain = draw.Whole(0, shapes.Length - 1);
        bool[] isMapped = [.. shapes.Select((_, i) => i == certain || draw.Flag())];
        Tensor[] inputs =
            [.. shapes.Select((shape, i) => draw.Values(isMapped[i] ? [rows, .. shape.Lengths] : shape, Domain.Between(-1, 1)))];
        return new(function, inputs, isMapped, rows, draw.Whole(0, shapes.Length - 1), []);
    }

    // Of the input, the weights, the bias and the first state.
    static Shape[] Shapes(Draw draw)
    {
        int time = draw.Whole(1, 4), batch = draw.Whole(1, 2), units = draw.Whole(1, 3);
        return [[time, batch, units], [units, units], [units], [batch, units]];
    }

    static Tensor Run(IReadOnlyList<Tensor> row, int from, Tensor x, Counting? counting = null)
    {
        var (weights, bias, state) = (row[from + 1], row[from + 2], row[from + 3]);
        var cell = new StepCell((one, before) =>
        {
            var next = Tanh(one + Affine(before, weights, bias));
            return counting is null ? next : counting.Apply(next);
        }, bias.Shape[0]);
        return Recurrent.Over(cell).Run(x, state).Outputs;
    }

    sealed class StepCell(Func<Tensor, Tensor, Tensor> step, int units) : Cell<Tensor>(default, units)
    {
        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state) => step(x, state) is var next ? (next, next) : default;
    }

    /// <summary>Its operand, and how often it was asked for.</summary>
    sealed class Counting : CustomOperation
    {
        public int Steps { get; set; }

        public override Tensor Value(ReadOnlySpan<Tensor> operands)
        {
            Steps++;
            return operands[0] * 1;
        }

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) => cotangent;

        public override Tensor Map(ReadOnlySpan<Tensor> operands, ReadOnlySpan<bool> isMapped, int rows) => Apply(operands[0]);
    }
}
