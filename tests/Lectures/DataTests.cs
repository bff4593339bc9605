using Autograd.Lectures;

namespace Autograd.Tests.Lectures;

public class DataTests
{
    [Fact]
    public void SunspotsAreKnownNumbers()
    {
        double[] spots = Sunspots.Load();
        Assert.Equal(309, spots.Length);
        Assert.Equal((5, 11, 16), (spots[0], spots[1], spots[2]));
        // The strongest of all cycles had its maximum in 1957.
        Assert.Equal(1957, Sunspots.FirstYear + Array.IndexOf(spots, spots.Max()));
    }

    [Fact]
    public void EachBarOfEachTuneIsAsLongAsItsMetreInEveryKey()
    {
        foreach (var tune in AbcTunes.All.SelectMany(tune => tune.Transposed()))
        {
            var (right, all) = AbcBars.Count(tune.Text);
            Assert.True(right == all && all >= 8, tune.Text);
        }
    }

    [Theory]
    [InlineData("M:6/8\nK:G\n|:GAB c3|d2 e3:|\n", 1, 2)]
    [InlineData("M:4/4\nK:G\nGABc|GABc d4|G\n", 1, 1)]
    [InlineData("|GAB|\nM:3/8\n|GAB|H3|\n", 1, 2)]
    [InlineData("M:3/8\n|GA\nB|\n", 0, 0)]
    public void OnlyClosedBarsBelowAMetreCount(string text, int right, int all) => Assert.Equal((right, all), AbcBars.Count(text));

    [Fact]
    public void CountsAreFrequencies()
    {
        // After 0 comes 1 twice of two, after 1 comes 0 once; each count begins at 0.1.
        var bigrams = new CountModel([0, 1, 0, 1], 2, isBigram: true);
        Assert.Equal(-Math.Log(2.1 / 2.2), bigrams.Loss([0, 1]), 1e-12);
        Assert.Equal(-Math.Log(1.1 / 1.2), bigrams.Loss([1, 0]), 1e-12);
        Assert.Equal(-Math.Log(2.1 / 3.2), new CountModel([0, 1, 0, 1], 2, isBigram: false).Loss([0, 1]), 1e-12);
    }
}
