namespace Autograd.PropertyTests;

/// <summary>Forward over reverse and reverse over forward are two ways to the same product of a Hessian with a vector.</summary>
static class MixedModes
{
    public static void Agree(Func<IReadOnlyList<Tensor>, Tensor> function, IReadOnlyList<Tensor> inputs)
    {
        using var tape = new Tape();
        foreach (var input in inputs) tape.Watch(input);
        var result = function(inputs);
        var u = Directions.Of(result.Shape);
        Tensor[] at = [.. inputs], v = [.. inputs.Select((input, i) => Directions.Of(input.Shape, i + 1))];
        var product = Derivatives.TangentOrZero(tape, result, at, v, record: true);
        var reverseOverForward = Derivatives.OrZero(tape, product, u, at);
        var gradients = Derivatives.OrZero(tape, result, u, at, record: true);
        Tensor[] forwardOverReverse = [.. gradients.Select(gradient => Derivatives.TangentOrZero(tape, gradient, at, v))];
        Near.Equal(
            Derivatives.Numbers(forwardOverReverse), Derivatives.Numbers(reverseOverForward), Near.Rounding(Derivatives.Scale(tape)),
            "Hessian product");
    }
}
