using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.GradBench.Evaluations;

/// <summary>y₀' = x₀, yᵢ' = xᵢ·yᵢ₋₁ from 0 to the time 2, by s steps of Runge and Kutta; the gradient is that of the last y.</summary>
sealed class Ode
{
    readonly Parameter x;
    readonly Tensor steps;
    readonly Recurrent<Tensor> scan;

    Ode(Input input)
    {
        x = new("x", input["x"].Tensor());
        int count = input["s"].Whole(least: 1);
        // A step has no input, but the number of steps is that of inputs.
        steps = Tensor.Zeros([count, 1, 1], ElementType.Float64);
        scan = new(new RungeKutta(x, 2.0 / count)) { KeepsStates = false };
    }

    public static Evaluation Evaluation { get; } = new("ode", new Dictionary<string, Function>
    {
        ["primal"] = input => new Ode(input).Solution,
        ["gradient"] = input => new Ode(input).Gradient,
    });

    Tensor Gradient() => Differentiate.ValueAndGradient(() => Solution()[^1], [x]).Gradients[0];

    Tensor Solution() => scan.Run(steps).Final[0];

    sealed class RungeKutta : Cell<Tensor>
    {
        readonly Parameter x;
        readonly Tensor isFirst;
        readonly double h;

        public RungeKutta(Parameter x, double h)
            : base(new RandomKey(0), x.ElementCount)
        {
            (this.x, this.h) = (x, h);
            Constant(out isFirst, Tensor.From([1.0, .. new double[x.ElementCount - 1]]));
        }

        public override (Tensor Output, Tensor Next) Step(Tensor input, Tensor y)
        {
            var k1 = Slope(y);
            var k2 = Slope(y + 0.5 * h * k1);
            var k3 = Slope(y + 0.5 * h * k2);
            var k4 = Slope(y + h * k3);
            y += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
            // The last state is all that is asked for.
            return (input, y);
        }

        Tensor Slope(Tensor y) => x * (Pad(Slice(y, 1, 0, x.ElementCount - 1), 1, before: 1, after: 0) + isFirst);
    }
}
