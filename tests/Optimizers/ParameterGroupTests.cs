using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class ParameterGroupTests
{
    const int Steps = 5;

    // Each group is as an optimizer of its own, with its own rate and decay.
    [Theory]
    [MemberData(nameof(EveryOptimizer.NamesAndTypes), MemberType = typeof(EveryOptimizer))]
    public void AGroupIsAnOptimizerOfItsOwn(string name, ElementType type)
    {
        var parameters = EveryOptimizer.SomeParameters(type);
        var alone = EveryOptimizer.SomeParameters(type);
        var optimizer = EveryOptimizer.Create(name, parameters, new WarmUp(0.25, 3));
        optimizer.Groups = [new([parameters[1]]) { Rate = 0.5 }];
        Optimizer[] own =
            [EveryOptimizer.Create(name, [alone[0], .. alone[2..]], new WarmUp(0.25, 3)),
            EveryOptimizer.Create(name, [alone[1]], new WarmUp(0.125, 3))];
        for (uint step = 0; step < Steps; step++)
        {
            var gradients = EveryOptimizer.SomeGradients(parameters, step);
            optimizer.Step(gradients);
            own[0].Step([gradients[0], .. gradients[2..]]);
            own[1].Step([gradients[1]]);
        }
        for (int i = 0; i < parameters.Length; i++) Assert.Equal(alone[i].ToDoubles(), parameters[i].ToDoubles());
    }

    public static TheoryData<string> Decaying => new("Sgd", "RmsProp", "Adagrad", "Adam", "AdamW", "NAdam", "Adadelta", "Lion");

    [Theory]
    [MemberData(nameof(Decaying))]
    public void TheDecayOfAGroupTakesThePlaceOfTheOptimizers(string name)
    {
        Parameter[] parameters = Valley.Start(), alone = Valley.Start();
        var optimizer = Create([.. parameters], 0.5);
        optimizer.Groups = [new([parameters[0]]) { WeightDecay = 0.125 }, new([parameters[1]]) { WeightDecay = 0 }];
        Optimizer[] own = [Create([alone[0]], 0.125), Create([alone[1]], 0)];
        for (int step = 0; step < Steps; step++)
        {
            var gradients = Valley.Gradients(parameters);
            optimizer.Step(gradients);
            for (int i = 0; i < 2; i++) own[i].Step([gradients[i]]);
        }
        for (int i = 0; i < 2; i++) Assert.Equal(alone[i].ToDoubles(), parameters[i].ToDoubles());

        Optimizer Create(Parameter[] learned, double decay) => name switch
        {
            "Sgd" => new Sgd(learned, 0.1, momentum: 0.9, weightDecay: decay),
            "RmsProp" => new RmsProp(learned, 0.1, weightDecay: decay),
            "Adagrad" => new Adagrad(learned, 0.1, weightDecay: decay),
            "Adam" => new Adam(learned, 0.1, weightDecay: decay),
            "AdamW" => new AdamW(learned, 0.1, weightDecay: decay),
            "NAdam" => new NAdam(learned, 0.1, weightDecay: decay),
            "Adadelta" => new Adadelta(learned, 0.1, weightDecay: decay),
            _ => new Lion(learned, 0.1, weightDecay: decay),
        };
    }

    [Theory]
    [MemberData(nameof(EveryOptimizer.Names), MemberType = typeof(EveryOptimizer))]
    public void AFrozenParameterStaysWithItsState(string name)
    {
        var parameters = EveryOptimizer.SomeParameters(ElementType.Float64);
        var group = new ParameterGroup([parameters[0]]) { IsFrozen = true };
        var optimizer = EveryOptimizer.Create(name, parameters);
        optimizer.Groups = [group];
        optimizer.Clipping = Clipping.GlobalNorm(1e-3);
        int version = parameters[0].Version;
        double[] before = parameters[0].ToDoubles(), other = parameters[1].ToDoubles();
        optimizer.Step(EveryOptimizer.SomeGradients(parameters));
        Assert.Equal(before, parameters[0].ToDoubles());
        Assert.Equal(version, parameters[0].Version);
        Assert.All(optimizer.State[0].Slots, slot => Assert.All(optimizer.State[0][slot].ToDoubles(), x => Assert.Equal(0, x)));
        Assert.NotEqual(other, parameters[1].ToDoubles());
        group.IsFrozen = false;
        optimizer.Step(EveryOptimizer.SomeGradients(parameters, 1));
        Assert.NotEqual(before, parameters[0].ToDoubles());
    }

    // One norm over all groups; gradients that are not used have no part in it.
    [Fact]
    public void OneNormIsOverAllThatIsUsed()
    {
        var parameters = Valley.Start();
        Tensor[] gradients = [Tensor.From([3.0, 0]), Tensor.From([0, 4.0])];
        var group = new ParameterGroup([parameters[1]]) { Rate = 2 };
        var optimizer = new Sgd(parameters, 1) { Clipping = Clipping.GlobalNorm(1), Groups = [group] };
        optimizer.Step(gradients);
        Close([-1.2 - 0.6, 0.4], parameters[0]);
        Close([1, -0.7 - 2 * 0.8], parameters[1]);
        group.IsFrozen = true;
        optimizer.Step(gradients);
        Close([-1.8 - 1, 0.4], parameters[0]);
        // Not even one that is not finite.
        optimizer.Step([gradients[0], Tensor.From([double.NaN, 0])]);
        Close([-3.8, 0.4], parameters[0]);
        var error = Assert.Throws<NonFiniteGradientException>(
            () => optimizer.Step([Tensor.From([1, double.NaN]), Tensor.From([double.NaN, 0])]));
        Assert.Equal("x", error.ParameterName);

        static void Close(double[] expected, Parameter parameter)
        {
            double[] actual = parameter.ToDoubles();
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-14);
        }
    }

    [Fact]
    public void StepsWithGroupsDoNotAllocate()
    {
        var parameters = EveryOptimizer.SomeParameters(ElementType.Float32);
        var gradients = EveryOptimizer.SomeGradients(parameters);
        var optimizer = new Adam(parameters)
        {
            Clipping = Clipping.GlobalNorm(1),
            Groups = [new([parameters[0]]) { Rate = 0.1 }, new([parameters[1]]) { IsFrozen = true }],
        };
        for (int i = 0; i < 60; i++) optimizer.Step(gradients);
        GC.Collect();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) optimizer.Step(gradients);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void GroupsThatDoNotFitAreAnError()
    {
        var parameters = Valley.Start();
        var optimizer = new Adam(parameters);
        Assert.Throws<ArgumentNullException>(() => optimizer.Groups = null!);
        Assert.Contains("null", Assert.Throws<ArgumentException>(() => optimizer.Groups = [null!]).Message);
        Assert.Contains("not learned here", Assert.Throws<ArgumentException>(() => optimizer.Groups = [new([Valley.Start()[0]])]).Message);
        Assert.Contains(
            "two groups", Assert.Throws<ArgumentException>(() => optimizer.Groups = [new([parameters[0]]), new(parameters)]).Message);
        Assert.Empty(optimizer.Groups);
        Assert.Throws<ArgumentException>(() => new ParameterGroup([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterGroup(parameters) { Rate = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterGroup(parameters) { WeightDecay = double.NaN });
    }

    // On their own, gradients are clipped as on their way into a step.
    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void ClippingByItselfIsThatOfAStep(ElementType type)
    {
        foreach (var clipping in new[] { Clipping.GlobalNorm(0.75), Clipping.Value(0.3), Clipping.GlobalNorm(1e9), Clipping.Value(1e9) })
        {
            Parameter[] one = EveryOptimizer.SomeParameters(type), two = EveryOptimizer.SomeParameters(type);
            var gradients = EveryOptimizer.SomeGradients(one);
            var (clipped, size) = clipping.Clip(gradients);
            Assert.Equal(clipping.ToString()!.StartsWith("global", StringComparison.Ordinal) ? GradientNorm.Global(gradients)
                : gradients.SelectMany(g => g.ToDoubles()).Max(Math.Abs), size);
            if (clipping.Maximum > 1) Assert.Same(gradients[0], clipped[0]);
            new Sgd(one, 1) { Clipping = clipping }.Step(gradients);
            new Sgd(two, 1).Step(clipped);
            for (int i = 0; i < one.Length; i++) Assert.Equal(one[i].ToDoubles(), two[i].ToDoubles());
        }
        var error = Assert.Throws<NonFiniteGradientException>(
            () => Clipping.Value(1).Clip([Tensor.From([1.0]), Tensor.From([1.0, double.PositiveInfinity])]));
        Assert.Equal("Clipping: gradient 1 of 2, [2], is Infinity at element 1.", error.Message);
        Assert.Throws<ArgumentException>(() => Clipping.Value(1).Clip([null!]));
    }

    [Fact]
    public void ANumberIsAScheduleWhereOneIsExpected()
    {
        var parameters = Valley.Start();
        var optimizer = new Sgd(parameters, new WarmUp(0.5, 2)) { Schedule = 0.25 };
        Assert.Equal(0.25, optimizer.LearningRate);
        Assert.Equal(0.25, new WarmUp(0.5, 2).At(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.Schedule = double.NaN);
    }
}
