using Autograd.Layers;

namespace Autograd.Tests.Layers;

public class ModuleTests
{
    static readonly RandomKey Key = new(1);

    sealed class Vector : Module
    {
        public readonly Parameter Values;

        public Vector(int size) => Parameter(out Values, Tensor.Zeros([size]));
    }

    sealed class Model : Module
    {
        readonly Parameter scale;
        readonly Parameter shift;
        public readonly Dropout Mask;

        public Model(Vector first, Vector second)
        {
            Part(first);
            Parameter(out this.scale, Tensor.Ones([1]));
            Part(second, "other");
            Parameter(out shift, Tensor.Zeros([2, 2]), "offset");
            Mask = Part(new Dropout(0.5, Key), "mask");
        }

        public Parameter[] Own => [scale, shift];
    }

    sealed class Twice : Module
    {
        public Twice(bool parameters)
        {
            if (!parameters) Part(new Vector(1), "a");
            if (!parameters) Part(new Vector(1), "a");
            Parameter(out _, Tensor.Ones([1]), "b");
            Parameter(out _, Tensor.Ones([1]), "b");
        }
    }

    [Fact]
    public void OwnParametersComeFirstThenThoseOfTheParts()
    {
        var (first, second) = (new Vector(3), new Vector(4));
        var model = new Model(first, second);
        Assert.Equal(["scale", "offset", "first.Values", "other.Values"], model.NamedParameters().Select(named => named.Path));
        Assert.Equal([.. model.Own, first.Values, second.Values], model.Parameters);
        Assert.Equal(1 + 4 + 3 + 4, model.ParameterCount);
    }

    [Fact]
    public void PathsGoThroughEveryPart()
    {
        var model = new Sequential(Recurrent.Over(Stacked.Of(new RnnCell(2, 3, Key), new RnnCell(3, 3, Key))), new Linear(3, 1, Key));
        Assert.Equal(
            ["0.cell.layer0.W", "0.cell.layer0.R", "0.cell.layer0.B", "0.cell.layer1.W", "0.cell.layer1.R", "0.cell.layer1.B", "1.weight",
                "1.bias"],
            model.NamedParameters().Select(named => named.Path));
        Assert.All(model.NamedParameters(), named => Assert.Same(named.Parameter, model[named.Path]));
    }

    [Fact]
    public void ASharedPartCountsOnceUnderItsFirstPath()
    {
        var shared = new Vector(3);
        var model = new Model(shared, shared);
        Assert.Equal(["scale", "offset", "first.Values"], model.NamedParameters().Select(named => named.Path));
        Assert.Equal(1 + 4 + 3, model.ParameterCount);
    }

    [Fact]
    public void AnUnknownPathListsThoseThereAre()
    {
        var model = new Model(new Vector(1), new Vector(1));
        var error = Assert.Throws<KeyNotFoundException>(() => model["first.values"]);
        Assert.Equal("There is no parameter first.values; there are: scale, offset, first.Values, other.Values.", error.Message);
    }

    [Fact]
    public void ANameThatIsTakenIsAnError()
    {
        Assert.StartsWith("Twice already has a parameter b.", Assert.Throws<ArgumentException>(() => new Twice(parameters: true)).Message);
        Assert.StartsWith("Twice already has a part a.", Assert.Throws<ArgumentException>(() => new Twice(parameters: false)).Message);
        Assert.Throws<ArgumentNullException>(() => new Model(null!, new Vector(1)));
    }

    [Fact]
    public void TrainingReachesEveryPart()
    {
        var model = new Model(new Vector(1), new Vector(1));
        var outer = new Sequential(new Sequential(model.Mask), new Linear(1, 1, Key));
        Assert.False(outer.IsTraining);
        outer.Train(7);
        Assert.Equal((true, 7), (outer.IsTraining, outer.TrainingStep));
        Assert.Equal((true, 7), (model.Mask.IsTraining, model.Mask.TrainingStep));
        outer.Evaluate();
        Assert.Equal((false, 0), (outer.IsTraining, outer.TrainingStep));
        Assert.Equal((false, 0), (model.Mask.IsTraining, model.Mask.TrainingStep));
    }

    [Fact]
    public void ParametersAreCopiesOfTheirInitialValues()
    {
        var start = Tensor.From([1f, 2f]);
        var layer = new Linear(1, 2, Key);
        layer["bias"].Assign(start);
        layer["bias"].Change<float>(values => values[0] = 9);
        Assert.Equal([1.0, 2], start.ToDoubles());
    }
}
