using static Autograd.Functions;

namespace Autograd.GradBench.Evaluations;

/// <summary>The log posterior of a mixture of Gaussians with a Wishart prior on the precisions QᵀQ, as GradBench defines it.</summary>
sealed class Gmm
{
    readonly int d, k, n, m;
    readonly double gamma;
    readonly Tensor x;
    readonly Parameter alpha, mu, q, l;
    readonly int[] places;

    Gmm(Input input)
    {
        (d, k, n) = (input["d"].Whole(least: 1), input["k"].Whole(least: 1), input["n"].Whole(least: 1));
        (m, gamma) = (input["m"].Whole(least: 0), input["gamma"].Number());
        x = input["x"].Tensor(n, d);
        (alpha, mu) = (new("alpha", input["alpha"].Tensor(k)), new("mu", input["mu"].Tensor(k, d)));
        q = new("q", input["q"].Tensor(k, d));
        l = new("l", Reshape(input["l"].Tensor(), [k, d * (d - 1) / 2]));
        places = Places();
    }

    public static Evaluation Evaluation { get; } = new("gmm", new Dictionary<string, Function>
    {
        ["objective"] = input => new Gmm(input).LogPosterior,
        ["jacobian"] = input => new Gmm(input).Gradient,
    });

    Dictionary<string, object> Gradient()
    {
        Parameter[] independent = [alpha, mu, q, l];
        var (_, gradients) = Differentiate.ValueAndGradient(LogPosterior, independent);
        return independent.Zip(gradients).ToDictionary(pair => pair.First.Name, pair => (object)pair.Second);
    }

    Tensor LogPosterior()
    {
        var factors = Factors();
        var logDeterminants = Sum(q, 1);
        // Q(x − μ) = Qx − Qμ: the first of all points and components is one product.
        var means = Reshape(MatMul(factors, Reshape(mu, [k, d, 1])), [k * d]);
        var whitened = Affine(x, Transpose(Reshape(factors, [k * d, d])), -means);
        var distances = Sum(Square(Reshape(whitened, [n, k, d])), -1);
        var likelihood = Sum(LogSumExp(alpha + logDeterminants - 0.5 * distances, -1)) - n * LogSumExp(alpha);
        var prior = m * Sum(logDeterminants) - 0.5 * gamma * gamma * Sum(Square(factors));
        return likelihood + prior + Constant();
    }

    // The lower triangular Q of every component, [k, d, d]: exp(q) on the diagonal, l below it, column by column.
    Tensor Factors()
    {
        var elements = Concatenate(1, Exp(q), l);
        return Reshape(ScatterAlong(Reshape(elements, [k * places.Length / k]), places, k * d * d), [k, d, d]);
    }

    int[] Places()
    {
        var diagonal = Enumerable.Range(0, d).Select(i => i * d + i);
        var below = Enumerable.Range(0, d)
            .SelectMany(column => Enumerable.Range(column + 1, d - column - 1).Select(row => row * d + column));
        int[] one = [.. diagonal, .. below];
        return [.. Enumerable.Range(0, k).SelectMany(component => one.Select(place => component * d * d + place))];
    }

    double Constant()
    {
        double degrees = d + m + 1;
        double logGamma = 0.25 * d * (d - 1) * Math.Log(Math.PI);
        for (int j = 1; j <= d; j++) logGamma += LogGamma(Tensor.Scalar(0.5 * (degrees + 1 - j), ElementType.Float64)).ToScalar();
        return k * (degrees * d * Math.Log(gamma / Math.Sqrt(2)) - logGamma) - n * d * 0.5 * Math.Log(2 * Math.PI);
    }
}
