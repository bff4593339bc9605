using Autograd.Layers;
using Module = Autograd.Layers.Module;

namespace Autograd.Tests.Layers;

public class ModuleSharingTests
{
    static readonly RandomKey Key = new(1);

    sealed class Owner : Module
    {
        public Owner() => Layer = Part(new Linear(2, 3, Key), "layer");

        public Linear Layer { get; }
    }

    sealed class View : Module
    {
        public View(Module looked, bool isTwice = false)
        {
            Share(looked, "looked");
            if (isTwice) Share(looked, "looked");
        }
    }

    [Fact]
    public void AViewHasTheParametersAndRenamesNothing()
    {
        var owner = new Owner();
        var view = new View(owner.Layer);
        Assert.Equal(owner.Parameters, view.Parameters);
        Assert.Equal("looked.weight", view.NamedParameters().First().Path);
        Assert.Equal("layer.weight", owner.Parameters[0].Name);
    }

    [Fact]
    public void AViewSwitchesWhatItLooksAt()
    {
        var owner = new Owner();
        new View(owner.Layer).Train(5);
        Assert.True(owner.Layer.IsTraining);
        Assert.Equal(5, owner.Layer.TrainingStep);
    }

    [Fact]
    public void ANameIsSharedOnce()
    {
        Assert.StartsWith(
            "View already has a part looked.",
            Assert.Throws<ArgumentException>(() => new View(new Linear(1, 1, Key), isTwice: true)).Message);
        Assert.Throws<ArgumentNullException>(() => new View(null!));
    }
}
