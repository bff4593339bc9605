using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class TapeListingTests : Poisoned
{
    static readonly Recurrent<Tensor> Model = Recurrent.Over(new RnnCell(2, 3, new RandomKey(1)));

    [Fact]
    public void EntriesSayWhatWasRecorded()
    {
        using var tape = new Tape();
        Model.Execution = Execution.Eager;
        Sum(Model.Forward(Data.Normal([2, 4, 2], 1, ElementType.Float32)));
        var entries = tape.Entries();
        Assert.Equal(Enumerable.Range(0, entries.Count), entries.Select(entry => entry.Number));
        Assert.Equal(["cell.W", "cell.R", "cell.B"], entries.Where(entry => entry.Operation == "leaf").Select(entry => entry.Name));
        Assert.All(entries.Where(entry => entry.Operation == "leaf"), entry => Assert.Equal(0, entry.Bytes));
        Assert.Equal([0, 1], entries.Where(entry => entry.Operation == "Tanh").Select(entry => entry.Step!.Value));
        Assert.Null(entries[^1].Step);
        var product = entries.First(entry => entry.Operation == "MatMul");
        Assert.Equal((-1, 4 * 3 * sizeof(float)), (product.Operands[0], product.Bytes));
    }

    [Fact]
    public void ViewsHoldNoMemoryOfTheirOwn()
    {
        using var tape = new Tape();
        var y = tape.Watch(Tensor.Ones([4, 2])) * 2;
        Unstack(y.Reshape(2, 4));
        Assert.Equal(y.ElementCount * sizeof(float), tape.Entries().Sum(entry => entry.Bytes));
    }

    [Fact]
    public void TextAndGraphNameEveryEntry()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.Ones([2], ElementType.Float64));
        Sum(x * x);
        Assert.Equal(
            "%0 = leaf() [2] 0 bytes\n%1 = Multiply(%0, %0) [2] 16 bytes\n%2 = Sum(%1) [] 8 bytes\n3 entries, 24 bytes",
            tape.ToText().ReplaceLineEndings("\n"));
        string graph = tape.ToDot();
        Assert.StartsWith("digraph tape {", graph);
        Assert.Contains("n1 [label=\"Multiply\\n[2]\"];", graph);
        Assert.Contains("n1 -> n2;", graph);
    }

    [Fact]
    public void AnEndedTapeCannotBeListed()
    {
        var tape = new Tape();
        tape.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tape.Entries());
        Assert.Throws<ObjectDisposedException>(() => tape.BeginStep(1));
    }
}
