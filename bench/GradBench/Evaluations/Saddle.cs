using static Autograd.Functions;

namespace Autograd.GradBench.Evaluations;

/// <summary>
/// The saddle of (x₁² + y₁²) − (x₂² + y₂²): the first point is where the largest value over the second is least, found by descents within a
/// descent, by forward or reverse mode each.
/// </summary>
static class Saddle
{
    public static Evaluation Evaluation { get; } = new("saddle", new Dictionary<string, Function>
    {
        ["rr"] = input => With(input, Descent.Reverse, Descent.Reverse),
        ["rf"] = input => With(input, Descent.Reverse, Descent.Forward),
        ["fr"] = input => With(input, Descent.Forward, Descent.Reverse),
        ["ff"] = input => With(input, Descent.Forward, Descent.Forward),
    });

    static Func<object> With(Input input, Descent outer, Descent inner)
    {
        var start = input["start"].Tensor(2);
        return () =>
        {
            var first = outer.ArgMin(at => Value(at, inner.ArgMax(other => Value(at, other), start)), start);
            return Concatenate(0, first, outer.ArgMax(other => Value(first, other), start));
        };
    }

    static Tensor Value(Tensor first, Tensor second) => Sum(Square(first)) - Sum(Square(second));
}
