using Autograd.Data;

namespace Autograd.Tests.Data;

public class EmbeddedReberTests
{
    [Theory]
    [InlineData("BTBTXSETE", true)]
    [InlineData("BPBPVVEPE", true)]
    [InlineData("BTBTSSXXTVVETE", true)]
    [InlineData("BPBPTVPXTVPSEPE", true)]
    [InlineData("BTBTXSEPE", false)]
    [InlineData("BTBTXSETEE", false)]
    [InlineData("BTBTXSET", false)]
    [InlineData("BTBTXSTE", false)]
    [InlineData("BTBTVVETE", false)]
    [InlineData("BTXSE", false)]
    [InlineData("TTBTXSETE", false)]
    [InlineData("BEBTXSEEE", false)]
    [InlineData("BTBTXSETB", false)]
    [InlineData("", false)]
    public void MembershipFollowsTheGraph(string text, bool isLegal) => Assert.Equal(isLegal, EmbeddedReber.IsLegal(text));

    [Fact]
    public void DrawnStringsAreLegalAndEqualArrowsEquallyLikely()
    {
        string[] strings = EmbeddedReber.Draw(new RandomKey(1), 4000);
        Assert.All(strings, text => Assert.True(EmbeddedReber.IsLegal(text), text));
        // A quarter of all begins with the shortest way of either side: BTBTX…, BPBPT…; five deviations of a binomial count of 4000.
        int shortest = strings.Count(text => text[3] == 'T' && text[4] == 'X');
        Assert.InRange(shortest, 1000 - 5 * 27.4, 1000 + 5 * 27.4);
        Assert.InRange(strings.Count(text => text[1] == 'T'), 2000 - 5 * 31.6, 2000 + 5 * 31.6);
    }

    [Fact]
    public void LongStringsAreDrawnAgain()
    {
        Assert.Equal(9, EmbeddedReber.Draw(new RandomKey(2), 300, longest: 9).Max(text => text.Length));
        Assert.True(EmbeddedReber.Draw(new RandomKey(2), 300).Max(text => text.Length) > 15);
    }

    [Fact]
    public void TargetsAreTheLegalSets()
    {
        var batch = EmbeddedReber.Of("BTBTXSETE", "BPBPVVEPE");
        Assert.Equal([8, 2, 7], batch.Inputs.Shape.Lengths.ToArray());
        string[] sets =
            [.. Enumerable.Range(0, 8)
            .Select(t =>
            string.Concat(Enumerable.Range(0, 7).Where(i => batch.Targets.At(t, 0, i) == 1).Select(i => EmbeddedReber.Symbols[i])))];
        Assert.Equal(["TP", "B", "TP", "SX", "SX", "E", "T", "E"], sets);
        Assert.Equal("E", EmbeddedReber.LegalAfter("BPBPVVEP"));
        Assert.Equal("P", EmbeddedReber.LegalAfter("BPBPVVE"));
        Assert.Equal("", EmbeddedReber.LegalAfter("BPBPVVET"));
        Assert.Equal("", EmbeddedReber.LegalAfter("BPBPVVEPE"));
    }

    [Fact]
    public void EachNextSymbolIsInItsSet()
    {
        string[] strings = EmbeddedReber.Draw(new RandomKey(3), 60);
        var batch = EmbeddedReber.Of(strings);
        for (int row = 0; row < 60; row++)
        {
            Assert.Equal(strings[row].Length - 1, batch.Lengths[row]);
            for (int t = 0; t < batch.Lengths[row]; t++)
            {
                Assert.Equal(1, batch.Inputs.At(t, row, EmbeddedReber.Symbols.IndexOf(strings[row][t])));
                Assert.Equal(1, batch.Targets.At(t, row, EmbeddedReber.Symbols.IndexOf(strings[row][t + 1])));
            }
        }
        Assert.Equal(batch.Inputs.ToDoubles(), EmbeddedReber.Batch(new RandomKey(3), 60).Inputs.ToDoubles());
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => EmbeddedReber.Of("BTBTXSETE", "BTBTXSEPE"));
        Assert.Contains("string 1, 'BTBTXSEPE'", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => EmbeddedReber.Of());
        Assert.Throws<ArgumentOutOfRangeException>(() => EmbeddedReber.Draw(new RandomKey(1), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => EmbeddedReber.Draw(new RandomKey(1), 1, longest: 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => EmbeddedReber.Batch(new RandomKey(1), 0));
    }
}
