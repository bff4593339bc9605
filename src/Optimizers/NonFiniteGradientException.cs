using System.Numerics;
using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// A gradient to be clipped has a NaN or an infinity. Scaling by a norm that is not finite would turn every parameter into NaN, so the step
/// is refused before anything has changed. The training loop may skip the batch and continue.
/// </summary>
public sealed class NonFiniteGradientException : DivergenceException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was found, and where.</param>
    /// <param name="parameterName">The first parameter, in the optimizer's order, whose gradient is not finite.</param>
    public NonFiniteGradientException(string message, string parameterName)
        : base(message)
    {
        ParameterName = parameterName;
    }

    /// <summary>The first parameter, in the optimizer's order, whose gradient is not finite.</summary>
    public string ParameterName { get; }

    internal static NonFiniteGradientException For(
        string optimizer, Parameter[] parameters, bool[] isFrozen, IReadOnlyList<Tensor> gradients)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            if (isFrozen[i]) continue;
            if (Find(gradients[i]) is { Position: >= 0 } found) return Of(optimizer, parameters[i], found.Position, found.Value);
        }
        throw Vanished(optimizer);
    }

    /// <summary>For gradients whose parameters are not known.</summary>
    internal static NonFiniteGradientException Unnamed(IReadOnlyList<Tensor> gradients)
    {
        for (int i = 0; i < gradients.Count; i++)
            if (Find(gradients[i]) is { Position: >= 0 } found)
                return new(
                    Invariant($"{nameof(Clipping)}: gradient {i} of {gradients.Count}, {gradients[i].Shape}, ")
                    + Invariant($"is {found.Value} at element {found.Position}."),
                    Invariant($"gradient {i}"));
        throw Vanished(nameof(Clipping));
    }

    static InvalidOperationException Vanished(string optimizer) =>
        new($"{optimizer}: gradients were measured as not finite, but all are; another thread changes them.");

    static NonFiniteGradientException Of(string optimizer, Parameter parameter, int position, double value) => new(
        Invariant($"{optimizer}: the gradient of parameter {parameter.Name} {parameter.Shape} ")
        + Invariant($"is {value} at element {position}; nothing was changed."),
        parameter.Name);

    static (int Position, double Value) Find(Tensor gradient) =>
        gradient.ElementType == ElementType.Float32 ? FirstOf<float>(gradient) : FirstOf<double>(gradient);

    static (int Position, double Value) FirstOf<T>(Tensor gradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var elements = gradient.ReadSpan<T>();
        for (int i = 0; i < elements.Length; i++)
            if (!T.IsFinite(elements[i]))
                return (i, double.CreateTruncating(elements[i]));
        return (-1, 0);
    }
}
