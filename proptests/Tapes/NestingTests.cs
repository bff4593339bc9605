namespace Autograd.PropertyTests;

/// <summary>Derivatives of functions nest to any order, and say what a tape says.</summary>
public class NestingTests
{
    public static TheoryData<string> Cases => OperationCases.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public void FunctionsOfDerivativesAgreeWithTheTape(string name) => Law.Holds(15, OperationCases.Named(name).Draw, trial =>
    {
        Tensor First(Tensor x) => trial.Function([x, .. trial.Inputs[1..]]);
        var x = trial.Inputs[0];
        var result = First(x);
        var (u, v) = (Directions.Of(result.Shape, 1), Directions.Of(x.Shape, 2));
        if (!DependsOn(First, x)) return;
        double tolerance = Near.Rounding(Derivatives.Scale(trial));
        var (value, product) = Differentiate.Vjp(First, x, u);
        Near.Equal(result, value, 0, "value");
        Near.Equal(Derivatives.Gradients(y => First(y[0]), [x], _ => u)[0], product.ToDoubles(), tolerance, "vjp");
        Near.Equal(Differentiate.Gradient(y => Functions.Sum(First(y) * u), x), product, tolerance, "gradient of the projection");
        double forward = Functions.Sum(Differentiate.Jvp(First, x, v).Product * u).ToScalar();
        Near.Equal([forward], [Functions.Sum(product * v).ToScalar()], x.ElementCount * tolerance, "⟨u, Jv⟩");
    });

    [Law(20)]
    public void EveryOrderOfDerivativesOfAnExponentialIsItself(Draw draw)
    {
        var at = draw.Of(draw => draw.Number(-1, 1));
        Func<Tensor, Tensor> derivative = Functions.Exp;
        for (int order = 0; order < 6; order++)
        {
            var (inner, isForward) = (derivative, order % 2 == 1);
            derivative = isForward
                ? x => Differentiate.Jvp(inner, x, Tensor.Ones(x.Shape, x.ElementType)).Product
                : x => Differentiate.Gradient(inner, x);
        }
        Near.Equal([Math.Exp(at)], [derivative(Tensor.Scalar(at, ElementType.Float64)).ToScalar()], Near.Rounding(1), "sixth derivative");
    }

    // x · ∂(x·y)/∂y at y = x is x²; an inner derivative that took x for y as well would make it 2x².
    [Law(20)]
    public void AnInnerDerivativeIsNotConfusedWithTheOuter(Draw draw)
    {
        var at = draw.Of(draw => draw.Values([], Domain.Any));
        static Tensor Inner(Tensor x) => x * Differentiate.Gradient(y => x * y, x);
        Near.Equal([2 * at.ToScalar()], [Differentiate.Gradient(Inner, at).ToScalar()], Near.Rounding(4), "gradient");
    }

    [Law(30)]
    public void AFunctionThroughTheOtherPrecisionKeepsItsGradient(Draw draw)
    {
        var x = draw.Of(draw => draw.Values(draw.Shape(), Domain.Any));
        static Tensor Through(Tensor x) => Functions.Sum(Functions.Sin(x.As(ElementType.Float32)).As(ElementType.Float64));
        double bound = 4 * ElementType.Float32.Epsilon();
        Near.Equal(Functions.Cos(x), Differentiate.Gradient(Through, x), bound, "gradient");
        Near.Equal(Functions.Sum(Functions.Cos(x)), Differentiate.Jvp(Through, x, Tensor.Ones(x.Shape, x.ElementType)).Product,
            Math.Max(1, x.ElementCount) * bound, "jvp");
    }

    static bool DependsOn(Func<Tensor, Tensor> function, Tensor x)
    {
        using var tape = new Tape();
        return tape.NumberOf(function(tape.Watch(x))) >= 0;
    }
}
