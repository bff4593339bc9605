using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

/// <summary>Read-outs that learn online, and reservoirs over sequences of different lengths.</summary>
public class OnlineTests
{
    static readonly RandomKey Key = new(9);

    // After any number of examples, what ridge regression gives for all of them.
    [Fact]
    public void WithoutForgettingItIsRidgeRegression()
    {
        const int Rows = 40, Features = 5, Outputs = 2;
        const double Ridge = 0.3;
        Tensor x = Point("x", Rows, Features), y = MatMul(x, Point("w", Features, Outputs)) + 0.1 * Point("noise", Rows, Outputs) + 2;
        RidgeReadout online = new(Features, Outputs), whole = new(Features, Outputs);
        var learner = new RecursiveLeastSquares(online, Ridge);
        foreach (int count in new[] { 1, 4, 20, Rows })
        {
            int done = count switch { 1 => 0, 4 => 1, 20 => 4, _ => 20 };
            learner.Update(x[done..count], y[done..count]);
            whole.Fit(x[..count], y[..count], Ridge);
            for (int i = 0; i < 2; i++) Close(whole.Parameters[i], online.Parameters[i], count * 1e3 * 2.3e-16 / Ridge);
        }
    }

    [Fact]
    public void ItGoesOnFromAFileToTheBit()
    {
        Tensor x = Point("x", 20, 3), y = Point("y", 20, 2);
        var folder = Directory.CreateTempSubdirectory("autograd");
        string file = Path.Combine(folder.FullName, "learner");
        var (whole, part, later) = (new RidgeReadout(3, 2), new RidgeReadout(3, 2), new RidgeReadout(3, 2));
        new RecursiveLeastSquares(whole, 0.5, 0.9).Update(x, y);
        var learner = new RecursiveLeastSquares(part, 0.5, 0.9);
        learner.Update(x[..11], y[..11]);
        Snapshot.Save(file, ("readout", part), ("learner", learner));
        learner = new RecursiveLeastSquares(later, 0.5, 0.9);
        Snapshot.Load(file, ("readout", later), ("learner", learner));
        folder.Delete(recursive: true);
        learner.Update(x[11..], y[11..]);
        for (int i = 0; i < 2; i++) Assert.Equal(whole.Parameters[i].ToDoubles(), later.Parameters[i].ToDoubles());
    }

    // Weighted least squares, by scaling rows with the root of their weight λ^(n − 1 − i), and the penalty with λ^n.
    [Fact]
    public void WithForgettingOldExamplesCountLess()
    {
        const int Rows = 30, Features = 3;
        const double Ridge = 0.5, Forgetting = 0.9;
        Tensor x = Point("x", Rows, Features), y = Point("y", Rows, 1);
        var online = new RidgeReadout(Features, 1);
        new RecursiveLeastSquares(online, Ridge, Forgetting).Update(x, y);
        var roots = Tensor.From(
            [.. Enumerable.Range(0, Rows).Select(i => Math.Pow(Forgetting, (Rows - 1 - i) / 2.0))], [Rows, 1], ElementType.Float64);
        var withOnes = roots * Concatenate(1, x, Tensor.Ones([Rows, 1], ElementType.Float64));
        var gram = MatMul(withOnes, withOnes, transposeLeft: true)
            + Ridge * Math.Pow(Forgetting, Rows) * Tensor.Identity(Features + 1, ElementType.Float64);
        var expected = SolvePositiveDefinite(gram, MatMul(withOnes, roots * y, transposeLeft: true));
        Close(expected[..Features], online.Parameters[0], Rows * 1e3 * 2.3e-16);
        Close(expected[Features], online.Parameters[1], Rows * 1e3 * 2.3e-16);
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        var readout = new RidgeReadout(2, 1);
        var learner = new RecursiveLeastSquares(readout, 1);
        Assert.Throws<ShapeException>(() => learner.Update(Point("x", 4, 3), Point("y", 4, 1)));
        Assert.Throws<ShapeException>(() => learner.Update(Point("x", 4, 2), Point("y", 3, 1)));
        Assert.Throws<ArgumentException>(() => learner.Update(Tensor.From(new[,] { { 1, double.NaN } }), Tensor.From(new[,] { { 1.0 } })));
        Assert.All(readout.Parameters, parameter => Assert.All(parameter.ToDoubles(), weight => Assert.Equal(0, weight)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RecursiveLeastSquares(readout, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RecursiveLeastSquares(readout, 1, 0));
    }

    // With the teacher fed back, all steps and no washout: the read-out of Fit.
    [Fact]
    public void ATaughtReservoirLearnsOnlineWhatItFits()
    {
        var (x, y) = (Point("u", 60, 1, 1), Tanh(Point("target", 60, 1, 1)));
        ReservoirNetwork<Tensor> online = Network(), whole = Network();
        var run = online.LearnOnline(x, y, ridge: 0.1, feedsOwn: false);
        var fitted = whole.Fit(x, y, 0, 0.1);
        foreach (var (a, b) in whole.Parameters.Zip(online.Parameters)) Close(a, b, 1e-8);
        Close(fitted.Final.Reservoir, run.Final.Reservoir, 1e-12);
        Assert.Equal([60, 1, 1], run.Outputs.Shape.Lengths.ToArray());
    }

    // FORCE: with its own outputs fed back, it comes to follow, and goes on by itself.
    [Fact]
    public void AReservoirLearnsToMakeASine()
    {
        const int Learned = 1000, Free = 60;
        double[] sine = [.. Enumerable.Range(0, Learned + Free).Select(t => 0.8 * Math.Sin(t * Math.PI / 10))];
        var network = ReservoirNetwork.EchoState(0, 60, 1, Key, new EchoStateOptions { SpectralRadius = 0.95, Feedback = 1 });
        var targets = Tensor.From(sine[..Learned], [Learned, 1, 1], ElementType.Float64);
        var run = network.LearnOnline(Tensor.Zeros([Learned, 1, 0]), targets, ridge: 1e-2, forgetting: 0.995);
        double[] before = run.Outputs.ToDoubles();
        double early = Error(before, sine, 0, 20), late = Error(before, sine, Learned - 60, 60);
        Assert.True(late < 0.02 && late < early / 20, FormattableString.Invariant($"{early} and {late}"));
        double[] free = network.Run(Tensor.Zeros([Free, 1, 0]), run.Final).Outputs.ToDoubles();
        Assert.True(Error(free, sine[Learned..], 0, Free) < 0.05);

        static double Error(double[] outputs, double[] truth, int first, int count) =>
            Math.Sqrt(Enumerable.Range(first, count).Average(t => (outputs[t] - truth[t]) * (outputs[t] - truth[t])));
    }

    // Of all sequences the same rows as of each by itself.
    [Fact]
    public void SequencesOfDifferentLengthsAreFittedTogether()
    {
        int[] lengths = [30, 12, 21];
        Tensor x = Point("u", 30, 3, 1), y = Point("target", 30, 3, 1);
        double[] poisoned = x.ToDoubles(), lost = y.ToDoubles();
        for (int i = 0; i < poisoned.Length; i++)
            if (i / 3 >= lengths[i % 3])
                (poisoned[i], lost[i]) = (double.NaN, double.PositiveInfinity);
        ReservoirNetwork<Tensor> together = Network(), apart = Network();
        together.Fit(Tensor.From(poisoned, x.Shape), Tensor.From(lost, y.Shape), 5, 0.1, lengths);
        var features = Enumerable.Range(0, 3)
            .Select(b => apart.Harvest(Slice(x[..lengths[b]], 1, b, 1), Slice(y[..lengths[b]], 1, b, 1)).Features[5..]);
        var readout = new RidgeReadout(1 + 20, 1);
        readout.Fit(
            Concatenate(0, [.. features.Select(one => one.Reshape(-1, 21))]),
            Concatenate(0, [.. Enumerable.Range(0, 3).Select(b => Slice(y[5..lengths[b]], 1, b, 1).Reshape(-1, 1))]), 0.1);
        foreach (var (a, b) in readout.Parameters.Zip(together.Parameters.TakeLast(2))) Close(a, b, 1e-8);
        Assert.Throws<ArgumentOutOfRangeException>(() => together.Fit(x, y, 30, 0.1, lengths));
    }

    static ReservoirNetwork<Tensor> Network() => ReservoirNetwork.EchoState(1, 20, 1, Key);

    static Tensor Point(string name, params int[] shape) => Key.For(name).Normal(Shape.Create(shape), type: ElementType.Float64);

    static void Close(Tensor expected, Tensor actual, double relative)
    {
        double[] a = expected.ToDoubles(), b = actual.ToDoubles();
        Assert.Equal(a.Length, b.Length);
        for (int i = 0; i < a.Length; i++) Assert.Equal(a[i], b[i], relative * (1 + a.Max(Math.Abs)));
    }
}
