using Autograd.Data;

namespace Autograd.Tests.Data;

public class PianoRollTests
{
    [Fact]
    public void EachFrameIsSaidFromTheOneBefore()
    {
        var batch = PianoRoll.Batch(new PianoRoll([[87, 0], [], [5]]), new PianoRoll([[1]]));
        Assert.Equal([3, 2, 88], batch.Inputs.Shape.Lengths.ToArray());
        Assert.Equal([3, 1], batch.Lengths);
        Assert.Equal([0, 87], Sounding(batch.Targets, 0, 0));
        Assert.Equal([], Sounding(batch.Targets, 1, 0));
        Assert.Equal([5], Sounding(batch.Targets, 2, 0));
        Assert.Equal([], Sounding(batch.Inputs, 0, 0));
        Assert.Equal([0, 87], Sounding(batch.Inputs, 1, 0));
        Assert.Equal([], Sounding(batch.Inputs, 2, 0));
        Assert.Equal([1], Sounding(batch.Targets, 0, 1));
        Assert.Equal([], Sounding(batch.Inputs, 1, 1));
        Assert.Equal(4, batch.Counted);
    }

    [Fact]
    public void BadNotesAreRefused()
    {
        Assert.Throws<ArgumentException>(() => new PianoRoll([]));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new PianoRoll([[1], [88]]));
        Assert.Contains("note 88 of frame 1", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PianoRoll([[-1]]));
        Assert.Throws<ArgumentException>(() => new PianoRoll([[4, 5, 4]]));
        Assert.Throws<ArgumentException>(() => PianoRoll.Batch());
    }

    static int[] Sounding(Tensor roll, int t, int row) => [.. Enumerable.Range(0, 88).Where(note => roll.At(t, row, note) == 1)];
}
