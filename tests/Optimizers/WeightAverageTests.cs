using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class WeightAverageTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.9)]
    public void FollowsItsEquation(double decay)
    {
        var parameters = Valley.Start();
        double[] expected = parameters[1].ToDoubles();
        var average = new WeightAverage(parameters, decay);
        for (uint step = 1; step <= 20; step++)
        {
            parameters[1].Assign(new RandomKey(5, step).Normal([2], type: ElementType.Float64));
            average.Update();
            double[] now = parameters[1].ToDoubles();
            for (int i = 0; i < now.Length; i++)
            {
                expected[i] = decay * expected[i] + (1 - decay) * now[i];
                // Values of a size of about 1, at most three roundings each step.
                Assert.Equal(expected[i], average[1].ToDoubles()[i], 16 * step * Math.Pow(2, -52));
            }
        }
        Assert.Equal(20, average.Updates);
        Assert.Equal(Valley.Start()[0].ToDoubles(), average[0].ToDoubles());
    }

    // Held in float, the average would stop where its steps are below half of the last bit.
    [Fact]
    public void ALargeDecayIsNotLostToRounding()
    {
        const double Decay = 0.99999;
        const int Steps = 100_000;
        var parameter = new Parameter("p", Tensor.From([1f]));
        var average = new WeightAverage([parameter], Decay);
        parameter.Assign(Tensor.From([1.0009766f]));
        for (int i = 0; i < Steps; i++) average.Update();
        double difference = 1.0009766f - 1.0;
        Near.Equal(difference * (1 - Math.Pow(Decay, Steps)), average[0].ToDoubles()[0] - 1, Steps * 1e3 * Math.Pow(2, -52));
    }

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void IsInTheParametersForAScope(ElementType type)
    {
        var parameters = EveryOptimizer.SomeParameters(type);
        var average = new WeightAverage(parameters, 0.75);
        double[][] starts = Values(), later;
        new Lion(parameters, 0.5).Step(EveryOptimizer.SomeGradients(parameters));
        average.Update();
        later = Values();
        int version = parameters[0].Version;
        using (var scope = average.Apply())
        {
            Assert.True(average.IsApplied);
            double[][] applied = Values();
            for (int i = 0; i < parameters.Length; i++)
            {
                Assert.Equal(Tensor.From(average[i].ToDoubles(), parameters[i].Shape, type).ToDoubles(), applied[i]);
                for (int j = 0; j < applied[i].Length; j++)
                    Assert.Equal((3 * starts[i][j] + later[i][j]) / 4, applied[i][j], 8 * (type == ElementType.Float32 ? 6e-8 : 2.3e-16));
            }
            Assert.NotEqual(version, parameters[0].Version);
            parameters[0].Assign(Tensor.Zeros(parameters[0].Shape, type));
            scope.Dispose();
            Assert.False(average.IsApplied);
            Assert.Equal(later, Values());
            parameters[0].Assign(Tensor.Ones(parameters[0].Shape, type));
        }
        Assert.All(parameters[0].ToDoubles(), x => Assert.Equal(1, x));
        average.Update();

        double[][] Values() => Array.ConvertAll(parameters, parameter => parameter.ToDoubles());
    }

    [Fact]
    public void NothingIsAveragedOrSavedWhileItIsApplied()
    {
        var average = new WeightAverage(Valley.Start());
        using (average.Apply())
        {
            foreach (var action in new Action[] { average.Update, () => average.Apply(), () => Snapshot.Save("x", ("average", average)) })
            {
                var error = Assert.Throws<InvalidOperationException>(action);
                Assert.StartsWith("WeightAverage: it cannot ", error.Message);
                Assert.EndsWith("while the averages are in the parameters; end the scope of Apply() first.", error.Message);
            }
        }
        Assert.Equal(0, average.Updates);
    }

    [Fact]
    public void AParameterThatIsBeingWrittenIsAnErrorAndNothingChanges()
    {
        var parameters = Valley.Start();
        var average = new WeightAverage(parameters, 0.5);
        parameters[0].Assign(Tensor.From([7.0, 8.0]));
        using (parameters[1].Change<double>())
        {
            Assert.ThrowsAny<TapeException>(average.Update);
            Assert.ThrowsAny<TapeException>(average.Apply);
        }
        Assert.False(average.IsApplied);
        Assert.Equal(Valley.Start()[0].ToDoubles(), average[0].ToDoubles());
        Assert.Equal([7.0, 8.0], parameters[0].ToDoubles());
    }

    [Fact]
    public void UpdatesDoNotAllocate()
    {
        var average = new WeightAverage(EveryOptimizer.SomeParameters(ElementType.Float32));
        for (int i = 0; i < 60; i++) average.Update();
        GC.Collect();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) average.Update();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void BadArgumentsAreAnError()
    {
        var parameters = Valley.Start();
        Assert.Throws<ArgumentNullException>(() => new WeightAverage(null!));
        var none = Assert.Throws<ArgumentException>(() => new WeightAverage([]));
        Assert.StartsWith("WeightAverage: there are no parameters", none.Message);
        var twice = Assert.Throws<ArgumentException>(() => new WeightAverage([parameters[0], parameters[0]]));
        Assert.StartsWith("WeightAverage: parameter x is given twice, the second time at position 1.", twice.Message);
        var decay = Assert.Throws<ArgumentOutOfRangeException>(() => new WeightAverage(parameters, 1));
        Assert.StartsWith("WeightAverage: decay must be at least 0 and below 1; it is 1.", decay.Message);
        var index = Assert.Throws<ArgumentOutOfRangeException>(() => new WeightAverage(parameters)[2]);
        Assert.StartsWith("WeightAverage: index must be from 0 to 1; it is 2.", index.Message);
        Assert.Equal("WeightAverage: 2 parameters, decay 0.999, after 0 updates", new WeightAverage(parameters).ToString());
    }
}
