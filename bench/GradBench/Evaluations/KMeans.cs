using static Autograd.Functions;

namespace Autograd.GradBench.Evaluations;

/// <summary>
/// k-means: the squared distances of points from their nearest centroids, and Newton's direction for the centroids. The Hessian is
/// diagonal, so its product with ones is all of it.
/// </summary>
static class KMeans
{
    public static Evaluation Evaluation { get; } = new("kmeans", new Dictionary<string, Function>
    {
        ["cost"] = input => With(input, Cost),
        ["dir"] = input => With(input, Direction),
    });

    static Func<object> With(Input input, Func<Tensor, Tensor, Tensor> function)
    {
        var (points, centroids) = (input["points"].Tensor(), input["centroids"].Tensor());
        return () => function(points, centroids);
    }

    // Σ |p − c|², each centroid with the points that it is nearest to: nⱼ·|cⱼ|² − 2 cⱼ·Σp + Σ|p|².
    static Tensor Cost(Tensor points, Tensor centroids)
    {
        int[] nearest = Nearest(points, centroids);
        var sums = ScatterRows(points, nearest, centroids.Shape[0]);
        var sizes = ScatterRows(Tensor.Ones([nearest.Length, 1], ElementType.Float64), nearest, centroids.Shape[0]);
        return Sum(Square(points)) + Sum(sizes * Square(centroids) - 2 * sums * centroids);
    }

    static Tensor Direction(Tensor points, Tensor centroids)
    {
        var ones = Tensor.Ones(centroids.Shape, ElementType.Float64);
        var (gradient, hessian) = Differentiate.HessianVectorProduct(at => Cost(points, at), centroids, ones);
        return gradient / hessian;
    }

    // |c|² − 2 p·c is least where |p − c|² is. Which one is nearest has no slope; the slope of a least value is that of what is least.
    static int[] Nearest(Tensor points, Tensor centroids)
    {
        var at = StopGradient(centroids);
        var distances = Affine(points, -2 * Transpose(at), Sum(Square(at), 1));
        return Array.ConvertAll(ArgMin(distances).ToDoubles(), index => (int)index);
    }
}
