using Autograd.Data;

namespace Autograd.Tests.Data;

public class ChoralesTests
{
    [Fact]
    public void PartsFramesAndRestsAreRead()
    {
        var chorales = Chorales.Parse("train\t39,51 - 7\r\ntest\t1\nvalid\t2\ntrain\t3\n");
        Assert.Equal((2, 1, 1), (chorales.Train.Count, chorales.Validation.Count, chorales.Test.Count));
        Assert.Equal([39, 51], chorales.Train[0][0].ToArray());
        Assert.Equal([], chorales.Train[0][1].ToArray());
        Assert.Equal([7], chorales.Train[0][2].ToArray());
        Assert.Equal([1], chorales.Test[0][0].ToArray());
    }

    [Fact]
    public void AByteOrderMarkIsNoPartOfTheFirstLine() => Assert.Single(Chorales.Parse("\uFEFFtrain\t1\n").Train);

    [Theory]
    [InlineData("train 39,51\n", "line 1: a part, a tab and frames")]
    [InlineData("train\t1\n\ntest\t1\n", "line 2: a part, a tab and frames")]
    [InlineData("Train\t1\n", "line 1: 'Train' is no part")]
    [InlineData("train\t1 2,x\n", "line 1, frame 2: 'x' is not a note")]
    [InlineData("train\t1  2\n", "line 1, frame 2: '' is not a note")]
    [InlineData("train\t1\ntrain\t1 88\n", "line 2: PianoRoll: note 88 of frame 1")]
    public void WhatIsMalformedIsNamed(string text, string problem)
    {
        var error = Assert.Throws<InvalidDataException>(() => Chorales.Parse(text));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [DataFact("jsb-chorales.txt")]
    public void BachsChoralesHaveTheirKnownNumbers()
    {
        var chorales = Chorales.Load(DataFactAttribute.PathOf("jsb-chorales.txt"));
        Assert.Equal((229, 76, 77), (chorales.Train.Count, chorales.Validation.Count, chorales.Test.Count));
    }
}
