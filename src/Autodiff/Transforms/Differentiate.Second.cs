namespace Autograd;

public static partial class Differentiate
{
    /// <summary>
    /// The product of the Hessian of a function with a vector, together with the gradient: forward over reverse mode, at the cost of a few
    /// evaluations and without forming the Hessian (Pearlmutter 1994).
    /// </summary>
    /// <param name="function">Gives one element.</param>
    /// <param name="x">Where.</param>
    /// <param name="vector">Of x's shape.</param>
    public static (Tensor Gradient, Tensor Product) HessianVectorProduct(Func<Tensor, Tensor> function, Tensor x, Tensor vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        var (_, results) = Problem.Of(function, x).Solve(run => HessianProduct(run, [vector]));
        return (results[0], results[1]);
    }

    /// <summary>
    /// The product of the Hessian of a loss with a vector, together with the gradient, with respect to parameters: the vector and both
    /// results have one tensor for each parameter.
    /// </summary>
    public static (Tensor[] Gradients, Tensor[] Products) HessianVectorProduct(
        Func<Tensor> loss, IReadOnlyList<Parameter> parameters, IReadOnlyList<Tensor> vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        var (_, results) = Problem.Of(loss, parameters).Solve(run => HessianProduct(run, vector));
        return (results[..parameters.Count], results[parameters.Count..]);
    }

    /// <summary>
    /// The Hessian of a function with one element, of shape <c>[x…, x…]</c>: forward over reverse mode, one product per element of x.
    /// </summary>
    public static Tensor Hessian(Func<Tensor, Tensor> function, Tensor x) =>
        Jacobian(at => Gradient(function, at), x, JacobianMode.Forward);

    /// <summary>
    /// The product of the Gauss–Newton matrix of loss(model(x)), Jᵀ·H·J with J the model's Jacobian and H the loss's Hessian, with a vector
    /// (Schraudolph 2002). It is positive semidefinite where the loss is convex.
    /// </summary>
    /// <param name="model">Gives a tensor of any shape.</param>
    /// <param name="loss">Gives one element, from the model's result.</param>
    /// <param name="x">Where.</param>
    /// <param name="vector">Of x's shape.</param>
    public static Tensor GaussNewtonVectorProduct(Func<Tensor, Tensor> model, Func<Tensor, Tensor> loss, Tensor x, Tensor vector)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(vector);
        return Problem.Of(model, x).Solve(run => GaussNewton(run, loss, [vector])).Derivatives[0];
    }

    /// <summary>
    /// The product of the Gauss–Newton matrix of loss(model()) with a vector, with respect to the model's parameters: the vector and the
    /// product have one tensor for each parameter.
    /// </summary>
    public static Tensor[] GaussNewtonVectorProduct(
        Func<Tensor> model, Func<Tensor, Tensor> loss, IReadOnlyList<Parameter> parameters, IReadOnlyList<Tensor> vector)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(vector);
        return Problem.Of(model, parameters).Solve(run => GaussNewton(run, loss, vector)).Derivatives;
    }

    static Tensor[] HessianProduct(Recording run, IReadOnlyList<Tensor> vector)
    {
        var gradients = run.Gradients(record: true);
        return [.. gradients, .. run.Tangents(gradients, vector, run.IsNested)];
    }

    static Tensor[] GaussNewton(Recording run, Func<Tensor, Tensor> loss, IReadOnlyList<Tensor> vector)
    {
        var direction = run.Tangent(run.Result, vector, run.IsNested);
        var curved = HessianVectorProduct(loss, run.Result, direction).Product;
        return run.Gradients(run.Result, curved, run.IsNested);
    }
}
