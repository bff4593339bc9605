using static Autograd.Functions;

namespace Autograd.PropertyTests;

internal static partial class OperationCases
{
    static IEnumerable<OperationCase> Unary =>
    [
        Of("Abs", Domain.NotZero, Abs),
        Of("Ceiling", Domain.AwayFrom(-2, -1, 0, 1, 2), Ceiling),
        Of("Clamp", Domain.AwayFrom(-0.5, 1), x => Clamp(x, -0.5, 1)),
        Of("Clamp", "below only", Domain.AwayFrom(0.25), x => Clamp(x, 0.25, double.PositiveInfinity)),
        Of("Convert", Domain.Any, x => Functions.Convert(x, x.ElementType)),
        Of("Cos", Domain.Any, Cos),
        Of("Elu", Domain.NotZero, x => Elu(x)),
        Of("Elu", "with α", Domain.NotZero, x => Elu(x, 0.7)),
        Of("ExactGelu", Domain.Any, ExactGelu),
        Of("ExactGelu", "its distribution", Domain.Any, NormalDistribution),
        Of("Exp", Domain.Any, Exp),
        Of("ExpM1", Domain.Any, ExpM1),
        Of("Floor", Domain.AwayFrom(-2, -1, 0, 1, 2), Floor),
        Of("Floor", "as a factor", Domain.AwayFrom(-2, -1, 0, 1, 2), x => Floor(x) * x * x),
        Of("Gelu", Domain.Any, Gelu),
        Of("IsNaN", Domain.Any, x => IsNaN(x) + x * x),
        Of("LeakyRelu", Domain.NotZero, x => LeakyRelu(x)),
        Of("LeakyRelu", "with α", Domain.NotZero, x => LeakyRelu(x, -0.3)),
        Of("Log", Domain.Positive, Log),
        Of("Log1P", Domain.Between(-0.7, 2), Log1P),
        Of("LogSigmoid", Domain.Any, LogSigmoid),
        Of("Negate", Domain.Any, Negate),
        Of("Power(Tensor, Double)", "of positive numbers", Domain.Positive, x => Power(x, -1.3)),
        Of("Power(Tensor, Double)", "a root", Domain.Positive, x => Power(x, 0.5)),
        Of("Power(Tensor, Double)", "whole", Domain.Divisor, x => Power(x, 3)),
        Of("Power(Tensor, Double)", "second, at zero too", Domain.Any, x => Power(x * Greater(x, Tensor.Scalar(0, x.ElementType)), 2)),
        Of("Power(Tensor, Double)", "first", Domain.Any, x => Power(x, 1)),
        Of("Power(Tensor, Double)", "zeroth", Domain.Any, x => Power(x, 0)),
        Of("Reciprocal", Domain.Divisor, Reciprocal),
        Of("Relu", Domain.NotZero, Relu),
        Of("Round", Domain.AwayFrom(-2.5, -1.5, -0.5, 0.5, 1.5, 2.5), Round),
        Of("ScaleShift", "both", Domain.Any, x => ScaleShift(x, -0.6, 1.7)),
        Of("ScaleShift", "operators", Domain.Any, x => (1 - (0.5 * x)) + (2 - x) - (x - 3) * -1.0 + (4 + x)),
        Of("Sigmoid", Domain.Any, Sigmoid),
        Of("Sign", Domain.NotZero, Sign),
        Of("Sign", "as a factor", Domain.NotZero, x => Sign(x) * x * x),
        Of("Silu", Domain.Any, Silu),
        Of("Sin", Domain.Any, Sin),
        Of("Softplus", Domain.Any, Softplus),
        Of("Softsign", Domain.NotZero, Softsign),
        Of("Sqrt", Domain.Positive, Sqrt),
        Of("Square", Domain.Any, Square),
        Of("Tanh", Domain.Any, Tanh),
    ];
}
