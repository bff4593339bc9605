using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Tests.Optimizers;

public sealed class DivergenceTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("post-mortem").FullName;
    readonly Parameter w = new("w", Tensor.From([1.0, 2]));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string Page => Path.Combine(folder, "new", "page.html");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void ADeathIsExplained(int microBatches)
    {
        var loop = new TrainingLoop(new Sgd([w], 0.1), batch => batch == 7 ? Sum(Log(w - w)) : Sum(w * w))
        {
            PostMortem = Page,
            MicroBatches = microBatches,
        };
        var error = Assert.Throws<NonFiniteLossException>(() => loop.Run(10));
        Assert.Equal(7 / microBatches, loop.Steps);
        Assert.Equal("Log", error.PostMortem!.First!.Operation);
        Assert.Contains("made by Log", error.Message, StringComparison.Ordinal);
        Assert.Contains("batch 7", File.ReadAllText(Page), StringComparison.Ordinal);
        Assert.Equal(error.PostMortem.ToString(), File.ReadAllText(Path.ChangeExtension(Page, ".txt")));
    }

    // Without clipping nothing else would look at gradients.
    [Fact]
    public void AGradientThatIsNotFiniteIsSeenBeforeTheStep()
    {
        var loop = new TrainingLoop(new Sgd([w], 0.1), batch => Sum(Sqrt(w * (batch == 2 ? 0 : 1)))) { PostMortem = Page };
        var error = Assert.Throws<NonFiniteGradientException>(() => loop.Run(5));
        Assert.True(error.PostMortem!.First!.IsBackward);
        Assert.Equal(2, loop.Steps);
        Assert.All(w.ToDoubles(), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void AnExplosionIsSeenBeforeTheStep()
    {
        var loop = new TrainingLoop(new Sgd([w], 0.1), batch => Sum(w * (batch == 2 ? 1e6 : 1)))
        {
            PostMortem = Page,
            LargestGradient = 1e3,
        };
        var error = Assert.Throws<ExplodingGradientException>(() => loop.Run(5));
        Assert.Equal((2, 1e6 * Math.Sqrt(2)), (error.Step, Math.Round(error.Norm, 6)), EqualUpToRounding);
        Assert.Equal(1e6, error.PostMortem!.First!.Value);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingLoop(loop.Optimizer, _ => w) { LargestGradient = double.NaN });
    }

    [Fact]
    public void AReportThatCannotBeWrittenHidesNothing()
    {
        File.WriteAllText(Path.Combine(folder, "file"), "");
        var loop = new TrainingLoop(new Sgd([w], 0.1), _ => Sum(Log(w - w))) { PostMortem = Path.Combine(folder, "file", "page.html") };
        var error = Assert.Throws<NonFiniteLossException>(() => loop.Run(5));
        Assert.Contains("could not be written", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.PostMortem);
    }

    [Fact]
    public void LookingChangesNoBit()
    {
        double[] with = Trained(loop => loop.Run(20), Page), without = Trained(loop => loop.Run(20), null);
        Assert.Equal(without, with);
    }

    static double[] Trained(Action<TrainingLoop> run, string? page)
    {
        var w = new Parameter("w", Tensor.From([1.0, 2]));
        run(new TrainingLoop(new Adam([w], 0.1), batch => Sum(Square(w - batch))) { PostMortem = page });
        return w.ToDoubles();
    }

    static bool EqualUpToRounding((long Step, double Norm) a, (long Step, double Norm) b) =>
        a.Step == b.Step && Math.Abs(a.Norm - b.Norm) <= 1e-6;
}
