using System.Diagnostics.Tracing;

namespace Autograd.Layers;

/// <summary>
/// What is allowed and seldom meant, for whoever listens: <c>dotnet-trace --providers Autograd-Layers</c>, or an
/// <see cref="EventListener"/>. Nothing is looked for where nobody does.
/// </summary>
[EventSource(Name = "Autograd-Layers")]
sealed class LayerEvents : EventSource
{
    public static LayerEvents Log { get; } = new();

    [Event(1, Level = EventLevel.Warning, Message =
        "{0} within a step drops the same elements at every time step. Where that is meant, VariationalDropout says so; for other masks at "
        + "each step use Functions.Dropout with key.At(TimeStep.Current).")]
    public void SameMaskAtAllSteps(string layer) => WriteEvent(1, layer);
}
