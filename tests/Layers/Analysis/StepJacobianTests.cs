using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

public class StepJacobianTests
{
    static readonly RandomKey Key = new(9);

    static Tensor Draw(string purpose, params int[] shape) => Key.For(purpose).Normal(Shape.Create(shape), 1, ElementType.Float64);

    /// <summary>δⁱ⁻¹ = δⁱ·Jⁱ with J = W·diag(f'): lecture claim E1.</summary>
    [Fact]
    public void AnErrorComesBackThroughTheJacobians()
    {
        var (w1, w2) = (Draw("w1", 4, 5), Draw("w2", 5, 3));
        Func<Tensor, Tensor>[] layers = [x => Tanh(MatMul(x, w1)), x => Sigmoid(MatMul(x, w2))];
        var x = Draw("x", 1, 4);
        var jacobians = StepJacobian.OfLayers(layers, x);
        var a = jacobians[0].Value;
        Close.Equal(Transpose(w1 * (1 - Square(a))), jacobians[0].Matrix, 1e-14);
        Assert.Equal([3, 5], jacobians[1].Matrix.Shape);
        var error = Draw("error", 1, 3);
        var expected = Differentiate.Vjp(at => layers[1](layers[0](at)), x, error).Product;
        Close.Equal(expected, MatMul(MatMul(error, jacobians[1].Matrix), jacobians[0].Matrix), 1e-13);
        Assert.Equal(LinearAlgebra.SingularValues(jacobians[1].Matrix), jacobians[1].SingularValues);
    }

    [Fact]
    public void TheJacobiansOfStepsMultiplyToThatOfTheRun()
    {
        var cell = new LstmCell(2, 3, Key);
        var inputs = Draw("inputs", 5, 2);
        var steps = StepJacobian.OfSteps(cell, inputs);
        var product = steps.Aggregate(Tensor.Identity(6, ElementType.Float64), (p, step) => MatMul(step.Matrix, p));
        var driven = CellMap.Driven(cell, inputs);
        var whole = Differentiate.Jacobian(
            state =>
            {
                for (int t = 0; t < 5; t++) state = driven(t, state);
                return state;
            },
            Tensor.Zeros([1, 6], ElementType.Float64)).Reshape(6, 6);
        Close.Equal(whole, product, 1e-13);
    }

    [Fact]
    public void StatesMayBeGiven()
    {
        var cell = new RnnCell(2, 3, Key);
        var initial = Draw("initial", 1, 3);
        var step = StepJacobian.OfSteps(cell, Tensor.Zeros([1, 2]), initial)[0];
        Close.Equal(Tanh(MatMul(initial, cell["R"].Detach().As(ElementType.Float64))), step.Value, 1e-15);
    }
}
