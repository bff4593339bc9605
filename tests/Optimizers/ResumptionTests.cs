using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

/// <summary>What is saved in the middle goes on as if it had never stopped, to the bit.</summary>
public sealed class ResumptionTests : IDisposable
{
    const int Steps = 10;

    readonly string file = Path.Combine(Directory.CreateTempSubdirectory("autograd").FullName, "x.safetensors");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);

    [Theory]
    [MemberData(nameof(EveryOptimizer.NamesAndTypes), MemberType = typeof(EveryOptimizer))]
    public void OptimizersGoOn(string name, ElementType type)
    {
        var (whole, expected) = Begin();
        Walk(whole, expected, 0, Steps);
        for (int stop = 0; stop < Steps; stop += 3)
        {
            var (first, before) = Begin();
            Walk(first, before, 0, stop);
            Snapshot.Save(file, [("optimizer", before), .. Parts(first)]);
            var (second, after) = Begin();
            Snapshot.Load(file, [("optimizer", after), .. Parts(second)]);
            Walk(second, after, stop, Steps);
            for (int i = 0; i < whole.Length; i++) Assert.Equal(whole[i].ToDoubles(), second[i].ToDoubles());
        }

        (Parameter[] Parameters, Optimizer Optimizer) Begin()
        {
            var parameters = EveryOptimizer.SomeParameters(type);
            return (parameters, EveryOptimizer.Create(name, parameters, new WarmUp(new CosineRestarts(0.1, 2, growth: 2), 3)));
        }
    }

    [Fact]
    public void OptionsThatRememberMoreAreNotMixed()
    {
        var parameters = Valley.Start();
        Snapshot.Save(file, ("optimizer", new Adam(parameters)));
        var error = Assert.Throws<TensorFileException>(() => Snapshot.Load(file, ("optimizer", new Adam(parameters, amsGrad: true))));
        Assert.Contains("optimizer.x.largest", error.Message);
    }

    [Fact]
    public void AReducedRateIsSavedWithTheOptimizer()
    {
        double[] values = [5, 4, 4, 4, 4, 4, 6, 3, 3, 3, 3, double.NaN, 2.5];
        var whole = Watched();
        bool[] expected = Array.ConvertAll(values, whole.Plateau.Observe);
        Assert.True(whole.Plateau.Reductions > 1);
        for (int stop = 0; stop <= values.Length; stop++)
        {
            var (before, after) = (Watched(), Watched());
            foreach (double value in values[..stop]) before.Plateau.Observe(value);
            Snapshot.Save(file, ("optimizer", before.Optimizer));
            Snapshot.Load(file, ("optimizer", after.Optimizer));
            Assert.Equal(before.Plateau.Best, after.Plateau.Best);
            Assert.Equal(expected[stop..], Array.ConvertAll(values[stop..], after.Plateau.Observe));
            Assert.Equal(whole.Optimizer.LearningRate, after.Optimizer.LearningRate);
        }

        static (Plateau Plateau, Optimizer Optimizer) Watched()
        {
            var plateau = new Plateau(new Constant(1), factor: 0.5, patience: 1, coolDown: 1);
            return (plateau, new Sgd(Valley.Start(), new WarmUp(plateau, 3)));
        }
    }

    [Fact]
    public void AveragesGoOn()
    {
        var parameters = Valley.Start();
        var optimizer = new Sgd(parameters, 0.01);
        var whole = new WeightAverage(parameters, 0.8);
        WeightAverage? second = null;
        for (int step = 0; step < Steps; step++)
        {
            if (step == 4)
            {
                Snapshot.Save(file, ("average", whole));
                second = new WeightAverage(Valley.Start(), 0.8);
                Snapshot.Load(file, ("average", second));
                for (int i = 0; i < parameters.Length; i++) Assert.Equal(whole[i].ToDoubles(), second[i].ToDoubles());
            }
            optimizer.Step(Valley.Gradients(parameters));
            whole.Update();
            if (second is null) continue;
            for (int i = 0; i < parameters.Length; i++) second.Parameters[i].Assign(parameters[i]);
            second.Update();
        }
        Assert.Equal((10, 10), (whole.Updates, second!.Updates));
        for (int i = 0; i < parameters.Length; i++) Assert.Equal(whole[i].ToDoubles(), second[i].ToDoubles());
    }

    static void Walk(Parameter[] parameters, Optimizer optimizer, int from, int to)
    {
        for (int step = from; step < to; step++) optimizer.Step(EveryOptimizer.SomeGradients(parameters, (uint)step));
    }

    static IEnumerable<(string, ISaved)> Parts(Parameter[] parameters) =>
        [("parameters", SavedState.Of(state =>
        {
            foreach (var parameter in parameters) state.Add(parameter.Name, parameter);
        }))];
}
