using static Autograd.Functions;

namespace Autograd.GradBench.Evaluations;

/// <summary>The square of a number, and its derivative.</summary>
static class Hello
{
    public static Evaluation Evaluation { get; } = new("hello", new Dictionary<string, Function>
    {
        ["square"] = input => With(input, x => Square(x)),
        ["double"] = input => With(input, x => Differentiate.Gradient(at => Square(at), x)),
    });

    static Func<object> With(Input input, Func<Tensor, Tensor> function)
    {
        var x = Tensor.Scalar(input.Number(), ElementType.Float64);
        return () => function(x);
    }
}
