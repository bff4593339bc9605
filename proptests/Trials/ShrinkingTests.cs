namespace Autograd.PropertyTests;

/// <summary>What a law makes of its trials when it fails.</summary>
public class ShrinkingTests
{
    /// <summary>The law is broken by every program with a product after the third step.</summary>
    [Fact]
    public void AProgramShrinksToTheStepsThatMatter()
    {
        static bool IsBroken(RandomProgram program) => program.Steps.Skip(3).Any(step => step.Operation == 3 && step.Left != step.Right);
        var simplest = Smallest(RandomProgram.Of, IsBroken);
        Assert.True(IsBroken(simplest));
        Assert.Equal((1, 1), (simplest.Size, simplest.Inputs.Length));
        Assert.Equal(5, simplest.Steps.Count);
        Assert.True(simplest.Steps.Count(step => step.Operation != 0) <= 1, simplest.ToString());
    }

    [Fact]
    public void ShapesAndLengthsShrink()
    {
        var shape = Smallest(draw => draw.Shape(minimumRank: 1), shape => shape.Lengths.ToArray().Any(length => length > 2));
        Assert.Equal([3], shape.Lengths.ToArray());
        int[] lengths = Smallest(draw => draw.Indices(draw.Whole(1, 9), 20), lengths => lengths.Sum() >= 7);
        Assert.True(lengths.Length <= 2 && lengths.Sum() is >= 7 and <= 9, string.Join(", ", lengths));
    }

    [Fact]
    public void ATrialCanBeMadeAgainFromItsSeedAndFromItsChoices()
    {
        var draw = new Draw(319163862, 40);
        string program = draw.Of(RandomProgram.Of).ToString();
        Assert.Equal(program, new Draw(319163862, 40).Of(RandomProgram.Of).ToString());
        Assert.EndsWith("by new Draw(319163862, 40)", draw.ToString(), StringComparison.Ordinal);
        var simpler = draw.Simpler().First();
        string text = simpler.Of(RandomProgram.Of).ToString();
        long[] choices = [.. simpler.ToString()[(simpler.ToString().LastIndexOf('[') + 1)..^2].Split(", ").Select(long.Parse)];
        Assert.Equal(text, new Draw(20, choices).Of(RandomProgram.Of).ToString());
    }

    [Fact]
    public void AFailureShowsTheTrialAndHowToMakeItAgain()
    {
        var error = Assert.ThrowsAny<Exception>(() => Law.Holds(100, draw => draw.Whole(0, 1000), number => Assert.True(number < 100)));
        string message = error.ToString();
        Assert.Contains("100\n  by new Draw(", message, StringComparison.Ordinal);
        Assert.Contains("Shrunk", message, StringComparison.Ordinal);
    }

    // As FsCheck does: on to the first simpler trial that fails too.
    static T Smallest<T>(Func<Draw, T> make, Func<T, bool> isBroken)
    {
        var draw = Enumerable.Range(0, 1000).Select(seed => new Draw(seed, 100)).First(draw => isBroken(draw.Of(make)));
        while (draw.Simpler().FirstOrDefault(simpler => isBroken(simpler.Of(make))) is { } simpler) draw = simpler;
        return make(draw.Again());
    }
}
