using System.Numerics;

namespace Autograd.Dispatch;

/// <summary>
/// Data that are a function of the time step: what is drawn or counted, and from which key and step. Where the step is known, they are a
/// tensor at once. In a trace, they become data of the program, which each run computes for all of its steps; two traces drew the same if
/// these records are equal.
/// </summary>
/// <param name="Shape">Shape at one step.</param>
abstract record StepData(Shape Shape)
{
    /// <summary>The trace whose step the data depend on; null where they depend on none.</summary>
    public abstract Recorder? Trace { get; }

    /// <summary>Writes the data of a step.</summary>
    /// <param name="step">Number of the traced step; without meaning where <see cref="Trace"/> is null.</param>
    /// <param name="target">As many numbers as the shape has.</param>
    public abstract void Fill<T>(int step, Span<T> target)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>The data of the step under way, as a tensor that has no gradient and outlives tapes; in a trace its symbol.</summary>
    public Tensor Draw(ElementType type) => Trace is { } trace ? trace.AddStepData(this, type.Checked()) : At(0, type);

    /// <summary>The data of a traced step as a tensor.</summary>
    public Tensor At(int step, ElementType type) => type.Checked() == ElementType.Float32 ? At<float>(step) : At<double>(step);

    Tensor At<T>(int step)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var data = Tensor.Uninitialized<T>(Shape);
        Fill(step, data.WriteSpan<T>());
        return data;
    }
}

/// <summary>The number of a step.</summary>
sealed record StepNumber(TimeStep Step) : StepData(Shape.Scalar)
{
    public override Recorder? Trace => Step.Trace;

    public override void Fill<T>(int step, Span<T> target) => target[0] = T.CreateTruncating(Step.NumberAt(step));
}
