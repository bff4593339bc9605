namespace Autograd.Tests.Autodiff;

public class TensorTests : Poisoned
{
    [Fact]
    public void UseAfterTheTapeNamesBothOperations()
    {
        Tensor ended;
#pragma warning disable AG0006 // What has ended is what the test is about.
        using (new Tape()) ended = Tensor.Ones([2, 3]) + 1;
#pragma warning restore AG0006
        Expect.Mentions(Assert.Throws<ObjectDisposedException>(() => Functions.Tanh(ended)), "Tanh", "ScaleShift", "[2, 3]", "Detach");
        Expect.Mentions(Assert.Throws<ObjectDisposedException>(() => { ended.AsSpan<float>(); }), "AsSpan", "ScaleShift");
        Expect.Mentions(Assert.Throws<ObjectDisposedException>(() => ended.Detach()), "Detach", "ScaleShift");
        Expect.Mentions(Assert.Throws<ObjectDisposedException>(() => Functions.Unstack(ended)), "Unstack", "ScaleShift");
        Assert.Throws<ObjectDisposedException>(() => ended.At(0, 0));
        Assert.Throws<ObjectDisposedException>(() => ended[0]);
        Assert.Throws<ObjectDisposedException>(() => new Parameter("w", ended));
        using var next = new Tape();
        Assert.Throws<ObjectDisposedException>(() => ended * 2);
        Assert.Throws<ObjectDisposedException>(() => next.Watch(ended));
    }

    [Fact]
    public void ViewsEndWithTheTapeOfWhatTheyShow()
    {
        Tensor[] views;
        using (new Tape())
        {
            var x = Tensor.Ones([4, 2]) + 1;
            views = [x[1], x[1..3], x.Reshape(8), x.Reshape(2, 2, 2)[1][0], .. Functions.Unstack(x)];
            Assert.All(views, view => Assert.Same(x.Storage, view.Storage));
        }
        Assert.All(views, view => Assert.Throws<ObjectDisposedException>(() => view.Detach()));
    }

    [Fact]
    public void DetachedCopiesOutliveTheTape()
    {
        Tensor copy, untracked;
        var parameter = new Parameter("w", Tensor.Full([2], 3));
        using (var tape = new Tape())
        {
            copy = (parameter * 2).Detach();
#pragma warning disable AG0006 // What has ended is what the test is about.
            untracked = copy * 1;
#pragma warning restore AG0006
            var error = Assert.Throws<TapeException>(() => tape.Gradients(Functions.Sum(untracked), [parameter]));
            Expect.Mentions(error, "output 0", "Sum");
        }
        using (new Tape()) Functions.Exp(parameter);
        Expect.Equal([2], [6, 6], copy);
        Assert.Throws<ObjectDisposedException>(() => untracked.Detach());
    }

    [Fact]
    public void WithoutATapeNothingEnds()
    {
        var x = Tensor.Ones([2]) + 1;
        using (new Tape()) Assert.Equal(4, Functions.Sum(x).ToScalar());
        Expect.Equal([2], [2, 2], x);
    }
}

