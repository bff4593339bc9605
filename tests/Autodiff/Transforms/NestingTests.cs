using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

/// <summary>Transforms inside a tape or inside each other: their results are differentiated again.</summary>
public class NestingTests : Poisoned
{
    static readonly Tensor At = Tensor.From(new[] { 2.0, -3.0 });
    static readonly Tensor Vector = Tensor.From(new[] { 5.0, 7.0 });

    static Tensor Fourth(Tensor x) => Sum(x * x * x * x);

    // The Jacobian of x³ is the diagonal of 3x²; its squares add up to 9x⁴.
    [Theory, InlineData(JacobianMode.Forward), InlineData(JacobianMode.Reverse)]
    public void AJacobian(JacobianMode mode) =>
        Gradient(x => Sum(Square(Differentiate.Jacobian(y => y * y * y, x, mode))), 36 * 8, 36 * -27);

    [Fact]
    public void AHessian() => Gradient(x => Sum(Differentiate.Hessian(Fourth, x)), 24 * 2, 24 * -3);

    [Fact]
    public void AProductWithTheHessian()
    {
        Gradient(x => Sum(Differentiate.HessianVectorProduct(Fourth, x, Vector).Product), 24 * 2 * 5, 24 * -3 * 7);
        Gradient(x => Sum(Differentiate.HessianVectorProduct(Fourth, x, Vector).Gradient), 12 * 4, 12 * 9);
        // By the vector it is the Hessian.
        Gradient(v => Sum(Differentiate.HessianVectorProduct(Fourth, Vector, v).Product), 12 * 25, 12 * 49);
    }

    // Of Σ(x²)² it is 2x·2·2x·v.
    [Fact]
    public void AGaussNewtonProduct() =>
        Gradient(x => Sum(Differentiate.GaussNewtonVectorProduct(Square, y => Sum(Square(y)), x, Vector)), 16 * 2 * 5, 16 * -3 * 7);

    [Fact]
    public void PerSampleGradients()
    {
        var w = new Parameter("w", Tensor.Scalar(3, ElementType.Float64));
        var (_, gradients) = Differentiate.ValueAndGradient(
            () => Sum(Differentiate.PerSampleGradients(() => Vector * w * w * w, [w])[0]), [w]);
        Assert.Equal(6 * 3 * 12, gradients[0].ToScalar());
    }

    [Fact]
    public void InsideATapeResultsBelongToIt()
    {
        Tensor hessian;
        using (var tape = new Tape())
        {
            var x = tape.Watch(At.Detach());
            hessian = Differentiate.Hessian(Fourth, x);
            Expect.Equal([2], [48, -72], tape.Gradients(Sum(hessian), [x])[0]);
        }
        Assert.Throws<ObjectDisposedException>(() => hessian.ToDoubles());
    }

    [Fact]
    public void ATapeThatPausesStillDifferentiatesInside()
    {
        using var tape = new Tape();
        var x = tape.Watch(At.Detach());
        using (tape.Pause())
        {
            Expect.Equal([2, 2], [48, 0, 0, 108], Differentiate.Hessian(Fourth, x));
            Assert.False(tape.IsRecording);
        }
        Assert.True(tape.IsRecording);
    }

    // The inner function takes w² from outside for given: it gives w², not 3w², and the outer one 2w.
    [Fact]
    public void WhatAnOuterScopeComputedFromAParameterIsGiven()
    {
        var w = new Parameter("w", Tensor.Scalar(5, ElementType.Float64));
        double inner = 0;
        var outer = Differentiate.ValueAndGradient(Outer, [w]).Gradients[0];
        Assert.Equal((25.0, 10.0), (inner, outer.ToScalar()));

        Tensor Outer()
        {
            var given = w * w;
            var derivative = Differentiate.ValueAndGradient(() => given * w, [w]).Gradients[0];
            inner = derivative.ToScalar();
            return derivative;
        }
    }

    [Theory, InlineData(JacobianMode.Forward), InlineData(JacobianMode.Reverse)]
    public void WhatAnOuterScopeComputedIsGivenToEveryTransform(JacobianMode mode)
    {
        var w = new Parameter("w", Tensor.Scalar(5, ElementType.Float64));
        using var tape = new Tape();
        var given = w * w;
        Assert.Equal(25, Differentiate.Jacobian(() => given * w, [w], mode)[0].ToScalar());
        var one = Tensor.Scalar(1, ElementType.Float64);
        var (gradients, products) = Differentiate.HessianVectorProduct(() => given * w * w, [w], [one]);
        Assert.Equal((250.0, 50.0), (gradients[0].ToScalar(), products[0].ToScalar()));
        Assert.Equal(1250, Differentiate.GaussNewtonVectorProduct(() => given * w, y => y * y, [w], [one])[0].ToScalar());
        // Everything counts for the outer scope: (w²)' and (w²·2w)'' through both ways.
        Assert.Equal(20, tape.Gradients(products[0], [w])[0].ToScalar());
    }

    static void Gradient(Func<Tensor, Tensor> function, params double[] expected)
    {
        Expect.Equal([2], expected, Differentiate.Gradient(function, At));
        Assert.Null(Tape.Current);
    }
}
