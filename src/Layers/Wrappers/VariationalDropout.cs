using System.Globalization;

namespace Autograd.Layers;

/// <summary>
/// Variational dropout around any cell (Gal and Ghahramani 2016, section 4): in training, the input, the recurrent state and the output are
/// multiplied by masks that are the same at all time steps of a sequence and differ between the sequences of a batch. An element is set to
/// 0 with a probability given by the rate, and is otherwise divided by 1 − rate, so that nothing needs to change in evaluation. The masks
/// are a function of key, <see cref="Module.TrainingStep"/> and element.
/// </summary>
/// <typeparam name="TState">The cell's state.</typeparam>
public sealed class VariationalDropout<TState> : CellWrapper<TState>
{
    readonly RandomKey key;
    readonly double inputRate, outputRate;
    readonly double[] stateRates;

    /// <summary>Wraps a cell.</summary>
    /// <param name="cell">The cell; its parameters become this module's.</param>
    /// <param name="key">Determines the masks.</param>
    /// <param name="inputRate">Rate of the input; 0 by default, like the others.</param>
    /// <param name="outputRate">Rate of the output. It does not affect the state.</param>
    /// <param name="stateRates"> Rates of the state as the step sees it: one per tensor in order of declaration, or one for all. For an
    /// <see cref="LstmState"/>, the paper drops H but not C: <c>[0.3, 0]</c>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is NaN or outside [0, 1).</exception>
    /// <exception cref="ArgumentException">The number of state rates differs from the number of tensors.</exception>
    public VariationalDropout(Cell<TState> cell, RandomKey key, double inputRate = 0, double outputRate = 0, double[]? stateRates = null)
        : base(cell)
    {
        this.key = key;
        this.inputRate = Require.Fraction(nameof(VariationalDropout<TState>), nameof(inputRate), inputRate);
        this.outputRate = Require.Fraction(nameof(VariationalDropout<TState>), nameof(outputRate), outputRate);
        this.stateRates = StateRates.Of(nameof(VariationalDropout<TState>), cell, stateRates ?? [0]);
    }

    /// <inheritdoc/>
    public override (Tensor Output, TState Next) Step(Tensor x, TState state)
    {
        if (!IsTraining) return Cell.Step(x, state);
        var tensors = StateTensors<TState>.Flatten(state);
        for (int i = 0; i < tensors.Length; i++)
            tensors[i] =
                Drop(tensors[i], stateRates[Math.Min(i, stateRates.Length - 1)], "state" + i.ToString(CultureInfo.InvariantCulture));
        var (output, next) = Cell.Step(Drop(x, inputRate, "input"), StateTensors<TState>.Rebuild(state, tensors));
        return (Drop(output, outputRate, "output"), next);
    }

    // The key does not depend on the time step, so neither does the mask.
    Tensor Drop(Tensor x, double rate, string place) => Functions.Dropout(x, rate, key.For(place).At(TrainingStep));
}

/// <summary>Makes wrappers without naming the state's type.</summary>
public static class VariationalDropout
{
    /// <inheritdoc cref="VariationalDropout{TState}(Cell{TState}, RandomKey, double, double, double[])"/>
    public static VariationalDropout<TState> Around<TState>(
        Cell<TState> cell, RandomKey key, double inputRate = 0, double outputRate = 0, double[]? stateRates = null) =>
        new(cell, key, inputRate, outputRate, stateRates);
}
