using static Autograd.Functions;

namespace Autograd.GradBench.Evaluations;

/// <summary>
/// A charged particle among two others, one of which is placed by w: the w for which it meets the origin. The force is a derivative, and
/// the descent differentiates the trajectory, by forward or reverse mode each.
/// </summary>
static class Particle
{
    const double TimeStep = 0.1;

    static readonly Tensor Left = Tensor.From([10.0, 0]), Down = Tensor.From([0.0, -1]);

    public static Evaluation Evaluation { get; } = new("particle", new Dictionary<string, Function>
    {
        ["rr"] = input => With(input, Descent.Reverse, Descent.Reverse),
        ["rf"] = input => With(input, Descent.Reverse, Descent.Forward),
        ["fr"] = input => With(input, Descent.Forward, Descent.Reverse),
        ["ff"] = input => With(input, Descent.Forward, Descent.Forward),
    });

    static Func<object> With(Input input, Descent outer, Descent inner)
    {
        var start = Tensor.From([input["w"].Number()]);
        return () => outer.ArgMin(w => SquaredDistance(w, inner), start)[0];
    }

    // Of where the particle crosses the axis from the origin.
    static Tensor SquaredDistance(Tensor w, Descent inner)
    {
        var charges = Stack([Tensor.From([10.0, 10]) + w * Down, Left]);
        var (x, velocity) = (Tensor.From([0.0, 8]), Tensor.From([0.75, 0]));
        while (true)
        {
            var acceleration = -inner.Gradient(at => Potential(at, charges), x);
            x += TimeStep * velocity;
            if (x[1].ToScalar() <= 0) break;
            velocity += TimeStep * acceleration;
        }
        var crossing = x - x[1] / velocity[1] * velocity;
        return Square(crossing[0]);
    }

    static Tensor Potential(Tensor x, Tensor charges) => Sum(1 / Norm(x - charges, 1));
}
