using static Autograd.Functions;

namespace Autograd.GradBench.Evaluations;

/// <summary>Least squares: how far the polynomial with coefficients x is from the sign function, at n places from −1 to 1.</summary>
static class LeastSquares
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
        return 0.5 * Sum(Square(Sign(t) - Polynomial(x, t)));
    }

    // Σᵢ (Σⱼ c[i, j]·tʲ)·(tᵇ)ⁱ with the coefficients as a square of b rows (Paterson, Stockmeyer 1973):
    // 2b powers of t for b² coefficients.
    static Tensor Polynomial(Tensor x, Tensor t)
    {
        int count = x.ElementCount, size = (int)Math.Ceiling(Math.Sqrt(count));
        var coefficients = Reshape(Pad(x, 0, 0, size * size - count), [size, size]);
        var low = Powers(t, size);
        var high = Powers(low[^1] * t, size);
        return Sum(MatMul(coefficients, Stack(low)) * Stack(high), 0);
    }

    static Tensor[] Powers(Tensor t, int count)
    {
        var powers = new Tensor[count];
        for (int i = 0; i < count; i++) powers[i] = i == 0 ? Tensor.Ones(t.Shape, ElementType.Float64) : powers[i - 1] * t;
        return powers;
    }
}
