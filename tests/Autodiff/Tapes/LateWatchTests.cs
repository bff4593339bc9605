using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff.Tapes;

/// <summary>What was computed from a tensor before it was watched would be missing from its gradient: the call is refused.</summary>
public class LateWatchTests
{
    static readonly Parameter Weight = new("W", Tensor.From([2f, 2f, 2f]));

    public static TheoryData<string> Uses => [.. Users.Keys];

    static Dictionary<string, Action<Tensor>> Users { get; } = new()
    {
        ["not recorded"] = x => _ = x * 2,
        ["recorded"] = x => _ = x * Weight,
        ["a view"] = x => _ = x.Reshape(3, 1) * Weight,
        ["parts"] = x => _ = Unstack(x)[0] * Weight,
        ["another function's argument"] = x => Differentiate.Gradient(q => Sum(q * q * Weight), x),
        ["mapped afterwards"] = x =>
        {
            _ = x * Weight;
            Vmap.Run(q => q * x * Weight, Tensor.Ones([2, 3]));
        },
        ["another thread's afterwards"] = x =>
        {
            _ = x * Weight;
            OnAnotherThread(() =>
            {
                using var other = new Tape();
                _ = x * Weight;
            });
        },
        ["another thread's before"] = x =>
        {
            using var hasUsed = new ManualResetEventSlim();
            using var mayEnd = new ManualResetEventSlim();
            var thread = new Thread(() =>
            {
                using var other = new Tape();
                _ = x * Weight;
                hasUsed.Set();
                mayEnd.Wait();
            });
            thread.Start();
            hasUsed.Wait();
            _ = x * Weight;
            mayEnd.Set();
            thread.Join();
        },
        ["a recurrence, eager"] = x => Run(x, Execution.Eager),
        ["a recurrence, compiled"] = x => Run(x, Execution.Compiled),
    };

    [Theory]
    [MemberData(nameof(Uses))]
    public void IsRefused(string use)
    {
        var x = Tensor.From([1f, 2f, 3f]);
        using var tape = new Tape();
        Users[use](x);
        Expect.Mentions(Assert.Throws<TapeException>(() => tape.Watch(x)), "Watch: the tensor [3]", "was used on this tape before");
    }

    [Fact]
    public void OtherTapesPausesAndPartsOfTheSameDataDoNotMatter()
    {
        var data = Tensor.From([1f, 2f, 3f, 4f, 5f, 6f]).Reshape(2, 3);
        var x = data[0];
        using (new Tape()) _ = x * Weight;
        OnAnotherThread(() =>
        {
            using var other = new Tape();
            _ = x * Weight;
        });
        using var tape = new Tape();
        _ = data[1] * Weight;
        using (tape.Pause()) _ = x * 2;
        tape.Watch(x);
        Assert.Equal([2, 2, 2], tape.Gradients(Sum(x * Weight), [x])[0].ToDoubles());
    }

    static void Run(Tensor x, Execution execution) =>
        new Recurrent<Tensor>(new RnnCell(1, 3, new RandomKey(1))) { Execution = execution }.Forward(x.Reshape(3, 1, 1));

    static void OnAnotherThread(Action action)
    {
        var thread = new Thread(() => action());
        thread.Start();
        thread.Join();
    }
}
