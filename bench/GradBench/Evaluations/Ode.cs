using static Autograd.Functions;

namespace Autograd.GradBench.Evaluations;

/// <summary>y₀' = x₀, yᵢ' = xᵢ·yᵢ₋₁ from 0 to the time 2, by s steps of Runge and Kutta; the gradient is that of the last y.</summary>
internal static class Ode
{
    public static Evaluation Evaluation { get; } = new("ode", new Dictionary<string, Function>
    {
        ["primal"] = input => With(input, (x, steps) => Solution(x, steps)),
        ["gradient"] = input => With(input, (x, steps) => Differentiate.Gradient(at => Solution(at, steps)[^1], x)),
    });

    static Func<object> With(Input input, Func<Tensor, int, Tensor> function)
    {
        var (x, steps) = (input["x"].Tensor(), input["s"].Whole(least: 1));
        return () => function(x, steps);
    }

    static Tensor Solution(Tensor x, int steps)
    {
        double h = 2.0 / steps;
        var y = Tensor.Zeros(x.Shape, ElementType.Float64);
        for (int step = 0; step < steps; step++)
        {
            var k1 = Slope(x, y);
            var k2 = Slope(x, y + 0.5 * h * k1);
            var k3 = Slope(x, y + 0.5 * h * k2);
            var k4 = Slope(x, y + h * k3);
            y += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
        }
        return y;
    }

    static Tensor Slope(Tensor x, Tensor y) => x * Concatenate(0, Tensor.Ones([1], ElementType.Float64), y[..^1]);
}
