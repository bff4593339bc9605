using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Tests.Optimizers;

/// <summary>Bad input ends a run with an error that says what and where, and leaves the parameters of the step before.</summary>
public sealed class TrainingErrorTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("autograd").FullName;
    readonly Parameter parameter = new("p", Tensor.From([1.5]));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void ALossThatIsNotAScalar()
    {
        var error = Assert.Throws<ShapeException>(() => Loop(_ => Tensor.Zeros([3, 2], ElementType.Float64) * parameter).Run(1));
        Assert.Equal("TrainingLoop: the loss of batch 0 is [3, 2]; it must have exactly one element. Take its mean or sum.", error.Message);
        Unchanged();
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void ALossThatIsNotFinite(double bad)
    {
        var loop = Loop(batch => Sum(parameter) * (batch == 2 ? bad : 1));
        var error = Assert.Throws<NonFiniteLossException>(() => loop.Run(5));
        Assert.Equal((2, bad), (error.Step, error.Loss));
        Assert.Contains("the loss of step 2 is", error.Message);
        Assert.Equal(2, loop.Steps);
        Assert.Equal(1.3, parameter.ToDoubles()[0], 1e-15);
    }

    [Fact]
    public void AScheduleThatGoesNegative()
    {
        var loop = new TrainingLoop(new Sgd([parameter], new Sinking()), _ => Sum(parameter));
        var error = Assert.Throws<InvalidOperationException>(() => loop.Run(5));
        Assert.Equal("Sinking: the learning rate of step 2 must be finite and not negative; it is -0.05.", error.Message);
        Assert.Equal(2, loop.Steps);
        Assert.Throws<ArgumentOutOfRangeException>(() => new WarmUp(-1, 3));
    }

    [Fact]
    public void AGradientThatIsNotFinite()
    {
        var optimizer = new Sgd([parameter], 0.1) { Clipping = Clipping.GlobalNorm(1) };
        var loop = new TrainingLoop(optimizer, _ => Sum(Sqrt(parameter - parameter)));
        Assert.Throws<NonFiniteGradientException>(() => loop.Run(1));
        Unchanged();
    }

    [Fact]
    public void ALossThatIsNullOrDependsOnNothing()
    {
        Assert.Contains("null", Assert.Throws<InvalidOperationException>(() => Loop(_ => null!).Run(1)).Message);
        Assert.Throws<TapeException>(() => Loop(_ => Tensor.Scalar(1, ElementType.Float64)).Run(1));
        Unchanged();
    }

    [Fact]
    public void NumbersOutOfRange()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Loop(_ => Sum(parameter)).Run(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingLoop(new Sgd([parameter], 0.1), _ => parameter) { ValidateEvery = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingLoop(new Sgd([parameter], 0.1), _ => parameter) { MicroBatches = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Snapshots(folder, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Snapshots(folder, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientSum([parameter]).Add([Tensor.From([1.0])], double.NaN));
        Assert.Throws<ArgumentException>(() => new GradientSum([parameter]).Add([]));
        Assert.Throws<ShapeException>(() => new GradientSum([parameter]).Add([Tensor.From([1.0, 2.0])]));
        Assert.Throws<ElementTypeException>(() => new GradientSum([parameter]).Add([Tensor.From([1f])]));
    }

    [Fact]
    public void PartsThatContradictEachOther()
    {
        TrainingLoop With(EarlyStopping stopping, Func<double>? validation) =>
            new(new Sgd([parameter], 0.1), _ => Sum(parameter)) { Stopping = stopping, Validation = validation };
        Assert.Contains(
            "larger", Assert.Throws<InvalidOperationException>(() => With(new(1, largerIsBetter: true), () => 1).Run(1)).Message.Replace(
            "smaller", "larger"));
        Assert.Contains("Validation", Assert.Throws<InvalidOperationException>(() => With(new(1), null).Run(1)).Message);
    }

    [Fact]
    public void ALoopWithinItself()
    {
        TrainingLoop? loop = null;
        loop = Loop(_ => Sum(parameter));
        var nested = TrainingProgress.To(_ => loop.Run(3));
        Assert.Contains("runs already", Assert.Throws<InvalidOperationException>(() => loop.Run(2, nested)).Message);
    }

    // Another run's files are neither taken for this one's nor deleted.
    [Fact]
    public void AFolderWithALaterSnapshot()
    {
        var other = new Snapshots(folder, 1, 1);
        other.Save(50);
        var loop = new TrainingLoop(new Sgd([parameter], 0.1), _ => Sum(parameter)) { Snapshots = new Snapshots(folder, 1, 1) };
        var error = Assert.Throws<InvalidOperationException>(() => loop.Run(2));
        Assert.Contains("snapshot of step 50", error.Message);
        Unchanged();
        Assert.NotNull(other.Newest);
        File.WriteAllText(Path.Combine(folder, "step-x.safetensors"), "another file");
        other.Save(51);
        Assert.EndsWith("step-0000000051.safetensors", other.Newest);
        Assert.Equal(2, Directory.GetFiles(folder).Length);
    }

    // The run is over, and what it found is kept, when its last snapshot cannot be written.
    [Fact]
    public void AFolderThatCannotBeWritten()
    {
        string file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        double value = 3;
        var loop = new TrainingLoop(new Sgd([parameter], 0.1), _ => Sum(parameter))
        {
            Snapshots = new Snapshots(Path.Combine(file, "runs"), 10),
            Validation = () => value++,
            ValidateEvery = 1,
        };
        Assert.ThrowsAny<IOException>(() => loop.Run(3));
        Assert.Equal((3, 3.0), (loop.Steps, loop.Best.Value));
        Assert.Equal(1.4, parameter.ToDoubles()[0], 1e-15);
    }

    TrainingLoop Loop(Func<long, Tensor> loss) => new(new Sgd([parameter], 0.1), loss);

    void Unchanged() => Assert.Equal([1.5], parameter.ToDoubles());

    sealed class Sinking : Schedule
    {
        protected override double Rate(long step) => 0.05 * (1 - step);
    }
}
