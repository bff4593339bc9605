namespace Autograd.PropertyTests;

/// <summary>How many threads a run asks for where nobody says.</summary>
public class SharingLaws
{
    /// <summary>One below the limit, where helping takes longer than the work, whatever there is to share; as many as pay above.</summary>
    [Law(20)]
    public void AShortRunAsksForNoHelp(Draw draw)
    {
        var (batch, units) = draw.Of(draw => (draw.Whole(1, 40), draw.Whole(16, 48)));
        var (weights, state, history) = (Tensor.Zeros([units, units]), Tensor.Zeros([batch, units]), new StepHistory());
        var plan = ScanCompiler.Plan(Step, history, Tensor.Zeros([1, batch, units]), [state], []).Plan!;
        int enough = (int)((ScanRun<float>.LeastFlopsToShare - 1) / plan.FlopsPerStep) + 1;
        foreach (int steps in (int[])[1, draw.Whole(1, enough - 1), enough - 1])
        {
            var run = Run(steps);
            Assert.Equal(1, run.Threads);
            Assert.Null(run.Unshared);
        }
        Assert.Equal(Math.Min(Environment.ProcessorCount, plan.MostThreads), Run(enough).Threads);

        ScanOutcome Run(int steps) =>
            ScanCompiler.Run(Step, history, Tensor.Zeros([steps, batch, units]), [state], []);

        (Tensor Output, Tensor[] Next) Step(Tensor x, Tensor[] states, Tensor[] sequences)
        {
            var next = Functions.Tanh(x + Functions.MatMul(states[0], weights));
            return (next, [next]);
        }
    }

    /// <summary>Where somebody says, that many are asked for, but no more than there are parts.</summary>
    [Law(20)]
    public void AsManyAreAskedForAsSomebodySays(Draw draw)
    {
        var (batch, threads, steps) = draw.Of(draw => (draw.Whole(1, 100), draw.Whole(1, 8), draw.Whole(1, 5)));
        StepFunction step = (x, states, _) => (x, [Functions.Tanh(x + states[0])]);
        var (x, state, history) = (Tensor.Zeros([steps, batch, 3]), Tensor.Zeros([batch, 3]), new StepHistory());
        var plan = ScanCompiler.Plan(step, history, x, [state], []).Plan!;
        var outcome = ScanCompiler.Run(step, history, x, [state], [], new() { Threads = threads });
        Assert.Equal(Math.Min(threads, plan.MostThreads), outcome.Threads);
    }
}
