using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

/// <summary>Hessians, and products with them and with the Gauss–Newton matrix.</summary>
public class SecondDerivativeTests : Poisoned
{
    static Tensor Rugged(Tensor x) => Sum(Exp(x) * Sin(x[0])) + Product(x) + LogSumExp(x * x);

    static Tensor Column(Tensor x) => x.Reshape(-1, 1);

    [Fact]
    public void TheHessianOfAQuadraticFormIsItsMatrixMadeSymmetric()
    {
        var a = Data.Normal([3, 3]);
        var hessian = Differentiate.Hessian(x => Sum(x * MatMul(a, Column(x)).Reshape(3)), Data.Normal([3], 2));
        Assert.Equal([3, 3], hessian.Shape);
        Expect.Near(a + Transpose(a), hessian, epsilons: 16, scale: 1);
    }

    [Fact]
    public void TheHessianHasAClosedForm()
    {
        var hessian = Differentiate.Hessian(x => x[0] * x[0] * x[1] + Sin(x[1]), Tensor.From(new[] { 2.0, 3.0 }));
        Expect.Near([6, 4, 4, -Math.Sin(3)], hessian);
        Expect.Equal([], [108], Differentiate.Hessian(x => x * x * x * x, Tensor.Scalar(3, ElementType.Float64)));
        Expect.Equal([2, 2], new double[4], Differentiate.Hessian(x => Sum(3 * x), Data.Normal([2])));
    }

    [Fact]
    public void TheHessianIsSymmetricAndHasTheArgumentsAxesTwice()
    {
        var hessian = Differentiate.Hessian(x => Rugged(x.Reshape(-1)), Data.Normal([2, 3]));
        Assert.Equal([2, 3, 2, 3], hessian.Shape);
        var matrix = hessian.Reshape(6, 6);
        Expect.Near(Transpose(matrix), matrix, epsilons: 64, scale: 10);
    }

    [Fact]
    public void TheProductWithTheHessianIsThat()
    {
        var (x, v) = (Data.Normal([4]), Data.Normal([4], 2));
        var (gradient, product) = Differentiate.HessianVectorProduct(Rugged, x, v);
        Expect.Near(Differentiate.Gradient(Rugged, x), gradient, epsilons: 16, scale: 1);
        Expect.Near(MatMul(Differentiate.Hessian(Rugged, x), Column(v)).Reshape(4), product, epsilons: 128, scale: 10);
    }

    [Fact]
    public void TheProductWithTheHessianForParameters()
    {
        var (at, v) = (Data.Normal([5]), Data.Normal([5], 2));
        var (w, b) = (new Parameter("w", at[..3].Detach()), new Parameter("b", at[3..].Detach()));
        var (gradients, products) = Differentiate.HessianVectorProduct(() => Rugged(Concatenate(0, w, b)), [w, b], [v[..3], v[3..]]);
        var (gradient, product) = Differentiate.HessianVectorProduct(Rugged, at, v);
        Expect.Near(gradient, Concatenate(0, gradients), epsilons: 16, scale: 1);
        Expect.Near(product, Concatenate(0, products), epsilons: 64, scale: 10);
        Assert.Null(Tape.Current);
    }

    [Fact]
    public void TheGaussNewtonProductIsFormedFromJacobianAndHessian()
    {
        var (a, x, v) = (Data.Normal([3, 4]), Data.Normal([4], 2), Data.Normal([4], 3));
        Tensor Model(Tensor y) => Tanh(MatMul(a, Column(y))).Reshape(3) * y[0];
        static Tensor Loss(Tensor y) => LogSumExp(y) + Sum(Square(y));
        var jacobian = Differentiate.Jacobian(Model, x);
        var hessian = Differentiate.Hessian(Loss, Model(x));
        var expected = MatMul(jacobian, MatMul(hessian, MatMul(jacobian, Column(v))), transposeLeft: true).Reshape(4);
        Expect.Near(expected, Differentiate.GaussNewtonVectorProduct(Model, Loss, x, v), epsilons: 128, scale: 10);
        // The model's curvature is what it leaves out.
        var full = Differentiate.HessianVectorProduct(y => Loss(Model(y)), x, v).Product;
        Assert.True(Max(Abs(full - expected)).ToScalar() > 1e-3);
    }

    [Fact]
    public void OfALinearModelItIsTheHessian()
    {
        var (a, x, v) = (Data.Normal([3, 4]), Data.Normal([4], 2), Data.Normal([4], 3));
        Tensor Model(Tensor y) => MatMul(a, Column(y)).Reshape(3);
        var hessian = Differentiate.HessianVectorProduct(y => LogSumExp(Model(y)), x, v).Product;
        Expect.Near(hessian, Differentiate.GaussNewtonVectorProduct(Model, y => LogSumExp(y), x, v), epsilons: 128, scale: 10);
    }

    [Fact]
    public void TheGaussNewtonProductForParametersIsPositive()
    {
        var (w, b) = (new Parameter("w", Data.Normal([3, 2])), new Parameter("b", Data.Normal([2], 2)));
        var (x, vw, vb) = (Data.Normal([5, 3], 3), Data.Normal([3, 2], 4), Data.Normal([2], 5));
        Tensor Model() => Tanh(Affine(x, w, b));
        static Tensor Loss(Tensor y) => Sum(LogSumExp(y, -1));
        var products = Differentiate.GaussNewtonVectorProduct(Model, Loss, [w, b], [vw, vb]);
        var jacobians = Differentiate.Jacobian(Model, [w, b]);
        var jacobian = Concatenate(1, jacobians[0].Reshape(10, 6), jacobians[1].Reshape(10, 2));
        var hessian = Differentiate.Hessian(Loss, Model()).Reshape(10, 10);
        var v = Concatenate(0, vw.Reshape(-1), vb);
        var expected = MatMul(jacobian, MatMul(hessian, MatMul(jacobian, Column(v))), transposeLeft: true).Reshape(8);
        var product = Concatenate(0, products[0].Reshape(-1), products[1]);
        Expect.Near(expected, product, epsilons: 128, scale: 10);
        Assert.True(Sum(product * v).ToScalar() > 0);
    }

    [Fact]
    public void WhatDoesNotFitIsAnError()
    {
        var x = Data.Normal([2]);
        Expect.Mentions(Assert.Throws<ShapeException>(() => Differentiate.HessianVectorProduct(Rugged, x, Data.Normal([3]))), "[2]", "[3]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Differentiate.Hessian(y => y, x)), "[2]", "one element");
        Assert.Throws<ArgumentNullException>(() => Differentiate.HessianVectorProduct(Rugged, x, null!));
        Assert.Throws<ArgumentNullException>(() => Differentiate.GaussNewtonVectorProduct(y => y, null!, x, x));
        Assert.Throws<ArgumentNullException>(() => Differentiate.GaussNewtonVectorProduct(y => y, Rugged, x, null!));
        Assert.Null(Tape.Current);
    }
}
