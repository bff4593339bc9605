using System.Text.Json;
using static Autograd.Functions;

namespace Autograd.Interop;

/// <summary>
/// Values, gradients and second-order gradients of many expressions. In the folder that the variable AUTOGRAD_INTEROP names they are left
/// as a file, which <c>check_expressions.py</c> compares with what PyTorch makes of the same expressions.
/// </summary>
public class ExpressionTests
{
    [Fact]
    public void EveryExpressionIsFiniteAndDifferentiatedTwice()
    {
        Assert.True(Expressions.All.Count >= 150, $"{Expressions.All.Count} expressions");
        Assert.Equal(Expressions.All.Count, Expressions.All.Select(expression => expression.Python).Distinct().Count());
        var operands = Operands.Draw(new RandomKey(7));
        var results = Expressions.All.Select(expression => Result.Of(expression, operands)).ToList();
        foreach (var result in results)
            Assert.True(result.Gradients.Concat(result.Second).Append(result.Value).SelectMany(numbers => numbers).All(double.IsFinite),
                result.Python);
        if (Environment.GetEnvironmentVariable("AUTOGRAD_INTEROP") is { } folder)
            File.WriteAllText(Path.Combine(folder, "expressions.json"), JsonSerializer.Serialize(new
            {
                operands = operands.All.Index().ToDictionary(
                    operand => Operands.Names[operand.Index], operand =>
                    new { shape = operand.Item.Shape.Lengths.ToArray(), data = operand.Item.ToDoubles() }),
                results,
            }));
    }

    /// <summary>
    /// The value; the gradients of the sum of its elements times 1, 1/2, 1/3, …; and the gradients of the sum of these gradients times the
    /// same.
    /// </summary>
    sealed record Result(string Python, double[] Value, double[][] Gradients, double[][] Second)
    {
        public static Result Of(Expression expression, Operands operands)
        {
            using var tape = new Tape();
            Tensor[] watched = [.. operands.All.Select(operand => tape.Watch(operand))];
            var value = expression.Value(Operands.Of(watched));
            var first = tape.Gradients(Weighed(value), watched, record: true);
            var total = first.Select(Weighed).Aggregate((sum, next) => sum + next);
            // Where no gradient depends on an operand, there is nothing to differentiate.
            Tensor[] second = tape.IsTracked(total) ? tape.Gradients(total, watched)
                : [.. watched.Select(one => Tensor.Zeros(one.Shape, one.ElementType))];
            return new(expression.Python, value.ToDoubles(), [.. first.Select(one => one.ToDoubles())],
                [.. second.Select(one => one.ToDoubles())]);
        }

        static Tensor Weighed(Tensor value) =>
            Sum(Reshape(value, -1) * Tensor.From([.. Enumerable.Range(1, value.ElementCount).Select(i => 1.0 / i)]));
    }
}
