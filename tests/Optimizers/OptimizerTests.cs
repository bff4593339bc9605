using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class OptimizerTests
{
    [Theory]
    [MemberData(nameof(EveryOptimizer.NamesAndTypes), MemberType = typeof(EveryOptimizer))]
    public void FindsTheBottomOfABowl(string name, ElementType type)
    {
        var target = new RandomKey(6).Normal([4, 5], type: type);
        var parameter = new Parameter("p", Tensor.Zeros([4, 5], type));
        double rate = name switch { "Adagrad" => 1, "Adadelta" => 10, _ => 0.1 };
        var optimizer = EveryOptimizer.Create(name, [parameter], new Cosine(rate, 400));
        for (int i = 0; i < 400; i++)
        {
            using var tape = new Tape();
            var off = parameter - target;
            optimizer.Step(tape.Gradients([off * off], [Tensor.Ones([4, 5], type)], [parameter]));
        }
        // AdamW's decay pulls a little towards 0.
        double tolerance = name.StartsWith("AdamW", StringComparison.Ordinal) ? 0.02 : 1e-3;
        Assert.All(parameter.ToDoubles().Zip(target.ToDoubles()), pair => Assert.Equal(pair.Second, pair.First, tolerance));
    }

    [Theory]
    [MemberData(nameof(EveryOptimizer.NamesAndTypes), MemberType = typeof(EveryOptimizer))]
    public void TheSameStepsGiveTheSameBits(string name, ElementType type)
    {
        Assert.Equal(Run(), Run());

        double[] Run()
        {
            var parameters = EveryOptimizer.SomeParameters(type);
            var optimizer = EveryOptimizer.Create(name, parameters);
            optimizer.Clipping = Clipping.GlobalNorm(3);
            for (uint step = 0; step < 6; step++) optimizer.Step(EveryOptimizer.SomeGradients(parameters, step));
            return [.. parameters.SelectMany(p => p.ToDoubles())];
        }
    }

    [Theory]
    [MemberData(nameof(EveryOptimizer.NamesAndTypes), MemberType = typeof(EveryOptimizer))]
    public void AnElementMovesAlikeWhereverItStands(string name, ElementType type)
    {
        for (int length = 1; length <= 35; length += 2)
        {
            var start = new RandomKey(7).Normal([length], type: type);
            var together = new Parameter("p", start);
            Parameter[] alone = [.. Enumerable.Range(0, length).Select(i => new Parameter($"p{i}", start[i].Detach()))];
            var (one, many) = (EveryOptimizer.Create(name, [together]), EveryOptimizer.Create(name, alone));
            for (uint step = 0; step < 4; step++)
            {
                var gradient = new RandomKey(8, 0, step).Normal([length], type: type);
                one.Step([gradient]);
                many.Step([.. Enumerable.Range(0, length).Select(i => gradient[i])]);
            }
            Assert.Equal(together.ToDoubles(), alone.Select(p => p.ToScalar()));
        }
    }

    [Theory]
    [MemberData(nameof(EveryOptimizer.Names), MemberType = typeof(EveryOptimizer))]
    public void FloatAndDoubleGoTheSameWay(string name)
    {
        var (single, full) = (Walk(ElementType.Float32), Walk(ElementType.Float64));
        for (int i = 0; i < single.Length; i++) Assert.Equal(full[i], single[i], 1e-4);

        double[] Walk(ElementType type)
        {
            var parameters = EveryOptimizer.SomeParameters(type);
            var optimizer = EveryOptimizer.Create(name, parameters);
            for (uint step = 0; step < 5; step++) optimizer.Step(EveryOptimizer.SomeGradients(parameters, step));
            return [.. parameters.SelectMany(p => p.ToDoubles())];
        }
    }

    [Theory]
    [MemberData(nameof(EveryOptimizer.Names), MemberType = typeof(EveryOptimizer))]
    public void RateZeroMovesTheStateOnly(string name)
    {
        var parameters = EveryOptimizer.SomeParameters(ElementType.Float64);
        var before = parameters[0].ToDoubles();
        var optimizer = EveryOptimizer.Create(name, parameters, learningRate: 0);
        optimizer.Step(EveryOptimizer.SomeGradients(parameters));
        Assert.Equal(before, parameters[0].ToDoubles());
        Assert.Equal(1, optimizer.Steps);
        foreach (string slot in optimizer.State[0].Slots) Assert.Contains(optimizer.State[0][slot].ToDoubles(), x => x != 0);
    }

    [Fact]
    public void AStepCountsAsAChangeOfTheParameter()
    {
        var parameters = Valley.Start();
        int version = parameters[0].Version;
        new Adam(parameters).Step(Valley.Gradients(parameters));
        Assert.Equal(version + 2, parameters[0].Version);
    }

    [Fact]
    public void ElementTypesMayBeMixedAmongParameters()
    {
        Parameter[] parameters = [new("single", Tensor.From([1f])), new("full", Tensor.From([1.0]))];
        new Sgd(parameters, 0.5).Step([Tensor.From([1f]), Tensor.From([1.0])]);
        Assert.Equal([0.5f], parameters[0].ToArray<float>());
        Assert.Equal([0.5], parameters[1].ToArray<double>());
    }

    [Fact]
    public void AParameterMayBeItsOwnGradient()
    {
        var parameter = new Parameter("p", Tensor.Ones([21]));
        new Sgd([parameter], 0.25).Step([parameter]);
        Assert.All(parameter.ToDoubles(), x => Assert.Equal(0.75, x));
    }

    [Fact]
    public void TheRateFollowsItsSchedule()
    {
        var parameter = new Parameter("p", Tensor.From([0.0]));
        var optimizer = new Sgd([parameter], new StepDecay(1, 0.5, every: 2));
        var rates = new List<double>();
        for (int i = 0; i < 5; i++)
        {
            rates.Add(optimizer.LearningRate);
            optimizer.Step([Tensor.From([1.0])]);
        }
        Assert.Equal([1, 1, 0.5, 0.5, 0.25], rates);
        Assert.Equal(-rates.Sum(), parameter.ToScalar());
        Assert.Equal("Sgd: learning rate 0.25 after 5 steps", optimizer.ToString());
    }

    [Fact]
    public void SettingTheRateReplacesTheSchedule()
    {
        var optimizer = new Sgd(Valley.Start(), new Cosine(1, 10)) { LearningRate = 0.25 };
        optimizer.Steps = 7;
        Assert.Equal(0.25, optimizer.LearningRate);
        optimizer.Schedule = new Constant(0.5);
        Assert.Equal(0.5, optimizer.LearningRate);
        Assert.IsType<Constant>(optimizer.Schedule);
    }

    [Fact]
    public void ParametersAreCopiedAndReadOnly()
    {
        var parameters = Valley.Start();
        var optimizer = new Adam(parameters);
        var first = parameters[0];
        parameters[0] = parameters[1];
        Assert.Same(first, optimizer.Parameters[0]);
        Assert.Throws<NotSupportedException>(() => ((IList<Parameter>)optimizer.Parameters)[0] = first);
        Assert.Equal(2, optimizer.State.Count);
    }
}
