using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

/// <summary>Steps, and measuring gradients, leave nothing to the garbage collector.</summary>
public class AllocationTests
{
    [Theory]
    [MemberData(nameof(EveryOptimizer.NamesAndTypes), MemberType = typeof(EveryOptimizer))]
    public void StepsDoNotAllocate(string name, ElementType type)
    {
        var parameters = EveryOptimizer.SomeParameters(type);
        var gradients = EveryOptimizer.SomeGradients(parameters);
        foreach (var clipping in new[] { null, Clipping.GlobalNorm(1), Clipping.Value(0.1), Clipping.GlobalNorm(1e9) })
        {
            var optimizer = EveryOptimizer.Create(name, parameters, new WarmUp(new OneCycle(0.01, 80), 10));
            optimizer.Clipping = clipping;
            Assert.Equal(0, AllocatedBy(() => optimizer.Step(gradients)));
        }
    }

    [Fact]
    public void StepsWithTheTapesGradientsDoNotAllocate()
    {
        var parameters = EveryOptimizer.SomeParameters(ElementType.Float32);
        var optimizer = new Adam(parameters) { Clipping = Clipping.GlobalNorm(1) };
        using var tape = new Tape();
        Tensor[] results = [.. parameters.Select(p => p * p)];
        var gradients = tape.Gradients(results, [.. parameters.Select(p => Tensor.Ones(p.Shape))], parameters);
        Assert.Equal(0, AllocatedBy(() => optimizer.Step(gradients)));
    }

    [Fact]
    public void MeasuringDoesNotAllocate()
    {
        var gradients = EveryOptimizer.SomeGradients(EveryOptimizer.SomeParameters(ElementType.Float32));
        Assert.Equal(0, AllocatedBy(() => GradientNorm.Global(gradients)));
    }

    static long AllocatedBy(Action action)
    {
        for (int i = 0; i < 60; i++) action();

        // What the runtime keeps only until the next collection must not be needed again.
        GC.Collect();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
