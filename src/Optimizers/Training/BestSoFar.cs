using System.Runtime.InteropServices;
using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// Keeps the values that parameters had when a quantity, such as a validation loss, was best. Used by <see cref="TrainingLoop"/>, or in a
/// hand-written loop:
/// <code>
/// var best = new BestSoFar(model.Parameters);
/// for (int epoch = 0; epoch &lt; 100; epoch++)
/// {
///     Train(optimizer);
///     best.Observe(ValidationLoss());
/// }
/// best.Put();
/// </code>
/// Costs one copy of the parameters, made when first needed. NaN is never the best; of equal values, the first is.
/// <para>Not safe for use from several threads at once.</para>
/// </summary>
public sealed class BestSoFar : ISaved
{
    readonly Parameter[] parameters;
    readonly Tensor?[] values;
    readonly BestValue best;
    long observations, bestObservation;

    /// <summary>Begins with nothing kept.</summary>
    /// <param name="parameters">What is kept. May mix element types. The list is copied.</param>
    /// <param name="largerIsBetter">Whether larger values are better, as for an accuracy; false by default.</param>
    /// <exception cref="ArgumentException">There are no parameters, one is null, or one occurs twice.</exception>
    public BestSoFar(IReadOnlyList<Parameter> parameters, bool largerIsBetter = false)
    {
        this.parameters = Optimizer.Checked(nameof(BestSoFar), parameters);
        values = new Tensor?[this.parameters.Length];
        best = new BestValue(0, largerIsBetter);
        Parameters = Array.AsReadOnly(this.parameters);
    }

    /// <summary>What is kept.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Whether larger values are better.</summary>
    public bool LargerIsBetter => best.LargerIsBetter;

    /// <summary>The best value observed; null before the first that is not NaN.</summary>
    public double? Value => best.Value;

    /// <summary>Number of observations.</summary>
    public long Observations => observations;

    /// <summary>Which observation was best, from 1; 0 before the first that is not NaN.</summary>
    public long BestObservation => bestObservation;

    /// <summary>A copy of what is kept of a parameter; null before the first value that is not NaN.</summary>
    /// <param name="index">Its position in <see cref="Parameters"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no parameter at that position.</exception>
    public Tensor? this[int index] => values[Require.Within(nameof(BestSoFar), nameof(index), index, values.Length)]?.Detach();

    /// <summary>Records a value, and copies the parameters if it is the best so far.</summary>
    /// <param name="value">The value; NaN and infinities are allowed.</param>
    /// <returns>Whether it is the best so far.</returns>
    /// <exception cref="TapeException">A parameter is being written. Nothing was recorded.</exception>
    public bool Observe(double value)
    {
        _ = ReadStamp.Of(parameters);
        observations++;
        if (!best.Observe(value)) return false;
        bestObservation = observations;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is { } kept) Accumulation.Copy(parameters[i], kept);
            else values[i] = parameters[i].Detach();
        }
        return true;
    }

    /// <summary>Puts what is kept into the parameters.</summary>
    /// <returns>Whether anything was kept; if not, the parameters stay as they are.</returns>
    /// <exception cref="ParameterChangeException">A parameter is being written. None has changed.</exception>
    public bool Put()
    {
        if (!HasValues) return false;
        Parameter.TakeAll([.. parameters.Select((parameter, i) => (parameter, values[i]!.Detach()))]);
        return true;
    }

    /// <summary>Whether the parameters hold, to the bit, what is kept.</summary>
    internal bool IsPut
    {
        get
        {
            if (!HasValues) return false;
            for (int i = 0; i < values.Length; i++)
                if (!Bytes(parameters[i]).SequenceEqual(Bytes(values[i]!)))
                    return false;
            return true;
        }
    }

    bool HasValues => Array.TrueForAll(values, value => value is not null);

    /// <summary>The best value, the numbers of observations, and what is kept of every parameter under the parameter's name.</summary>
    void ISaved.Describe(SavedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        best.Describe(state, "value");
        state.Add("observations", () => observations, value => observations = NotNegative("observations", value));
        state.Add("best observation", () => bestObservation, value => bestObservation = NotNegative("best observation", value));
        Describe(state, parameters, values);
    }

    /// <summary>Values of parameters that are saved where there are any.</summary>
    internal static void Describe(SavedState state, Parameter[] parameters, Tensor?[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            int index = i;
            state.AddOptional(parameters[i].Name, () => values[index], value => values[index] = Fitting(parameters[index], value));
        }
    }

    /// <summary>What was observed and when: <c>BestSoFar: 1.25, number 3 of 7</c>.</summary>
    public override string ToString() => best.Value is { } value
        ? Invariant($"{nameof(BestSoFar)}: {value}, number {bestObservation} of {observations}")
        : Invariant($"{nameof(BestSoFar)}: none of {observations}");

    static long NotNegative(string name, long value) => Require.AtLeast(nameof(BestSoFar), name, value, 0);

    static Tensor? Fitting(Parameter parameter, Tensor? value)
    {
        if (value is null) return null;
        if (value.Shape != parameter.Shape || value.ElementType != parameter.ElementType)
            throw new ShapeException(
                $"{nameof(BestSoFar)}: parameter {parameter.Name} is {parameter.ElementType} {parameter.Shape}, "
                + $"what was kept of it {value.ElementType} {value.Shape}.");
        return value.Detach();
    }

    static ReadOnlySpan<byte> Bytes(Tensor tensor) => tensor.ElementType == ElementType.Float32
        ? MemoryMarshal.AsBytes(tensor.ReadSpan<float>())
        : MemoryMarshal.AsBytes(tensor.ReadSpan<double>());
}
