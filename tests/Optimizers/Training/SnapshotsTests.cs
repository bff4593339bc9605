using Autograd.Optimizers;

namespace Autograd.Tests;

/// <summary>What a run finds again in its folder.</summary>
public sealed class SnapshotsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("snapshots").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // With one file kept, the one that was saved after that must not make way for the damaged one either.
    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    public void ADamagedOneIsPassedOverAndSavedAgain(int keep)
    {
        var (snapshots, optimizer) = Run(keep: 3);
        foreach (long steps in new long[] { 10, 20 })
        {
            while (optimizer.Steps < steps) optimizer.Step([Tensor.Ones([2])]);
            snapshots.Save(steps);
        }
        File.WriteAllText(snapshots.Newest!, "half a file");
        var (again, resumed) = Run(keep);
        Assert.True(again.Load());
        Assert.Equal(10, resumed.Steps);
        for (int i = 0; i < 5; i++) resumed.Step([Tensor.Ones([2])]);
        again.Save(15);
        var (last, loaded) = Run(keep);
        Assert.True(last.Load());
        Assert.Equal(15, loaded.Steps);
        for (int i = 0; i < 5; i++) loaded.Step([Tensor.Ones([2])]);
        last.Save(20);
        var (whole, newest) = Run(keep);
        Assert.True(whole.Load());
        Assert.Equal(20, newest.Steps);
    }

    [Fact]
    public void WhereAllAreDamagedNothingChanges()
    {
        var (snapshots, optimizer) = Run(keep: 2);
        optimizer.Step([Tensor.Ones([2])]);
        snapshots.Save(1);
        File.WriteAllText(snapshots.Newest!, "half a file");
        Assert.Throws<TensorFileException>(() => snapshots.Load());
        Assert.Equal(1, optimizer.Steps);
    }

    (Snapshots Snapshots, Sgd Optimizer) Run(int keep)
    {
        var optimizer = new Sgd([new Parameter("w", Tensor.Ones([2]))], 0.1);
        return (new Snapshots(folder, every: 10, keep, ("optimizer", optimizer)), optimizer);
    }
}
