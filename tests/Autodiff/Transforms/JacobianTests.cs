using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class JacobianTests : Poisoned
{
    public static TheoryData<JacobianMode> Modes => [JacobianMode.Cheaper, JacobianMode.Reverse, JacobianMode.Forward];

    /// <summary>Twice its argument, counting how often each rule is asked.</summary>
    sealed class CountingDouble : CustomOperation
    {
        public int Backward { get; private set; }

        public int Forward { get; private set; }

        public override Tensor Value(ReadOnlySpan<Tensor> operands) => operands[0] * 2;

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent)
        {
            Backward++;
            return cotangent * 2;
        }

        public override Tensor? Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents)
        {
            Forward++;
            return tangents[0]! * 2;
        }
    }

    [Theory, MemberData(nameof(Modes))]
    public void AgreesWithTheClosedForm(JacobianMode mode)
    {
        var x = Tensor.From(new[] { 2.0, 3.0 });
        var jacobian = Differentiate.Jacobian(y => Stack([y[0] * y[1], Square(y[1]), Sin(y[0])]), x, mode);
        Assert.Equal([3, 2], jacobian.Shape);
        Expect.Near([3, 2, 0, 6, Math.Cos(2), 0], jacobian);
        Assert.Null(Tape.Current);
    }

    // ∂(A·X)[i, j]/∂X[k, l] = A[i, k] if j = l, else 0.
    [Theory, MemberData(nameof(Modes))]
    public void HasTheAxesOfTheResultThenThoseOfTheArgument(JacobianMode mode)
    {
        var (a, x) = (Data.Normal([2, 3]), Data.Normal([3, 4], 2));
        double[] factors = a.ToDoubles();
        Shape shape = [2, 4, 3, 4];
        var jacobian = Differentiate.Jacobian(y => MatMul(a, y), x, mode);
        Assert.Equal(shape, jacobian.Shape);
        Expect.Near(Data.Tabulate(shape, at => at[1] == at[3] ? factors[at[0] * 3 + at[2]] : 0), jacobian);
    }

    [Theory, InlineData(2, 3, false), InlineData(3, 3, true), InlineData(3, 2, true)]
    public void TheCheaperModeHasFewerDirectionsAllInOneSweep(int argument, int result, bool isReverse)
    {
        var doubled = new CountingDouble();
        var matrix = Data.Normal([argument, result]);
        Differentiate.Jacobian(x => MatMul(doubled.Apply(x).Reshape(1, -1), matrix), Data.Normal([argument], 2));
        Assert.Equal(isReverse ? (1, 0) : (0, 1), (doubled.Backward, doubled.Forward));
    }

    [Theory, MemberData(nameof(Modes))]
    public void OfParameters(JacobianMode mode)
    {
        var w = new Parameter("w", Tensor.From(new double[,] { { 1, 2 }, { 3, 4 } }));
        var b = new Parameter("b", Tensor.From(new double[] { 5, 6 }));
        var unused = new Parameter("unused", Tensor.Ones([2], ElementType.Float64));
        var x = Tensor.From(new double[,] { { 7, 8 } });
        var jacobians = Differentiate.Jacobian(() => Affine(x, w, b) * 2, [w, b, unused], mode);
        Expect.Equal([1, 2, 2, 2], [14, 0, 16, 0, 0, 14, 0, 16], jacobians[0]);
        Expect.Equal([1, 2, 2], [2, 0, 0, 2], jacobians[1]);
        Expect.Equal([1, 2, 2], [0, 0, 0, 0], jacobians[2]);
    }

    [Theory, MemberData(nameof(Modes))]
    public void OfAndAtScalars(JacobianMode mode)
    {
        var three = Tensor.Scalar(3, ElementType.Float64);
        Expect.Equal([], [6], Differentiate.Jacobian(Square, three, mode));
        Expect.Equal([2], [1, 3], Differentiate.Jacobian(x => Stack([x, 3 * x]), three, mode));
        Expect.Equal([2], [6, 6], Differentiate.Jacobian(x => Sum(x) * 6, Tensor.Ones([2], ElementType.Float64), mode));
    }

    [Theory, MemberData(nameof(Modes))]
    public void EmptyAxesGiveEmptyJacobians(JacobianMode mode)
    {
        Expect.Equal([0, 0], [], Differentiate.Jacobian(x => x * 2, Tensor.Zeros([0], ElementType.Float64), mode));
        Expect.Equal(
            [0, 2, 3], [], Differentiate.Jacobian(x => x[..0], Tensor.Zeros([2, 3], ElementType.Float64), mode) is { Shape.Rank: 4 } empty
            ? empty.Reshape(0, 2, 3)
            : Tensor.Zeros([1]));
        Expect.Equal([2, 0], [], Differentiate.Jacobian(x => Stack([Sum(x), 2 * Sum(x)]), Tensor.Zeros([0], ElementType.Float64), mode));
    }

    [Theory, MemberData(nameof(Modes))]
    public void OfAConstantIsZeroAndOfTheArgumentOne(JacobianMode mode)
    {
        Expect.Equal([3, 2], new double[6], Differentiate.Jacobian(_ => Tensor.Ones([3], ElementType.Float64), Data.Normal([2]), mode));
        Expect.Equal([2, 2], [1, 0, 0, 1], Differentiate.Jacobian(x => x, Data.Normal([2]), mode));
    }

    [Theory, MemberData(nameof(Modes))]
    public void KeepsTheElementType(JacobianMode mode)
    {
        var x = Data.Normal([2], 1, ElementType.Float32);
        Assert.Equal(ElementType.Float32, Differentiate.Jacobian(y => Tanh(y), x, mode).ElementType);
        Assert.Equal(ElementType.Float32, Differentiate.Jacobian(_ => Tensor.Ones([2]), x, mode).ElementType);
    }

    [Fact]
    public void ModesAgreeOnAMixedFunction()
    {
        static Tensor Function(Tensor x) => MatMul(Softmax(x), Tanh(x), transposeRight: true) / (1 + Square(x[0][0]));
        var x = Data.Normal([3, 4]);
        var reverse = Differentiate.Jacobian(Function, x, JacobianMode.Reverse);
        Expect.Near(reverse, Differentiate.Jacobian(Function, x, JacobianMode.Forward), epsilons: 64, scale: 1);
    }
}
