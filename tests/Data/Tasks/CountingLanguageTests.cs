using Autograd.Data;

namespace Autograd.Tests.Data;

public class CountingLanguageTests
{
    [Fact]
    public void TwoLetters()
    {
        var language = new CountingLanguage();
        var batch = language.Of(2, 1);
        Assert.Equal(("SaabbT", 3, 5), (language.Text(2), language.Symbols, language.Steps(2)));
        Assert.Equal([5, 3], batch.Lengths);
        Assert.Equal(["S", "a", "a", "b", "b"], Sets(batch.Inputs, 0, "Sab"));
        Assert.Equal(["a", "ab", "ab", "b", "T"], Sets(batch.Targets, 0, "abT"));
        Assert.Equal(["a", "ab", "T", "", ""], Sets(batch.Targets, 1, "abT"));
    }

    [Fact]
    public void ThreeLetters()
    {
        var batch = new CountingLanguage(letters: 3).Of(2);
        Assert.Equal(["S", "a", "a", "b", "b", "c", "c"], Sets(batch.Inputs, 0, "Sabc"));
        Assert.Equal(["a", "ab", "ab", "b", "c", "c", "T"], Sets(batch.Targets, 0, "abcT"));
    }

    [Fact]
    public void CountsAreDrawnFromTheRange()
    {
        var batch = new CountingLanguage().Batch(new RandomKey(1), 300, least: 2, most: 5);
        Assert.Equal([5, 7, 9, 11], batch.Lengths.Distinct().Order());
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CountingLanguage(1));
        Assert.Throws<ArgumentException>(() => new CountingLanguage().Of());
        Assert.Throws<ArgumentOutOfRangeException>(() => new CountingLanguage().Of(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CountingLanguage().Text(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CountingLanguage().Batch(new RandomKey(1), 1, 3, 2));
    }

    static string[] Sets(Tensor tensor, int row, string symbols) =>
        [.. Enumerable.Range(0, tensor.Shape[0])
            .Select(t => string.Concat(Enumerable.Range(0, symbols.Length).Where(i => tensor.At(t, row, i) == 1).Select(i => symbols[i])))];
}
