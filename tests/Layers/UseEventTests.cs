using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;
using Autograd.Layers;
using Autograd.Optimizers;

namespace Autograd.Tests.Layers;

/// <summary>
/// What is allowed and seldom meant is told once to whoever listens. Names are those of these tests alone: others run too.
/// </summary>
public sealed class UseEventTests
{
    static readonly RandomKey Key = new(11);

    [Fact]
    public void TwoLayersFromOneKeyAreToldOfOnce()
    {
        using var listener = new Listener();
        var (one, two) = (new Named("one"), new Named("two"));
        _ = new Sgd([.. one.Parameters, .. two.Parameters], 0.1);
        string told = Assert.Single(listener.Messages, message => message.Contains("OnlyHere", StringComparison.Ordinal));
        Assert.StartsWith("One key twice: the parameters OnlyHere_one and OnlyHere_two begin with", told, StringComparison.Ordinal);
    }

    // Other keys, biases that are all alike, the same layer once.
    [Fact]
    public void LayersOfTheirOwnKeysAreNotToldOf()
    {
        using var listener = new Listener();
        var (one, two) = (new Named("three"), new Named("four", "other"));
        _ = new Sgd([.. one.Parameters, .. two.Parameters], 0.1);
        Assert.DoesNotContain(listener.Messages, message => message.Contains("OnlyHere_three", StringComparison.Ordinal));
        Assert.DoesNotContain(listener.Messages, message => message.Contains("OnlyHere_four", StringComparison.Ordinal));
    }

    // Whether eager or compiled, for all steps and runs together.
    [Theory]
    [InlineData(Execution.Eager)]
    [InlineData(Execution.Compiled)]
    public void DropoutWithinAStepIsToldOfOnce(Execution execution)
    {
        using var listener = new Listener();
        var layer = Recurrent.Over(new Dropping());
        layer.Execution = execution;
        layer.Run(Tensor.Ones([4, 2, 3]));
        Assert.DoesNotContain(listener.Here, IsOfDropout);
        layer.Train(1);
        layer.Run(Tensor.Ones([4, 2, 3]));
        layer.Run(Tensor.Ones([4, 2, 3]));
        Assert.Single(listener.Here, IsOfDropout);
    }

    [Fact]
    public void DropoutBetweenLayersIsNotToldOf()
    {
        using var listener = new Listener();
        var dropout = new Dropout(0.5, Key);
        dropout.Train(1);
        dropout.Forward(Tensor.Ones([4, 2, 3]));
        Assert.DoesNotContain(listener.Here, IsOfDropout);
    }

    static bool IsOfDropout(string message) => message.StartsWith("Dropout within a step drops the same", StringComparison.Ordinal);

    sealed class Named : Module
    {
        public Named(string name, string key = "weights") =>
            Parameter(out _, Key.For(key).Normal([3, 3]), $"OnlyHere_{name}");
    }

    sealed class Dropping : Cell<Tensor>
    {
        readonly Dropout dropout;

        public Dropping()
            : base(Key, 3) => Part(out dropout, new Dropout(0.5, Key));

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state) =>
            Functions.Tanh(dropout.Forward(x) + state) is var next ? (next, next) : default;
    }

    sealed class Listener : EventListener
    {
        readonly int thread = Environment.CurrentManagedThreadId;

        public ConcurrentQueue<string> Messages { get; } = [];

        // Those of this thread.
        public ConcurrentQueue<string> Here { get; } = [];

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name is "Autograd-Layers" or "Autograd-Optimizers") EnableEvents(eventSource, EventLevel.Warning);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            string text = string.Format(
                CultureInfo.InvariantCulture, eventData.Message ?? "", [.. eventData.Payload ?? (IReadOnlyCollection<object?>)[]]);
            Messages?.Enqueue(text);
            if (Environment.CurrentManagedThreadId == thread) Here?.Enqueue(text);
        }
    }
}
