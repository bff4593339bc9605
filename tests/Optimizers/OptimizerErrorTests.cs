using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

/// <summary>What <see cref="Optimizer"/> refuses, and that nothing has changed then.</summary>
public class OptimizerErrorTests
{
    static readonly Tensor Two = Tensor.From([1.0, 2.0]);

    [Fact]
    public void ParametersThatCannotBeLearnedAreAnError()
    {
        Assert.Throws<ArgumentNullException>(() => new Adam(null!));
        Fails<ArgumentException>("Adam: there are no parameters to learn.", () => new Adam([]));
        var parameters = Valley.Start();
        Fails<ArgumentException>("Adam: parameter 1 of 2 is null.", () => new Adam([parameters[0], null!]));
        Fails<ArgumentException>(
            "Adam: parameter x is given twice, the second time at position 2.",
            () => new Adam([parameters[0], parameters[1], parameters[0]]));
        Assert.Throws<ArgumentNullException>(() => new Adam(parameters, (Schedule)null!));
        Assert.Throws<ArgumentNullException>(() => new Adam(parameters).Schedule = null!);
    }

    [Theory]
    [InlineData(-0.5, "-0.5")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void RatesOutOfRangeAreAnError(double rate, string text)
    {
        var optimizer = new Adam(Valley.Start());
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.LearningRate = rate);
        Assert.Equal("LearningRate", error.ParamName);
        Assert.StartsWith($"Adam: LearningRate must be finite and not negative; it is {text}.", error.Message);
        Assert.Equal(0.001, optimizer.LearningRate);
    }

    [Fact]
    public void NegativeStepsAreAnError() =>
        Fails<ArgumentOutOfRangeException>("Adam: Steps must be at least 0; it is -1.", () => new Adam(Valley.Start()).Steps = -1);

    [Fact]
    public void CountsThatDifferAreAnError()
    {
        StepFails<ArgumentException>("Adam: 1 gradients were given for 2 parameters.", Two);
        StepFails<ArgumentException>("Adam: 3 gradients were given for 2 parameters.", Two, Two, Two);
        Assert.Throws<ArgumentNullException>(() => new Adam(Valley.Start()).Step(null!));
    }

    [Fact]
    public void GradientsThatDoNotFitAreAnError()
    {
        StepFails<ArgumentException>("Adam: the gradient of parameter y is null.", Two, null!);
        StepFails<ShapeException>("Adam: parameter y is [2], its gradient is [1, 2].", Two, Tensor.From(new double[,] { { 1, 2 } }));
        StepFails<ElementTypeException>(
            "Adam: parameter y is Float64, its gradient is Float32; convert it first.", Two, Tensor.From([1f, 2f]));
        StepFails<InvalidOperationException>(
            "Adam: the gradient of parameter y is symbolic: it has a shape but no data.", Two, Tensor.Symbolic([2], ElementType.Float64));
    }

    [Fact]
    public void GradientsOfAnEndedTapeAreAnError()
    {
        var parameters = Valley.Start();
        Tensor[] gradients;
        using (var tape = new Tape())
#pragma warning disable AG0006 // What has ended is what the test is about.
            gradients = tape.Gradients([parameters[0] * parameters[1]], [Two], parameters);
#pragma warning restore AG0006
        var error = Assert.Throws<ObjectDisposedException>(() => new Adam(parameters).Step(gradients));
        Assert.Contains("Adam: the tensor [2]", error.Message);
        Assert.Equal(Valley.Start()[0].ToDoubles(), parameters[0].ToDoubles());
    }

    [Fact]
    public void AnotherParameterAsGradientIsAnError()
    {
        var parameters = Valley.Start();
        const string Message =
            "Adam: the gradient of parameter y shares memory with another parameter, which this step changes; pass a copy, Detach().";
        Fails<ArgumentException>(Message, () => new Adam(parameters).Step([Two, parameters[0]]));
        using (new Tape())
            Fails<ArgumentException>(Message, () => new Adam(parameters).Step([Two, parameters[0].Reshape(2)]));
        Assert.Equal(Valley.Start()[0].ToDoubles(), parameters[0].ToDoubles());
        new Adam(parameters).Step([Two, parameters[0].Detach()]);
    }

    [Fact]
    public void ASchedulesUnusableRateIsAnError()
    {
        var parameters = Valley.Start();
        var optimizer = new Adam(parameters, new Broken());
        optimizer.Step([Two, Two]);
        var before = parameters[0].ToDoubles();
        Fails<InvalidOperationException>(
            "Broken: the learning rate of step 1 must be finite and not negative; it is NaN.", () => optimizer.Step([Two, Two]));
        Assert.Equal(before, parameters[0].ToDoubles());
        Assert.Equal(1, optimizer.Steps);
    }

    static void StepFails<TError>(string message, params Tensor[] gradients)
        where TError : Exception
    {
        var parameters = Valley.Start();
        var optimizer = new Adam(parameters);
        Fails<TError>(message, () => optimizer.Step(gradients));
        Assert.Equal(Valley.Start()[0].ToDoubles(), parameters[0].ToDoubles());
        Assert.Equal(0, optimizer.Steps);
    }

    static void Fails<TError>(string message, Action action)
        where TError : Exception
        => Assert.StartsWith(message, Assert.Throws<TError>(action).Message);

    sealed class Broken : Schedule
    {
        protected override double Rate(long step) => step == 0 ? 1 : double.NaN;
    }
}
