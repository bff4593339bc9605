using static Autograd.Functions;

namespace Autograd.GradBench.Evaluations;

/// <summary>
/// Gradient descent with a step that grows after ten successes and shrinks after a failure, as the evaluations of nested derivatives
/// describe it. It ends where the gradient or a step is no longer than 1e-5. On a tape all of it is differentiable.
/// </summary>
/// <param name="derivative">How a function of a vector is differentiated.</param>
sealed class Descent(Func<Func<Tensor, Tensor>, Tensor, Tensor> derivative)
{
    const double Enough = 1e-5;

    /// <summary>Backward: one sweep for the whole gradient.</summary>
    public static Descent Reverse { get; } = new(Differentiate.Gradient);

    /// <summary>Forward: a direction for each element.</summary>
    public static Descent Forward { get; } = new((function, x) => Differentiate.Jacobian(function, x, JacobianMode.Forward));

    /// <summary>The gradient of a function that gives one element.</summary>
    public Tensor Gradient(Func<Tensor, Tensor> function, Tensor x) => derivative(function, x);

    /// <summary>Where a function is largest, from a start.</summary>
    public Tensor ArgMax(Func<Tensor, Tensor> function, Tensor start) => ArgMin(x => -function(x), start);

    /// <summary>Where a function is least, from a start.</summary>
    public Tensor ArgMin(Func<Tensor, Tensor> function, Tensor start)
    {
        var (x, value, slope) = (start, function(start), Gradient(function, start));
        double rate = Enough;
        int successes = 0;
        while (Length(slope) > Enough)
        {
            if (successes == 10) (rate, successes) = (2 * rate, 0);
            var next = x - rate * slope;
            if (Length(next - x) <= Enough) break;
            var found = function(next);
            if (found.ToScalar() < value.ToScalar())
            {
                (x, value, slope) = (next, found, Gradient(function, next));
                successes++;
            }
            else
            {
                (rate, successes) = (rate / 2, 0);
            }
        }
        return x;
    }

    // A decision and no part of the result: read, not recorded.
    static double Length(Tensor x) => Math.Sqrt(x.ToDoubles().Sum(element => element * element));
}
