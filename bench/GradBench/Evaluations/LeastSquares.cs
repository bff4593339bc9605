using static Autograd.Functions;

namespace Autograd.GradBench.Evaluations;

/// <summary>Least squares: how far the polynomial with coefficients x is from the sign function, at n places from −1 to 1.</summary>
internal static class LeastSquares
{
    public static Evaluation Evaluation { get; } = new("llsq", new Dictionary<string, Function>
    {
        ["primal"] = input => With(input, (x, n) => Distance(x, n)),
        ["gradient"] = input => With(input, (x, n) => Differentiate.Gradient(at => Distance(at, n), x)),
    });

    static Func<object> With(Input input, Func<Tensor, int, Tensor> function)
    {
        var (x, n) = (input["x"].Tensor(), input["n"].Whole(least: 2));
        return () => function(x, n);
    }

    static Tensor Distance(Tensor x, int n)
    {
        var t = Tensor.From([.. Enumerable.Range(0, n).Select(i => -1 + i * 2.0 / (n - 1))]);
        return 0.5 * Sum(Square(Sign(t) - MatVec(Transpose(Powers(t, x.ElementCount)), x)));
    }

    // [powers, places]
    static Tensor Powers(Tensor t, int count)
    {
        var factors = Concatenate(0, Tensor.Ones([1, t.ElementCount], ElementType.Float64), BroadcastTo(t, [count - 1, t.ElementCount]));
        return CumulativeProduct(factors, 0);
    }
}
