using Autograd.Data;

namespace Autograd.Tests.Data;

public class WordContextsTests
{
    [Fact]
    public void SkipGramsPairAWordWithEachNeighbour()
    {
        var (words, neighbours) = WordContexts.SkipGrams([1, 2, 3, 4], radius: 2);
        Assert.Equal([1, 1, 2, 2, 2, 3, 3, 3, 4, 4], words);
        Assert.Equal([2, 3, 1, 3, 4, 1, 2, 4, 2, 3], neighbours);
        Assert.Empty(WordContexts.SkipGrams([1], radius: int.MaxValue).Words);
        Assert.Equal([1, 2], WordContexts.SkipGrams([1, 2], radius: int.MaxValue).Words);
    }

    [Fact]
    public void BagsHoldAllNeighbours()
    {
        var (neighbours, words) = WordContexts.Bags([1, 2, 3, 4, 5, 6], radius: 2);
        Assert.Equal([3, 4], words);
        Assert.Equal([1, 2, 4, 5], neighbours[0]);
        Assert.Equal([2, 3, 5, 6], neighbours[1]);
    }

    [Fact]
    public void BeforeHoldsWhatWasSaid()
    {
        var (before, words) = WordContexts.Before([1, 2, 3, 4], count: 2);
        Assert.Equal([3, 4], words);
        Assert.Equal([1, 2], before[0]);
        Assert.Equal([2, 3], before[1]);
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => WordContexts.SkipGrams([1, 2], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => WordContexts.Bags([1, 2], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => WordContexts.Before([1, 2], 0));
        var error = Assert.Throws<ArgumentException>(() => WordContexts.Bags([1, 2, 3, 4], 2));
        Assert.Contains("4 words; at least 5", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => WordContexts.Before([1, 2], 2));
    }
}
