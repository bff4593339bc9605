using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class NonFiniteGradientExceptionTests
{
    public static TheoryData<Clipping> EveryClipping => [Clipping.GlobalNorm(1), Clipping.Value(1)];

    [Theory]
    [MemberData(nameof(EveryClipping))]
    public void NamesTheFirstParameterAndLeavesEverythingAsItWas(Clipping clipping)
    {
        var parameters = Valley.Start();
        var optimizer = new Adam(parameters) { Clipping = clipping };
        optimizer.Step(Valley.Gradients(parameters));
        var before = Snapshot(optimizer);

        var error = Assert.Throws<NonFiniteGradientException>(
            () => optimizer.Step([Tensor.From([1.0, 2]), Tensor.From([1.0, double.NaN])]));

        Assert.Equal("Adam: the gradient of parameter y [2] is NaN at element 1; nothing was changed.", error.Message);
        Assert.Equal("y", error.ParameterName);
        Assert.Equal(before, Snapshot(optimizer));
        Assert.Equal(1, optimizer.Steps);
        Assert.IsAssignableFrom<ArithmeticException>(error);
    }

    [Theory]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    [InlineData(float.NaN, "NaN")]
    public void FindsAnyNonFiniteElementInFloat(float element, string text)
    {
        var gradient = new float[3, 7];
        gradient[2, 5] = element;
        gradient[2, 6] = float.NaN;
        var optimizer = new Sgd([new("w", Tensor.Zeros([3, 7]))], 1) { Clipping = Clipping.Value(2) };
        var error = Assert.Throws<NonFiniteGradientException>(() => optimizer.Step([Tensor.From(gradient)]));
        Assert.Equal($"Sgd: the gradient of parameter w [3, 7] is {text} at element 19; nothing was changed.", error.Message);
    }

    [Fact]
    public void IsNotThrownWithoutClipping()
    {
        var parameter = new Parameter("p", Tensor.From([1f, 2f]));
        new Sgd([parameter], 1).Step([Tensor.From([float.NaN, 1f])]);
        Assert.Equal([float.NaN, 1f], parameter.ToArray<float>());
    }

    [Theory]
    [MemberData(nameof(EveryClipping))]
    public void IsNotThrownForLargeFiniteGradients(Clipping clipping)
    {
        var parameter = new Parameter("p", Tensor.From([1.0, 2]));
        new Sgd([parameter], 1) { Clipping = clipping }.Step([Tensor.From([1e200, -1e200])]);
        Assert.All(parameter.ToDoubles(), x => Assert.True(double.IsFinite(x)));
        Assert.True(parameter.ToDoubles()[0] < 0.5);
    }

    static double[] Snapshot(Optimizer optimizer) =>
    [
        .. optimizer.Parameters.SelectMany(p => p.ToDoubles()),
        .. optimizer.State.SelectMany(s => s.Slots.SelectMany(slot => s[slot].ToDoubles())),
    ];
}
