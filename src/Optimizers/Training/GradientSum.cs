using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// Accumulates gradients over several batches before a step is made with them, so that a batch may be larger than memory allows:
/// <code>
/// var sum = new GradientSum(model.Parameters);
/// foreach (var part in parts)
/// {
///     using var tape = new Tape();
///     sum.Add(tape.Gradients(Loss(model, part), model.Parameters), weight: 1.0 / parts.Count);
/// }
/// optimizer.Step(sum.Gradients);
/// sum.Clear();
/// </code>
/// Allocates nothing after its creation. For several threads, see
/// <see cref="Differentiate.ValueAndGradient(int, Func{int, Tensor}, IReadOnlyList{Parameter}, int, CancellationToken)"/>.
/// <para>Not safe for use from several threads at once.</para>
/// </summary>
public sealed class GradientSum
{
    readonly Parameter[] parameters;
    readonly Tensor[] sums;

    /// <summary>Begins with zeros.</summary>
    /// <param name="parameters">Those whose gradients are added, in their order. The list is copied.</param>
    /// <exception cref="ArgumentException">There are no parameters, one is null, or one occurs twice.</exception>
    public GradientSum(IReadOnlyList<Parameter> parameters)
    {
        this.parameters = Optimizer.Checked(nameof(GradientSum), parameters);
        sums = Array.ConvertAll(this.parameters, parameter => Tensor.Zeros(parameter.Shape, parameter.ElementType));
        Gradients = Array.AsReadOnly(sums);
    }

    /// <summary>The sums, one for each parameter; always the same tensors, whose contents change.</summary>
    public IReadOnlyList<Tensor> Gradients { get; }

    /// <summary>How often something was added since the last <see cref="Clear"/>.</summary>
    public int Count { get; private set; }

    /// <summary>sum ← sum + weight · gradient.</summary>
    /// <param name="gradients">One for each parameter, in their order.</param>
    /// <param name="weight">The factor they are multiplied by; 1 by default, which causes no rounding.</param>
    /// <exception cref="ArgumentException">There are too few or too many gradients, or one is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The weight is not finite.</exception>
    /// <exception cref="ShapeException">A gradient does not have the shape of its parameter.</exception>
    /// <exception cref="ElementTypeException">A gradient does not have the element type of its parameter.</exception>
    /// <exception cref="ObjectDisposedException">The tape that owned a gradient has ended.</exception>
    /// <exception cref="InvalidOperationException">A gradient is symbolic.</exception>
    public void Add(IReadOnlyList<Tensor> gradients, double weight = 1)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        Require.Finite(nameof(GradientSum), nameof(weight), weight);
        if (gradients.Count != sums.Length)
            throw new ArgumentException(
                Invariant($"{nameof(GradientSum)}: {gradients.Count} gradients were given for {sums.Length} parameters."),
                nameof(gradients));
        for (int i = 0; i < sums.Length; i++) Optimizer.ThrowIfUnlike(nameof(GradientSum), parameters[i], gradients[i]);
        for (int i = 0; i < sums.Length; i++) Accumulation.AddScaled(sums[i], gradients[i], weight);
        Count++;
    }

    /// <summary>Back to zeros.</summary>
    public void Clear()
    {
        foreach (var sum in sums) Accumulation.Clear(sum);
        Count = 0;
    }
}
