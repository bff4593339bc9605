using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

/// <summary>Who may read a tensor, who may use a parameter, and what becomes of a tape that is left open or leaves its thread.</summary>
public class OwnerTests : Poisoned
{
    static readonly GruCell Cell = new(2, 3, new RandomKey(1));

    public static TheoryData<string> Reads =>
        ["Detach", "ToDoubles", "AsSpan", "At", "ToArray", "operation", "compiled input", "compiled state", "optimizer", "seed", "Watch",
        "Bind"];

    [Theory, MemberData(nameof(Reads))]
    public void ATensorOfAnotherThreadsTapeIsNotRead(string kind)
    {
        using var tape = new Tape();
        var (x, state) = (tape.Watch(Tensor.Ones([4, 2, 2])) * 1, tape.Watch(Tensor.Ones([2, 3])) * 1);
        OnAnotherThread(() => Expect.Mentions(Assert.Throws<TapeException>(() => Read(kind, x, state)), "thread"));
    }

    [Theory, MemberData(nameof(Reads))]
    public void ATensorOfAnEndedTapeIsNotRead(string kind)
    {
        Tensor x, state;
        using (var tape = new Tape()) (x, state) = (tape.Watch(Tensor.Ones([4, 2, 2])) * 1, tape.Watch(Tensor.Ones([2, 3])) * 1);
        Expect.Mentions(Assert.Throws<ObjectDisposedException>(() => Read(kind, x, state)), "ended");
    }

    [Theory]
    [InlineData(Execution.Compiled)]
    [InlineData(Execution.Eager)]
    public void WorkOfATapesScopeOnAnotherThreadMayNotUseParameters(Execution execution)
    {
        var x = new RandomKey(2).Normal([5, 2, 2]);
        double Loss()
        {
            var layer = Recurrent.Over(new View(Cell));
            layer.Execution = execution;
            return Sum(layer.Forward(x)).ToScalar();
        }

        using var tape = new Tape();
        Tensor w = Cell.Parameters[0];
        _ = w * 2;
        OnAnotherThread(() => Expect.Mentions(Assert.Throws<TapeException>(() => Loss()), "parameter", "tape of its own", "pause"));
        OnAnotherThread(() => Differentiate.ValueAndGradient(() => Sum(Cell.Parameters[0]), Cell.Parameters));
        using (tape.Pause()) OnAnotherThread(() => Loss());
        // What does not come from the scope is not concerned.
        using (ExecutionContext.SuppressFlow()) OnAnotherThread(() => Loss());
    }

    [Fact]
    public void WorkOfATapesScopeOnAnotherThreadMayNotUseWatchedTensors()
    {
        using var tape = new Tape();
        // More than there is room for at first.
        Tensor[] watched = [.. Enumerable.Range(0, 9).Select(i => tape.Watch(Tensor.From([1.0, i])))];
        var free = Tensor.From([1.0, 2.0]);
        foreach (var w in watched)
        {
            OnAnotherThread(() => Expect.Mentions(Assert.Throws<TapeException>(() => w * w), "Multiply", "watched tensor [2]", "pause"));
            OnAnotherThread(() => Assert.Throws<TapeException>(() => Unstack(w)));
            OnAnotherThread(() => Assert.Throws<TapeException>(() => Recurrent.Over(Cell).Run(BroadcastTo(w.Detach(), [3, 2, 2]).As(
                ElementType.Float32), (Tensor)Cell.Parameters[0])));
            OnAnotherThread(() => Differentiate.Gradient(x => Sum(x * w), free));
            OnAnotherThread(() => Assert.Throws<TapeException>(() => Differentiate.Gradient(x => Sum(Elsewhere(() => x * w)), free)));
        }
        OnAnotherThread(() => _ = free * free);
        using (tape.Pause()) OnAnotherThread(() => _ = watched[0] * free);
        using (ExecutionContext.SuppressFlow()) OnAnotherThread(() => _ = watched[0] * free);

        // Within a scope of its own on the other thread, started from there.
        static Tensor Elsewhere(Func<Tensor> work)
        {
            Tensor? result = null;
            OnAnotherThread(() => result = work());
            return result!;
        }
    }

    [Fact]
    public void AnAwaitInTheScopeIsAnError()
    {
        async Task Run(Task awaited)
        {
            using var tape = new Tape();
#pragma warning disable AG0002 // The await is what the test is about.
            await awaited.ConfigureAwait(false);
#pragma warning restore AG0002
        }

        Expect.Mentions(Assert.Throws<TapeException>(() => OnAnotherThread(() => EndedElsewhere(Run))), "await", "thread", "OwnerTests.cs");
    }

    [Fact]
    public void AnExceptionBehindAnAwaitIsNotHidden()
    {
        async Task Run(Task awaited)
        {
            using var tape = new Tape();
#pragma warning disable AG0002 // The await is what the test is about.
            await awaited.ConfigureAwait(false);
#pragma warning restore AG0002
            throw new InvalidOperationException("of the user");
        }

        Assert.Equal(
            "of the user", Assert.Throws<InvalidOperationException>(() => OnAnotherThread(() => EndedElsewhere(Run))).Message);
    }

    // What is awaited ends when the method has come back, so that it goes on on a thread of the pool.
    static void EndedElsewhere(Func<Task, Task> run)
    {
        var awaited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var task = run(awaited.Task);
        awaited.SetResult();
        task.GetAwaiter().GetResult();
    }

    [Fact]
    public async Task OtherWorkOfAThreadIsNotRecordedWhileAScopeAwaits()
    {
        var gate = new TaskCompletionSource();
        var thread = new SingleThread();
        async Task Scope()
        {
            using var tape = new Tape();
            var y = tape.Watch(Tensor.Ones([2])) * 2;
#pragma warning disable AG0002 // The await is what the test is about.
            await gate.Task;
#pragma warning restore AG0002
            // Back on its own thread, where nothing was recorded meanwhile.
            Assert.Same(tape, Tape.Current);
            Assert.Equal(2, tape.Position);
            Expect.Equal([2], [2, 2], tape.Gradients(Sum(y), [tape.Watch(y)])[0] * 2);
        }

        var scope = thread.Start(Scope);
        await thread.Start(() =>
        {
            Assert.Null(Tape.Current);
            Differentiate.Gradient(x => Sum(x * x), Tensor.Ones([2]));
            using var other = new Tape();
            return Task.CompletedTask;
        });
        gate.SetResult();
        await scope;
        thread.Dispose();
    }

    [Fact]
    public void ATapeLeftOpenSaysWhereItBegan()
    {
        OnAnotherThread(() =>
        {
#pragma warning disable AG0001 // Left open on purpose.
            _ = new Tape();
#pragma warning restore AG0001
            Expect.Mentions(Assert.Throws<TapeException>(() => new Tape()), "already", "OwnerTests.cs");
        });
    }

    [Fact]
    public void PausesEndInOrder()
    {
        using var tape = new Tape();
        var first = tape.Pause();
        var second = tape.Pause();
        TapeException? error = null;
        try
        {
            first.Dispose();
        }
        catch (TapeException exception)
        {
            error = exception;
        }
        Assert.NotNull(error);
        Expect.Mentions(error, "Pause", "using");
        second.Dispose();
        first.Dispose();
        Assert.True(tape.IsRecording);
    }

    [Fact]
    public void ATensorThatWasUsedCannotBeWatchedAnyLonger()
    {
        using var tape = new Tape();
        var (x, y) = (tape.Watch(Tensor.Ones([1])), Tensor.Ones([1]));
        _ = x * y;
        Expect.Mentions(Assert.Throws<TapeException>(() => tape.Watch(y)), "Watch", "[1]", "before");
        using (tape.Pause()) _ = x * 2 * (y + 0);
        var other = y * 2;
        tape.Watch(other);
    }

    [Fact]
    public void TheTapeCannotEndWithinASweep()
    {
        var tape = new Tape();
        var x = tape.Watch(Tensor.Ones([1]));
        var y = WithGradient(x * 2, cotangent =>
        {
            tape.Dispose();
            return cotangent;
        });
        Expect.Mentions(Assert.Throws<TapeException>(() => tape.Gradients(y, [x])), "Dispose", "sweep");
        Expect.Equal([1], [2], tape.Gradients(x * 2, [x])[0]);
        tape.Dispose();
    }

    static void Read(string kind, Tensor x, Tensor state)
    {
        switch (kind)
        {
            case "Detach": x.Detach(); break;
            case "ToDoubles": x.ToDoubles(); break;
            case "AsSpan": x.AsSpan<float>(); break;
            case "At": x.At(0, 0, 0); break;
            case "ToArray": x.ToArray<float>(); break;
            case "operation": _ = x * 2; break;
            case "compiled input": Recurrent.Over(new View(Cell)).Forward(x); break;
            case "compiled state": Recurrent.Over(new View(Cell)).Run(Tensor.Ones([4, 2, 2]), state); break;
            case "optimizer": new Sgd([new Parameter("w", Tensor.Ones([2, 3]))], 0.1).Step([state]); break;
            default: OnATape(kind, x); break;
        }
    }

    static void OnATape(string kind, Tensor x)
    {
        using var own = new Tape();
        var y = own.Watch(Tensor.Ones([4, 2, 2]));
        if (kind == "seed") own.Gradients([y * 2], [x], [y]);
        else if (kind == "Watch") own.Watch(x);
        else own.Bind(new Parameter("w", Tensor.Ones([4, 2, 2])), x);
    }

    static void OnAnotherThread(Action action)
    {
        Exception? error = null;
        var thread = new Thread(() => error = Record.Exception(action));
        thread.Start();
        thread.Join();
        if (error is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
    }

    /// <summary>A cell of its own over another's parameters, so that no state of the layer is shared.</summary>
    sealed class View(Cell<Tensor> cell) : Cell<Tensor>(default)
    {
        public override Tensor Initial(int batch, ElementType type) => cell.Initial(batch, type);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state) => cell.Step(x, state);
    }

    /// <summary>Work that is done by one thread in turn, as that of a window is.</summary>
    sealed class SingleThread : SynchronizationContext, IDisposable
    {
        readonly System.Collections.Concurrent.BlockingCollection<Action> work = [];
        readonly Thread thread;

        public SingleThread()
        {
            thread = new Thread(() =>
            {
                SetSynchronizationContext(this);
                foreach (var action in work.GetConsumingEnumerable()) action();
            });
            thread.Start();
        }

        public override void Post(SendOrPostCallback d, object? state)
        {
            var context = ExecutionContext.Capture();
            work.Add(() => ExecutionContext.Run(context!, _ => d(state), null));
        }

        public Task Start(Func<Task> action)
        {
            var begun = new TaskCompletionSource();
            work.Add(async () =>
            {
                try
                {
                    await action();
                    begun.SetResult();
                }
                catch (Exception error)
                {
                    begun.SetException(error);
                }
            });
            return begun.Task;
        }

        public void Dispose()
        {
            work.CompleteAdding();
            thread.Join();
            work.Dispose();
        }
    }
}
