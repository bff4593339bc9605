namespace Autograd;

/// <summary>
/// Derivatives of functions, without handling a tape. Calls nest: a gradient inside the function of another gradient is differentiated
/// again. Outside any tape, the results outlive the call; inside one, they belong to it.
/// <para>
/// Each transform takes a function of one tensor, or a function that uses parameters, together with the parameters. What an enclosing scope
/// has recorded before is treated as constant, and the derivative of anything that does not depend on the argument is 0.
/// </para>
/// </summary>
public static partial class Differentiate
{
    /// <summary>The value of a loss and its gradients with respect to parameters, in their order.</summary>
    /// <param name="loss">Computes a tensor with one element, from the parameters and anything else.</param>
    /// <param name="parameters">The parameters.</param>
    public static (Tensor Value, Tensor[] Gradients) ValueAndGradient(Func<Tensor> loss, IReadOnlyList<Parameter> parameters) =>
        ValueAndGradient(Problem.Of(loss, parameters));

    /// <summary>The value of a function of one tensor, and its gradient there. The result of the function has one element.</summary>
    public static (Tensor Value, Tensor Gradient) ValueAndGradient(Func<Tensor, Tensor> function, Tensor x)
    {
        var (value, gradients) = ValueAndGradient(Problem.Of(function, x));
        return (value, gradients[0]);
    }

    /// <summary>The gradient of a function of one tensor whose result has one element.</summary>
    public static Tensor Gradient(Func<Tensor, Tensor> function, Tensor x) => ValueAndGradient(function, x).Gradient;

    /// <summary>The value of a function, and the product of a cotangent of its result with its Jacobian: reverse mode.</summary>
    public static (Tensor Value, Tensor Product) Vjp(Func<Tensor, Tensor> function, Tensor x, Tensor cotangent)
    {
        ArgumentNullException.ThrowIfNull(cotangent);
        var (value, products) = Problem.Of(function, x).Solve(run => run.Gradients(run.Result, cotangent, run.IsNested));
        return (value, products[0]);
    }

    /// <summary>
    /// The value of a function of parameters, and the product of a cotangent of its result with its Jacobian, as one tensor for each
    /// parameter: reverse mode.
    /// </summary>
    public static (Tensor Value, Tensor[] Products) Vjp(Func<Tensor> function, IReadOnlyList<Parameter> parameters, Tensor cotangent)
    {
        ArgumentNullException.ThrowIfNull(cotangent);
        return Problem.Of(function, parameters).Solve(run => run.Gradients(run.Result, cotangent, run.IsNested));
    }

    /// <summary>The value of a function, and the product of its Jacobian with a tangent of its argument: forward mode.</summary>
    public static (Tensor Value, Tensor Product) Jvp(Func<Tensor, Tensor> function, Tensor x, Tensor tangent)
    {
        ArgumentNullException.ThrowIfNull(tangent);
        var (value, products) = Problem.Of(function, x).Solve(run => [run.Tangent(run.Result, [tangent], run.IsNested)]);
        return (value, products[0]);
    }

    /// <summary>
    /// The value of a function of parameters, and the product of its Jacobian with tangents, one for each parameter: forward mode.
    /// </summary>
    public static (Tensor Value, Tensor Product) Jvp(
        Func<Tensor> function, IReadOnlyList<Parameter> parameters, IReadOnlyList<Tensor> tangents)
    {
        ArgumentNullException.ThrowIfNull(tangents);
        var (value, products) = Problem.Of(function, parameters).Solve(run => [run.Tangent(run.Result, tangents, run.IsNested)]);
        return (value, products[0]);
    }

    static (Tensor Value, Tensor[] Gradients) ValueAndGradient(Problem problem) =>
        problem.Solve(run => run.Gradients(run.IsNested));
}
