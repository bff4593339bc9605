using System.Numerics;
using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// The exponential moving average of parameters, which often generalises better than the final values of training (Polyak, Juditsky 1992;
/// in this form Tarvainen, Valpola 2017, equation 1). With decay δ, after each step:
/// <code>
/// a ← a + (1 − δ) (p − a)
/// </code>
/// and a = p at first. To use the averages, put them into the parameters temporarily:
/// <code>
/// var average = new WeightAverage(model.Parameters, decay: 0.999);
/// optimizer.Step(gradients);
/// average.Update();
/// using (average.Apply()) Evaluate(model);
/// </code>
/// Averages are held in double, whatever the parameters' type: in float, the small updates with a large δ would be lost to rounding.
/// <para>Not safe for use from several threads at once.</para>
/// </summary>
public sealed class WeightAverage : ISaved
{
    readonly Parameter[] parameters;
    readonly double[][] averages;
    long updates;
    Scope? applied;

    /// <summary>Begins with the present values of the parameters.</summary>
    /// <param name="parameters">What is averaged. May mix element types. The list is copied.</param>
    /// <param name="decay">δ, at least 0 and below 1; 0.999 by default. The average extends over about 1 / (1 − δ) steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">The decay is outside its range.</exception>
    /// <exception cref="ArgumentException">There are no parameters, one is null, or one occurs twice.</exception>
    public WeightAverage(IReadOnlyList<Parameter> parameters, double decay = 0.999)
    {
        this.parameters = Optimizer.Checked(nameof(WeightAverage), parameters);
        Decay = Require.Fraction(nameof(WeightAverage), nameof(decay), decay);
        averages = Array.ConvertAll(this.parameters, parameter => parameter.ToDoubles());
        Parameters = Array.AsReadOnly(this.parameters);
    }

    /// <summary>What is averaged.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>δ.</summary>
    public double Decay { get; }

    /// <summary>Number of updates done.</summary>
    public long Updates => updates;

    /// <summary>Whether the parameters currently hold the averages.</summary>
    public bool IsApplied => applied is not null;

    /// <summary>A copy of the average of a parameter, in double.</summary>
    /// <param name="index">Its position in <see cref="Parameters"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no parameter at that position.</exception>
    public Tensor this[int index] =>
        Tensor.From(averages[Require.Within(nameof(WeightAverage), nameof(index), index, parameters.Length)], parameters[index].Shape);

    /// <summary>Updates the averages with the present values of the parameters. Allocates nothing.</summary>
    /// <exception cref="InvalidOperationException">The parameters hold the averages.</exception>
    /// <exception cref="TapeException">A parameter is being written. No average has changed.</exception>
    public void Update()
    {
        ThrowIfApplied("update");
        _ = ReadStamp.Of(parameters);
        for (int i = 0; i < parameters.Length; i++)
        {
            if (parameters[i].ElementType == ElementType.Float32) Approach(averages[i], parameters[i].AsSpan<float>());
            else Approach(averages[i], parameters[i].AsSpan<double>());
        }
        updates++;
    }

    /// <summary>
    /// Puts the averages into the parameters, rounded to their type, until the returned scope ends. The parameters are then restored to the
    /// bit, and anything written to them meanwhile is undone.
    /// </summary>
    /// <exception cref="InvalidOperationException">The parameters already hold the averages.</exception>
    /// <exception cref="TapeException">A parameter is being written. No parameter has changed.</exception>
    public IDisposable Apply()
    {
        ThrowIfApplied("be applied again");
        var before = Array.ConvertAll(parameters, parameter => parameter.Detach());
        Put(i => Tensor.From(averages[i], parameters[i].Shape, parameters[i].ElementType));
        return applied = new Scope(this, before);
    }

    /// <summary>The number of updates, and the <c>average</c> of every parameter under the parameter's name.</summary>
    /// <exception cref="InvalidOperationException">The parameters hold the averages, and would be saved or loaded as such.</exception>
    void ISaved.Describe(SavedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        ThrowIfApplied("be saved or loaded");
        state.Add("updates", () => updates, value => updates = Require.AtLeast(nameof(WeightAverage), "updates", value, 0));
        for (int i = 0; i < parameters.Length; i++)
        {
            int index = i;
            state.Add($"{parameters[i].Name}.average", () => this[index], value => value.AsSpan<double>().CopyTo(averages[index]));
        }
    }

    /// <summary>Number of parameters, decay and updates: <c>WeightAverage: 4 parameters, decay 0.999, after 12 updates</c>.</summary>
    public override string ToString() =>
        Invariant($"{nameof(WeightAverage)}: {parameters.Length} parameters, decay {Decay}, after {updates} updates");

    void Approach<T>(double[] average, ReadOnlySpan<T> value)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double gain = 1 - Decay;
        for (int i = 0; i < average.Length; i++) average[i] += gain * (double.CreateTruncating(value[i]) - average[i]);
    }

    void Put(Func<int, Tensor> value) => Parameter.TakeAll([.. parameters.Select((parameter, i) => (parameter, value(i)))]);

    void ThrowIfApplied(string action)
    {
        if (IsApplied)
            throw new InvalidOperationException(
                $"{nameof(WeightAverage)}: it cannot {action} while the averages are in the parameters; end the scope of Apply() first.");
    }

    sealed class Scope(WeightAverage average, Tensor[] before) : IDisposable
    {
        public void Dispose()
        {
            if (average.applied != this) return;
            average.Put(i => before[i]);
            average.applied = null;
        }
    }
}
