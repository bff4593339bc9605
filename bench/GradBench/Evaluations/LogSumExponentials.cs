using static Autograd.Functions;

namespace Autograd.GradBench.Evaluations;

/// <summary>The logarithm of a sum of exponentials.</summary>
static class LogSumExponentials
{
    public static Evaluation Evaluation { get; } = new("lse", new Dictionary<string, Function>
    {
        ["primal"] = input => With(input, x => LogSumExp(x)),
        ["gradient"] = input => With(input, x => Differentiate.Gradient(at => LogSumExp(at), x)),
    });

    static Func<object> With(Input input, Func<Tensor, Tensor> function)
    {
        var x = input["x"].Tensor();
        return () => function(x);
    }
}
