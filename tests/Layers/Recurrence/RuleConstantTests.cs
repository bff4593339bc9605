using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>A rule may have a matrix of its own: a plan keeps it, whatever other memory is used for between its runs.</summary>
public class RuleConstantTests
{
    [Theory]
    [InlineData(ElementType.Float32, Execution.Compiled), InlineData(ElementType.Float32, Execution.Interpreted)]
    [InlineData(ElementType.Float64, Execution.Compiled), InlineData(ElementType.Float64, Execution.Interpreted)]
    public void ARuleMayHaveAMatrixOfItsOwn(ElementType type, Execution execution)
    {
        foreach (int units in new[] { 8, 160 })
        {
            var key = new RandomKey(5);
            var weights = new Parameter("W", key.At(1).Normal([units, units], 0.1, type));
            var x = key.At(3).Normal([6, 3, units], 1, type);
            var rule = new Doubled(key.At(2).Normal([units, units], 0.1, type));
            double[] expected = Gradient(Layer(Execution.Eager));
            var layer = Layer(execution);
            double scale = expected.Max(Math.Abs);
            for (int run = 0; run < 4; run++)
            {
                double[] found = Gradient(layer);
                for (int i = 0; i < found.Length; i++)
                    Assert.InRange(found[i] - expected[i], -16 * units * type.Epsilon() * scale, 16 * units * type.Epsilon() * scale);
                UseMemory(key.At(9).Normal([units, units], 1, type));
            }

            Recurrent<Tensor> Layer(Execution execution) => new(
                new FunctionCell<Tensor>((x, h) => Twice(Tanh(Tanh(rule.Apply(MatMul(h, weights))) + x)), units))
            { Execution = execution };

            double[] Gradient(Recurrent<Tensor> layer)
            {
                using var tape = new Tape();
                return tape.Gradients(Sum(Square(layer.Run(x).Outputs)), [weights])[0].ToDoubles();
            }
        }
    }

    static (Tensor Output, Tensor Next) Twice(Tensor state) => (state, state);

    static void UseMemory(Tensor x)
    {
        using var tape = new Tape();
        tape.Watch(x);
        tape.Gradients(Sum(Tanh(x * 1000) * Square(x + 7)), [x]);
    }

    sealed class Doubled(Tensor matrix) : CustomOperation
    {
        public override Tensor Value(ReadOnlySpan<Tensor> operands) => operands[0] * 2;

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) =>
            MatMul(Tanh(cotangent), matrix);
    }
}
