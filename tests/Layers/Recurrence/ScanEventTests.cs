using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>What plans cost that need not be so is told to whoever listens.</summary>
public sealed class ScanEventTests
{
    [Fact]
    public void WhatIsNotFusedAndNotSharedIsTold()
    {
        using var listener = new Listener();
        // Sequences that see each other are no rows.
        var layer = Recurrent.Over(new FunctionCell<Tensor>((x, s) => Tanh(x + Flip(s, 0)) is var next ? (next, next) : default, 6));
        layer.Threads = 2;
        layer.Run(new RandomKey(5).Normal([3, 40, 6]));
        Assert.Contains(listener.Messages, message => message.StartsWith("Not fused: Flip [40, 6]", StringComparison.Ordinal));
        Assert.Contains(listener.Messages, message => message.StartsWith("Not shared among threads: ", StringComparison.Ordinal));
        Assert.Contains("not shared among threads: a value [40, 6]", layer.LastPath.ToString(), StringComparison.Ordinal);
        layer.Threads = 1;
        layer.Run(new RandomKey(5).Normal([3, 40, 6]));
        Assert.Null(layer.LastPath.Unshared);
    }

    [Fact]
    public void AStepThatIsPlannedAgainAndAgainIsTold()
    {
        using var listener = new Listener();
        var layer = Recurrent.Over(new FunctionCell<Tensor>((x, s) => Tanh(x + 0.5 * s) is var next ? (next, next) : default, 3));
        for (int batch = 101; batch < 140; batch++) layer.Run(Tensor.Ones([1, batch, 3]));
        Assert.Contains(listener.Messages, message => message.StartsWith("A step was planned 32 times", StringComparison.Ordinal));
    }

    sealed class Listener : EventListener
    {
        public ConcurrentQueue<string> Messages { get; } = [];

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "Autograd-Scan") EnableEvents(eventSource, EventLevel.Informational);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData) =>
            Messages?.Enqueue(
            string.Format(System.Globalization.CultureInfo.InvariantCulture, eventData.Message
            ?? "", [.. eventData.Payload ?? (IReadOnlyCollection<object?>)[]]));
    }
}
