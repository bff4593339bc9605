using Autograd.Layers;
using Autograd.Tests.Layers.Golden;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

public class EmbeddingTests
{
    static readonly RandomKey Key = new(1);

    [Fact]
    public void FollowsPyTorch()
    {
        var torch = new GoldenCase("embedding");
        var layer = new Embedding(5, 2, Key);
        using var tape = new Tape();
        tape.Bind(layer["table"], torch["table"]);
        var vectors = layer.Forward(torch.Whole("symbols"), 2, 3);
        torch.Expect("out", vectors);
        torch.ExpectLoss(tape, Sum(vectors * torch["out.seed"]), "table");
    }

    [Fact]
    public void AxesComeBeforeTheVector()
    {
        var layer = new Embedding(5, 2, Key);
        Assert.Equal([4, 2], layer.Forward([1, 2, 3, 4]).Shape.Lengths.ToArray());
        Assert.Equal([2, 1, 2, 2], layer.Forward([1, 2, 3, 4], 2, 1, 2).Shape.Lengths.ToArray());
        Assert.Equal([0, 2], layer.Forward([]).Shape.Lengths.ToArray());
        Close.Same(At(layer["table"], 3), At(layer.Forward([1, 2, 3, 4]), 2));
    }

    [Fact]
    public void TakesAnInitializer()
    {
        Assert.All(new Embedding(5, 2, Key, Initializer.Constant(0.5))["table"].ToDoubles(), x => Assert.Equal(0.5, x));
        Assert.NotEqual(new Embedding(5, 2, Key)["table"].ToDoubles(), new Embedding(5, 2, new RandomKey(2))["table"].ToDoubles());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-1)]
    public void SymbolsOutOfRangeAreAnError(int symbol)
    {
        var error = Assert.Throws<ShapeException>(() => new Embedding(5, 2, Key).Forward([0, symbol]));
        Assert.Equal(
            $"GatherRows: index {symbol} at position 1 is out of range; the table is [5, 2], so it must be from 0 to 4.", error.Message);
    }

    [Fact]
    public void AxesThatDoNotFitAreAnError()
    {
        var error = Assert.Throws<ShapeException>(() => new Embedding(5, 2, Key).Forward([0, 1, 2], 2, 2));
        Assert.StartsWith("Reshape: ", error.Message);
        Assert.Contains("[3, 2]", error.Message);
    }

    [Theory]
    [InlineData(0, 2, "Embedding: symbols must be at least 1; it is 0.")]
    [InlineData(5, -1, "Embedding: size must be at least 1; it is -1.")]
    public void SizesBelowOneAreAnError(int symbols, int size, string message) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(() => new Embedding(symbols, size, Key)).Message);
}
