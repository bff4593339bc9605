using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>
/// Compiled and interpreted runs of random cells against the eager tape, the definition of what they compute: outputs, final states, the
/// states of all steps, and the gradients of everything that is tracked.
/// </summary>
public class RandomCellTests
{
    const int Trials = 2000;

    // A share of a block's largest number, or of a family's where the block is nothing beside it.
    const double MostApart = 0.1, Nothing = 1.0 / 1024;

    /// <summary>
    /// The bound of a block is 64·ε·((T + operations)·M + A). M is the largest number of its family, values or gradients. A is how much the
    /// program itself magnifies roundings: the distance of eager runs in single and in double precision, in units of ε of the former. Where
    /// these are so far apart that nothing is left of the one in the other, a chaotic cell after some steps, they do not tell by how much.
    /// </summary>
    [Fact]
    public void CompiledRunsEqualEagerOnes()
    {
        int compiled = 0, total = 0, blocks = 0, compared = 0;
        Law.Holds(Trials, ScanTrial.Of, trial =>
        {
            var single = trial.Run(ElementType.Float32, Execution.Eager);
            var eager = trial.Run(ElementType.Float64, Execution.Eager);
            var type = trial.IsSingle ? ElementType.Float32 : ElementType.Float64;
            var actual = trial.Run(type, Execution.Compiled);
            total++;
            if (actual.Path.Execution == Execution.Compiled) compiled++;
            var interpreted = trial.Run(type, Execution.Interpreted);
            AssertSame(actual, interpreted, "the back end");
            foreach (var run in (ScanResults[])[actual, interpreted])
            {
                blocks += run.All.Count();
                compared += Compare(trial, eager.Values, single.Values, run.Values, type)
                    + Compare(trial, eager.Gradients, single.Gradients, run.Gradients, type);
            }
        });
        Assert.True(compared >= 0.99 * blocks, $"Only {compared} of {blocks} results could be compared.");
        Assert.True(compiled >= 0.98 * total, $"Only {compiled} of {total} random cells ran compiled.");
    }

    [Fact]
    public void TheNumberOfThreadsDoesNotShow() => Law.Holds(300, ScanTrial.Of, trial =>
    {
        var type = trial.IsSingle ? ElementType.Float32 : ElementType.Float64;
        foreach (int threads in (int[])[2, 4])
            AssertSame(trial.Run(type, Execution.Compiled), trial.Run(type, Execution.Compiled, threads),
                $"the number of threads, here {threads}");
    });

    static void AssertSame(ScanResults one, ScanResults other, string what)
    {
        foreach (var (first, second) in one.All.Zip(other.All))
            Assert.True(first.Numbers.AsSpan().SequenceEqual(second.Numbers), $"{first.Name} depends on {what}.");
    }

    // How many blocks tell anything.
    static int Compare(ScanTrial trial, ScanBlock[] expected, ScanBlock[] single, ScanBlock[] actual, ElementType type)
    {
        int compared = 0;
        double most = expected.Select(block => block.Largest).Append(1).Max();
        for (int i = 0; i < expected.Length; i++)
        {
            double apart = expected[i].Distance(single[i]);
            double bound = 64 * type.Epsilon() * ((trial.Steps + trial.Operations) * most + apart / ElementType.Float32.Epsilon());
            Assert.True(double.IsFinite(bound), $"{expected[i].Name} is not finite");
            if (apart > MostApart * Math.Max(expected[i].Largest, Nothing * most)) continue;
            Near.Equal(expected[i].Numbers, actual[i].Numbers, bound, expected[i].Name);
            compared++;
        }
        return compared;
    }
}
