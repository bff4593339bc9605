using System.Diagnostics.Tracing;

namespace Autograd.Optimizers;

/// <summary>
/// Warnings about what is allowed but rarely intended, for listeners: <c>dotnet-trace --providers Autograd-Optimizers</c>, or an
/// <see cref="EventListener"/>. Without a listener, nothing is checked.
/// </summary>
sealed class OptimizerEvents() : EventSource("Autograd-Optimizers")
{
    public static OptimizerEvents Log { get; } = new();

    [Event(1, Level = EventLevel.Warning, Message =
        "One key twice: the parameters {0} and {1} begin with the same numbers, and would learn the same. Give each layer a key of its "
        + "own: key.For(\"first\"), key.For(\"second\").")]
    public void SameNumbers(string first, string second) => WriteEvent(1, first, second);

    /// <summary>Reports parameters that were drawn with the same key, once for each that repeats an earlier one.</summary>
    [NonEvent]
    public void TellOfRepeated(IReadOnlyList<Parameter> parameters)
    {
        if (!IsEnabled()) return;
        var seen = new Dictionary<(ElementType, Shape), List<(string Name, double[] Values)>>();
        foreach (var parameter in parameters)
        {
            double[] values = parameter.ToDoubles();
            // Biases are equal on purpose.
            if (values.Length < 2 || Array.TrueForAll(values, value => value.Equals(values[0]))) continue;
            if (!seen.TryGetValue((parameter.ElementType, parameter.Shape), out var alike))
                seen[(parameter.ElementType, parameter.Shape)] = alike = [];
            if (alike.Find(one => values.AsSpan().SequenceEqual(one.Values)).Name is { } before) SameNumbers(before, parameter.Name);
            else alike.Add((parameter.Name, values));
        }
    }
}
