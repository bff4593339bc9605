using System.Diagnostics.Tracing;

namespace Autograd.Layers;

/// <summary>
/// Warnings about what is allowed but rarely intended, for listeners: <c>dotnet-trace --providers Autograd-Layers</c>, or an
/// <see cref="EventListener"/>. Without a listener, nothing is checked.
/// </summary>
sealed class LayerEvents() : EventSource("Autograd-Layers")
{
    public static LayerEvents Log { get; } = new();

    [Event(1, Level = EventLevel.Warning, Message =
        "{0} within a step drops the same elements at every time step. Where that is meant, VariationalDropout says so; for other masks at "
        + "each step use Functions.Dropout with key.At(TimeStep.Current).")]
    public void SameMaskAtAllSteps(string layer) => WriteEvent(1, layer);
}
