using Autograd.Charts;
using static System.FormattableString;

namespace Autograd;

/// <summary>
/// Explains why training broke down: a loss and its gradients are computed once more, every intermediate value is examined, and the first
/// that is not finite is named, with its operation, the cell and the line of the equation, the time step and the sequence.
/// <code>
/// var report = PostMortem.Of(() => Loss(model, batch), model.Parameters);
/// Console.WriteLine(report);
/// File.WriteAllText("post-mortem.html", report.ToHtml());
/// </code>
/// Meanwhile, recurrences run step by step, even those that are compiled otherwise. Parameters are not changed. It takes several times as
/// long as a training step.
/// </summary>
public sealed class PostMortem
{
    readonly Witness witness;

    PostMortem(Witness witness, string title, double? loss, IReadOnlyList<ParameterSize> parameters, string? interruption)
    {
        this.witness = witness;
        Title = title;
        Loss = loss;
        Parameters = parameters;
        Interruption = interruption;
        Largest = witness.Largest();
    }

    /// <summary>What was examined.</summary>
    public string Title { get; }

    /// <summary>The first value that is NaN or infinite, or a gradient beyond the bound; null if there is none.</summary>
    public BadValue? First => witness.First;

    /// <summary>The first NaN, where <see cref="First"/> is something else (an infinity from which a NaN follows); else null.</summary>
    public BadValue? FirstNaN => witness.FirstNaN;

    /// <summary>The loss; null if it was not reached.</summary>
    public double? Loss { get; }

    /// <summary>
    /// The equations that produced the largest finite values, those of the forward pass first, each pass in descending order.
    /// </summary>
    public IReadOnlyList<LargestValue> Largest { get; }

    /// <summary>The parameters and their gradients.</summary>
    public IReadOnlyList<ParameterSize> Parameters { get; }

    /// <summary>The message of an exception that ended the examination; null if there was none.</summary>
    public string? Interruption { get; }

    /// <summary>Computes a loss and its gradients, and examines every value.</summary>
    /// <param name="loss">The loss, a tensor with one element. An exception that it throws ends the examination and is reported.</param>
    /// <param name="parameters">The parameters with respect to which it is differentiated.</param>
    /// <param name="largestGradient">A bound beyond which a value of the backward sweep counts as bad; infinity by default.</param>
    /// <param name="title">A title for the report.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bound is NaN or not above 0.</exception>
    /// <exception cref="TapeException">This thread has a tape already.</exception>
    public static PostMortem Of(
        Func<Tensor> loss, IReadOnlyList<Parameter> parameters, double largestGradient = double.PositiveInfinity,
        string title = "Post-mortem")
    {
        ArgumentNullException.ThrowIfNull(loss);
        Require.NoNull(nameof(PostMortem), nameof(parameters), parameters);
        if (!(largestGradient > 0))
            throw new ArgumentOutOfRangeException(
                nameof(largestGradient), largestGradient, Invariant($"PostMortem: the bound is {largestGradient}; it must be above 0."));
        var witness = new Witness(largestGradient);
        using var tape = new Tape { Observer = witness };
        double? value = null;
        Tensor[]? gradients = null;
        string? interruption = null;
        try
        {
            var output = loss();
            value = output.ToScalar();
            gradients = tape.Gradients(output, parameters);
        }
#pragma warning disable CA1031 // Whatever ends it is part of what is to be reported.
        catch (Exception error) when (error is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            interruption = error.Message;
        }
        return new PostMortem(
            witness, title, value, [.. parameters.Select((parameter, i) => ParameterSize.Of(parameter, gradients?[i]))], interruption);
    }

    /// <summary>The cause in one line.</summary>
    public string Headline => First is { } first ? first.ToString()
        : Interruption is { } message ? $"The second computation ended with an error: {message}"
        : "The second computation was finite: the loss depends on something that has moved on since the first.";

    /// <summary>The report as text.</summary>
    public override string ToString() => PostMortemText.Of(this, witness);

    /// <summary>The report as a self-contained HTML page.</summary>
    public string ToHtml() => PostMortemText.Page(this, witness).ToString();
}

/// <summary>A value that is NaN, infinite or too large, and where it came from.</summary>
/// <param name="IsBackward">Whether it arose in the backward sweep.</param>
/// <param name="Operation">What produced it: an operation, <c>parameter cell.W</c>, or <c>a given tensor</c>.</param>
/// <param name="Shape">The shape of the tensor that contains it.</param>
/// <param name="Index">Its index there.</param>
/// <param name="Value">The value.</param>
/// <param name="Step">The time step; null outside of a recurrence.</param>
/// <param name="Sequence">Which sequence of the batch, along the axis of the batch; null where that is not known.</param>
/// <param name="Cell">The type of the cell whose step it is; null outside of a recurrence.</param>
/// <param name="Place">Type, method, file and line of the equation; null where that is not known.</param>
/// <param name="Operands">The operands of the operation, with their sizes.</param>
public sealed record BadValue(
    bool IsBackward, string Operation, Shape Shape, IReadOnlyList<int> Index, double Value, int? Step, int? Sequence, string? Cell,
    string? Place, IReadOnlyList<string> Operands)
{
    /// <summary>Value, operation, step, sequence and place in one line.</summary>
    public override string ToString() =>
        Invariant($"{NumberText.Of(Value)} in the {(IsBackward ? "backward sweep" : "forward pass")}, made by {Operation}")
        + (Step is { } step ? Invariant($" at time step {step}") : "")
        + (Sequence is { } sequence ? Invariant($", sequence {sequence}") : "")
        + (Cell is { } cell ? $", in cell {cell}" : "")
        + (Place is { } place ? $", at {place}" : "")
        + Invariant($": element [{string.Join(", ", Index)}] of {Shape}.");
}

/// <summary>The largest finite value that an equation produced.</summary>
/// <param name="IsBackward">Whether it arose in the backward sweep, from the equation's rule.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Size">The largest magnitude.</param>
/// <param name="Step">Its time step; null outside a recurrence.</param>
/// <param name="Place">Type, method, file and line of the equation; null where that is not known.</param>
public sealed record LargestValue(bool IsBackward, string Operation, double Size, int? Step, string? Place)
{
    /// <summary>Operation, size and place.</summary>
    public override string ToString() =>
        $"{(IsBackward ? "backward" : "forward")} {Operation}: {NumberText.Of(Size)}{(Place is null ? "" : $", {Place}")}";
}

/// <summary>How large a parameter and its gradient are.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Size">The largest finite magnitude of its elements.</param>
/// <param name="GradientSize">The largest finite magnitude of its gradient; null if the gradient was not reached.</param>
/// <param name="Bad">The number of elements of the parameter and of its gradient that are not finite.</param>
public sealed record ParameterSize(string Name, Shape Shape, double Size, double? GradientSize, int Bad)
{
    /// <summary>Name, shape and sizes.</summary>
    public override string ToString() =>
        $"{Name} {Shape}: {NumberText.Of(Size)}, gradient {(GradientSize is { } size ? NumberText.Of(size) : "unknown")}";

    internal static ParameterSize Of(Parameter parameter, Tensor? gradient)
    {
        var (own, slope) = (Extent.Of(parameter), gradient is null ? null : (Extent?)Extent.Of(gradient));
        return new(parameter.Name, parameter.Shape, own.Largest, slope?.Largest, own.NotFinite + (slope?.NotFinite ?? 0));
    }
}
