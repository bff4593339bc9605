using Autograd.Data;

namespace Autograd.Tests.Data;

public class TemporalOrderTests
{
    [Theory]
    [InlineData(2, new[] { 10, 50 })]
    [InlineData(3, new[] { 10, 33, 66 })]
    public void SequencesAreAsInThePaper(int symbols, int[] places)
    {
        var batch = TemporalOrder.Batch(new RandomKey(1), batch: 300, time: 100, symbols);
        var seen = new HashSet<int>();
        for (int row = 0; row < 300; row++)
        {
            string text = Text(batch, row);
            Assert.InRange(text.Length, 100, 110);
            Assert.Equal(('E', 'B'), (text[0], text[^1]));
            int[] at = [.. Enumerable.Range(0, text.Length).Where(t => text[t] is 'X' or 'Y')];
            Assert.Equal(symbols, at.Length);
            for (int i = 0; i < symbols; i++) Assert.InRange(at[i], places[i], places[i] + 10);
            Assert.Equal(Convert.ToInt32(string.Concat(at.Select(t => text[t] == 'Y' ? '1' : '0')), 2), batch.Labels[row]);
            Assert.All(text[1..^1].Where(letter => letter is not ('X' or 'Y')), letter => Assert.Contains(letter, "abcd"));
            seen.Add(batch.Labels[row]);
        }
        Assert.Equal(1 << symbols, seen.Count);
    }

    [Fact]
    public void PlacesScaleWithTheLength()
    {
        var batch = TemporalOrder.Batch(new RandomKey(2), batch: 50, time: 40);
        for (int row = 0; row < 50; row++)
        {
            string text = Text(batch, row);
            int[] at = [.. Enumerable.Range(0, text.Length).Where(t => text[t] is 'X' or 'Y')];
            Assert.InRange(text.Length, 40, 44);
            Assert.InRange(at[0], 4, 8);
            Assert.InRange(at[1], 20, 24);
        }
    }

    [Fact]
    public void ArgumentsOutOfRangeAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TemporalOrder.Batch(new RandomKey(1), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TemporalOrder.Batch(new RandomKey(1), 1, time: 9));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => TemporalOrder.Batch(new RandomKey(1), 1, symbols: 4));
        Assert.Contains("2 or 3; it is 4", error.Message, StringComparison.Ordinal);
    }

    static string Text(LabelledSequences batch, int row) => string.Concat(Enumerable.Range(0, batch.Lengths[row])
        .Select(t => TemporalOrder.Symbols[Enumerable.Range(0, 8).Single(symbol => batch.Inputs.At(t, row, symbol) == 1)]));
}
