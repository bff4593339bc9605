using System.Collections;
using Autograd.Data;

namespace Autograd.Tests.Data;

public class ContiguousBatchesTests
{
    public static TheoryData<int, int, int> Sizes => new()
    {
        { 2, 1, 1 }, { 7, 2, 3 }, { 8, 2, 3 }, { 9, 2, 3 }, { 100, 7, 5 }, { 101, 1, 100 }, { 101, 100, 1 }, { 65, 4, 16 }, { 1000, 3, 10 },
    };

    [Fact]
    public void WindowsAreTimeMajor()
    {
        // Two streams of four, 0 1 2 3 and 4 5 6 7; the ninth token is only a target.
        var batches = new ContiguousBatches(Tokens(9), rows: 2, window: 2);
        Assert.Equal((2, 2, 2, 4), (batches.Count, batches.Rows, batches.Window, batches.StreamLength));
        Assert.Equal([0, 4, 1, 5], batches[0].Inputs.ToArray());
        Assert.Equal([1, 5, 2, 6], batches[0].Targets.ToArray());
        Assert.Equal([2, 6, 3, 7], batches[1].Inputs.ToArray());
        Assert.Equal([3, 7, 4, 8], batches[1].Targets.ToArray());
    }

    [Fact]
    public void OnlyTheFirstWindowOfEachEpochIsFirst()
    {
        var batches = new ContiguousBatches(Tokens(25), rows: 2, window: 3);
        for (var epoch = 0; epoch < 2; epoch++)
            Assert.Equal([true, false, false, false], batches.Select(window => window.IsFirst));
    }

    [Fact]
    public void WhatIsShorterThanAWindowIsDropped()
    {
        var batches = new ContiguousBatches(Tokens(24), rows: 2, window: 4);
        Assert.Equal(11, batches.StreamLength);
        Assert.Equal(2, batches.Count);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], Row(batches, 0, window => window.Inputs));
        Assert.Equal([11, 12, 13, 14, 15, 16, 17, 18], Row(batches, 1, window => window.Inputs));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void EachRowReadsItsStreamInOrderAcrossWindows(int count, int rows, int window)
    {
        var batches = new ContiguousBatches(Tokens(count), rows, window);
        var length = (count - 1) / rows;
        Assert.Equal(length, batches.StreamLength);
        Assert.Equal(length / window, batches.Count);
        for (var row = 0; row < rows; row++)
        {
            Assert.Equal(Enumerable.Range(row * length, length / window * window), Row(batches, row, item => item.Inputs));
            Assert.Equal(Enumerable.Range(row * length + 1, length / window * window), Row(batches, row, item => item.Targets));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void EachCoveredTokenIsAnInputOnce(int count, int rows, int window)
    {
        var batches = new ContiguousBatches(Tokens(count), rows, window);
        var seen = batches.SelectMany(item => item.Inputs.ToArray()).Order().ToArray();
        var covered = Enumerable.Range(0, rows)
            .SelectMany(row => Enumerable.Range(row * batches.StreamLength, batches.Count * window));
        Assert.Equal(covered, seen);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void TargetsAreTheTokensAfterTheInputs(int count, int rows, int window)
    {
        var tokens = Enumerable.Range(0, count).Select(index => index * 7919 % 65).ToArray();
        var positions = new ContiguousBatches(Tokens(count), rows, window);
        var batches = new ContiguousBatches(tokens, rows, window);
        foreach (var (item, position) in batches.Zip(positions))
        {
            Assert.Equal(position.Inputs.ToArray().Select(index => tokens[index]), item.Inputs.ToArray());
            Assert.Equal(position.Inputs.ToArray().Select(index => tokens[index + 1]), item.Targets.ToArray());
        }
    }

    [Fact]
    public void EnumerationGivesTheIndexedWindows()
    {
        var batches = new ContiguousBatches(Tokens(50), rows: 3, window: 4);
        var index = 0;
        foreach (TokenWindow window in (IEnumerable)batches)
        {
            Assert.Equal(batches[index].Inputs, window.Inputs);
            Assert.Equal(batches[index++].Targets, window.Targets);
        }
        Assert.Equal(batches.Count, index);
    }

    [Fact]
    public void LaterChangesOfTheTokensAreNotSeen()
    {
        var tokens = Tokens(9);
        var batches = new ContiguousBatches(tokens, rows: 2, window: 2);
        Array.Clear(tokens);
        Assert.Equal([1, 5, 2, 6], batches[0].Targets.ToArray());
    }

    [Theory]
    [InlineData(0, 1, "rows", 0)]
    [InlineData(-3, 1, "rows", -3)]
    [InlineData(1, 0, "window", 0)]
    public void SizesBelowOneAreAnError(int rows, int window, string name, int value)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new ContiguousBatches(Tokens(10), rows, window));
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith($"ContiguousBatches: {name} must be at least 1; it is {value}.", error.Message);
    }

    [Theory]
    [InlineData(0, 1, 1, 2)]
    [InlineData(1, 1, 1, 2)]
    [InlineData(6, 2, 3, 7)]
    [InlineData(100, 32, 64, 2049)]
    [InlineData(100, int.MaxValue, int.MaxValue, 4611686014132420610)]
    public void TooFewTokensSayHowManyAreNeeded(int count, int rows, int window, long needed)
    {
        var error = Assert.Throws<ArgumentException>(() => new ContiguousBatches(Tokens(count), rows, window));
        Assert.Equal("tokens", error.ParamName);
        Assert.StartsWith($"ContiguousBatches: tokens has {count} tokens; {rows} rows and a window of {window} ", error.Message);
        Assert.Contains($"need at least {needed} tokens (rows * window + 1).", error.Message);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(32, 64)]
    public void JustEnoughTokensMakeOneWindow(int rows, int window) =>
        Assert.Single(new ContiguousBatches(Tokens(rows * window + 1), rows, window));

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void AWindowThatDoesNotExistIsAnError(int index)
    {
        var batches = new ContiguousBatches(Tokens(9), rows: 2, window: 2);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => batches[index]);
        Assert.Equal("index", error.ParamName);
        Assert.StartsWith($"ContiguousBatches: window {index} does not exist; at least 0 and below 2 was expected.", error.Message);
    }

    [Theory]
    [InlineData(1_003_854, 490)]
    [InlineData(111_540, 54)]
    public void TheProtocolHasItsNumberOfWindows(int count, int windows) =>
        Assert.Equal(windows, new ContiguousBatches(Tokens(count), rows: 32, window: 64).Count);

    [DataFact("tinyshakespeare.txt")]
    public void TinyShakespeareReadsAsText()
    {
        var text = Corpus.Load(DataFactAttribute.PathOf("tinyshakespeare.txt"));
        var vocabulary = CharacterVocabulary.From(text);
        var (train, validation) = Corpus.Split(vocabulary.Encode(text), 0.9);
        var batches = new ContiguousBatches(train, rows: 32, window: 64);
        Assert.Equal(490, batches.Count);
        Assert.Equal(54, new ContiguousBatches(validation, rows: 32, window: 64).Count);
        for (var row = 0; row < 32; row++)
            Assert.Equal(text.Substring(row * 31370, 490 * 64), vocabulary.Decode(Row(batches, row, window => window.Inputs)));
    }

    static int[] Tokens(int count) => [.. Enumerable.Range(0, count)];

    /// <summary>What one row sees over an epoch.</summary>
    static int[] Row(ContiguousBatches batches, int row, Func<TokenWindow, ReadOnlyMemory<int>> side) =>
        [.. batches.SelectMany(window => side(window).ToArray().Where((_, index) => index % window.Rows == row))];
}
