using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>Every operation as a part of a step, of operands that are given, saved for the backward step, or recomputed there.</summary>
public class OperationStepLaws
{
    public static TheoryData<string> Cases => OperationCases.Names;

    /// <summary>
    /// Values and gradients are those of an eager run. What a rule reads of an operand, in whichever way and at whichever place, is in
    /// memory by then.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void AnOperationInAStepIsWhatAnEagerRunHas(string name) => Law.Holds(12, draw => StepTrial.Of(name, draw), trial =>
    {
        var layer = trial.Layer();
        double[][] expected = LayerResults.Of(layer, trial.X, Execution.Eager);
        double tolerance = trial.Tolerance(expected);
        LayerResults.AreNear(expected, LayerResults.Of(layer, trial.X, Execution.Compiled), tolerance, "compiled");
        Assert.DoesNotContain("before it is written", layer.LastPath.Reason ?? "", StringComparison.Ordinal);
        LayerResults.AreNear(expected, LayerResults.Of(layer, trial.X, Execution.Interpreted), tolerance, "interpreted");
        layer.Execution = Execution.Compiled;
        Near.Equal(expected[0], layer.Forward(trial.X).ToDoubles(), tolerance, "without a tape");
    });

    /// <summary>So are the gradients of each of several samples, forward mode and second derivatives.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void DerivativesOfAllKindsAreThoseOfAnEagerRun(string name) => Law.Holds(3, draw => StepTrial.Of(name, draw), trial =>
    {
        double[][] expected = trial.AllDerivatives(Execution.Eager);
        Near.Equal(expected, trial.AllDerivatives(Execution.Compiled), trial.Tolerance(expected), "derivative");
    });

    public enum OperandKind
    {
        Given,
        Cheap,
        Expensive,
    }

    sealed record StepTrial(Trial Trial, OperandKind[] Operands, int Steps, int Batch)
    {
        public Tensor X { get; } = Tensor.Ones([Steps, Batch, 1], ElementType.Float64);

        public static StepTrial Of(string name, Draw draw)
        {
            var trial = OperationCases.Named(name).Draw(draw);
            var operands = Array.ConvertAll(trial.Inputs, _ => draw.OneOf(OperandKind.Given, OperandKind.Cheap, OperandKind.Expensive));
            return new(trial, operands, draw.Whole(1, 3), draw.Whole(1, 3));
        }

        public Recurrent<Tensor[]> Layer() => new(new OperationCell(Trial, Operands)) { Threads = 1 };

        public double Tolerance(double[][] expected)
        {
            double largest = expected.SelectMany(one => one).Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
            double scale = Math.Max(Derivatives.Scale(Trial), largest);
            return Steps * Batch * Near.Rounding(scale * scale);
        }

        public double[][] AllDerivatives(Execution execution)
        {
            var layer = Layer();
            layer.Execution = execution;
            var parameters = layer.Parameters;
            Tensor[] directions = [.. parameters.Select((one, i) => Directions.Of(one.Shape, i))];
            var (_, samples) = Differentiate.PerSampleGradients(Loss, Stack([X, X]), parameters);
            var forward = Differentiate.Jvp(() => Loss(X), parameters, directions);
            var second = Differentiate.HessianVectorProduct(() => Loss(X), parameters, directions);
            return Derivatives.Numbers([.. samples, forward.Value, forward.Product, .. second.Gradients, .. second.Products]);

            Tensor Loss(Tensor x)
            {
                var run = layer.Run(x);
                return State.Tensors(run.Final).Aggregate(Sum(Sin(run.Outputs)), (sum, state) => sum + Sum(Square(state)));
            }
        }

        public override string ToString() => $"{Trial}; {string.Join(", ", Operands)}; {Steps} steps of {Batch}";
    }

    /// <summary>The operation over the rows of states that stay as they are.</summary>
    sealed class OperationCell : Cell<Tensor[]>
    {
        readonly Trial trial;
        readonly OperandKind[] kinds;
        readonly Parameter[] first;

        public OperationCell(Trial trial, OperandKind[] kinds)
            : base(default)
        {
            (this.trial, this.kinds, first) = (trial, kinds, new Parameter[kinds.Length]);
            for (int i = 0; i < first.Length; i++) Parameter(out first[i], trial.Inputs[i], $"first{i}");
        }

        public override Tensor[] Initial(int batch, ElementType type) =>
            Array.ConvertAll(first, one => BroadcastTo(one, [batch, .. one.Shape.Lengths]));

        public override (Tensor Output, Tensor[] Next) Step(Tensor x, Tensor[] state)
        {
            var operands = state.Select((one, i) => Operand(x, one, kinds[i]));
            return (Vmap.Run(rows => [trial.Function(rows)], [.. operands])[0], state);
        }

        // All the same numbers, where x is 1.
        static Tensor Operand(Tensor x, Tensor state, OperandKind kind)
        {
            var factor = x.Reshape([x.Shape[0], .. Enumerable.Repeat(1, state.Rank - 1)]);
            return kind switch
            {
                OperandKind.Given => state,
                OperandKind.Cheap => state * factor,
                _ => state * Exp(factor - 1),
            };
        }
    }
}
