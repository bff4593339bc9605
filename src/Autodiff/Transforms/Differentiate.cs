namespace Autograd;

/// <summary>
/// Derivatives of functions, with the tape out of sight. Calls nest: a gradient inside the function of another gradient is differentiated again.
/// Outside of any tape the results outlive the call; inside one they belong to it.
/// </summary>
public static class Differentiate
{
    /// <summary>The value of a loss and its gradients with respect to parameters, in their order.</summary>
    /// <param name="loss">Computes a tensor with one element, from the parameters and anything else.</param>
    /// <param name="parameters">The parameters.</param>
    public static (Tensor Value, Tensor[] Gradients) ValueAndGradient(Func<Tensor> loss, IReadOnlyList<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(parameters);
        return OnTape((tape, record) =>
        {
            var value = loss();
            return (value, tape.Gradients(value, parameters, record));
        });
    }

    /// <summary>The value of a function of one tensor, and its gradient there. The function gives one element.</summary>
    public static (Tensor Value, Tensor Gradient) ValueAndGradient(Func<Tensor, Tensor> function, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(x);
        var (value, gradients) = OnTape((tape, record) =>
        {
            var own = Own(tape, x);
            var result = function(own);
            return (result, tape.Gradients(result, [own], record));
        });
        return (value, gradients[0]);
    }

    /// <summary>The gradient of a function of one tensor that gives one element.</summary>
    public static Tensor Gradient(Func<Tensor, Tensor> function, Tensor x) => ValueAndGradient(function, x).Gradient;

    /// <summary>The value of a function, and the product of a cotangent of its result with its Jacobian: reverse mode.</summary>
    public static (Tensor Value, Tensor Product) Vjp(Func<Tensor, Tensor> function, Tensor x, Tensor cotangent)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(cotangent);
        var (value, products) = OnTape((tape, record) =>
        {
            var own = Own(tape, x);
            var result = function(own);
            return (result, tape.Gradients([result], [cotangent], [own], record));
        });
        return (value, products[0]);
    }

    /// <summary>The value of a function, and the product of its Jacobian with a tangent of its argument: forward mode.</summary>
    public static (Tensor Value, Tensor Product) Jvp(Func<Tensor, Tensor> function, Tensor x, Tensor tangent)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(tangent);
        var (value, products) = OnTape((tape, record) =>
        {
            var own = Own(tape, x);
            var result = function(own);
            return (result, tape.Tangents([result], [own], [tangent], record));
        });
        return (value, products[0]);
    }

    // Only what is inside another scope can be differentiated again and has to be recorded.
    static (Tensor Value, Tensor[] Derivatives) OnTape(Func<Tape, bool, (Tensor Value, Tensor[] Derivatives)> compute)
    {
        if (Tape.Current is { } outer) return compute(outer, true);
        using var tape = new Tape();
        var (value, derivatives) = compute(tape, false);
        return (value.Detach(), Array.ConvertAll(derivatives, derivative => derivative.Detach()));
    }

    // The argument gets an entry of its own, so that a function that also refers to x from outside is not differentiated by that x as well.
    static Tensor Own(Tape tape, Tensor x) => tape.Watch(Functions.Reshape(x, x.Shape.Lengths));
}
