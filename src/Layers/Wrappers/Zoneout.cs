using System.Globalization;

namespace Autograd.Layers;

/// <summary>
/// Zoneout around any cell (Krueger et al. 2016, equations 2 to 4): in training, each unit of the state keeps its previous value with
/// probability z, next = m ⊙ next + (1 − m) ⊙ before, with a new mask m at every step; in evaluation, the expectation is used,
/// next = (1 − z)·next + z·before. The masks are a function of key, <see cref="Module.TrainingStep"/>, time step and element. If the cell's
/// output is one of the tensors of its state, the output is that tensor after zoneout; an output computed from the state is left unchanged.
/// </summary>
/// <typeparam name="TState">The cell's state.</typeparam>
public sealed class Zoneout<TState> : CellWrapper<TState>
{
    readonly RandomKey key;
    readonly double[] rates;

    /// <summary>Wraps a cell.</summary>
    /// <param name="cell">The cell; its parameters become this module's.</param>
    /// <param name="key">Which masks.</param>
    /// <param name="rates">
    /// z for each tensor of the state in order of declaration (of an <see cref="LstmState"/>: H, C), or one number for all; each at least 0
    /// and below 1.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is NaN or outside [0, 1).</exception>
    /// <exception cref="ArgumentException">There is no rate, or the number of rates differs from the number of tensors.</exception>
    public Zoneout(Cell<TState> cell, RandomKey key, params double[] rates)
        : base(cell)
    {
        this.key = key;
        this.rates = StateRates.Of(nameof(Zoneout<TState>), cell, rates);
    }

    /// <inheritdoc/>
    public override (Tensor Output, TState Next) Step(Tensor x, TState state)
    {
        var (output, next) = Cell.Step(x, state);
        var (after, before) = (StateTensors<TState>.Flatten(next), StateTensors<TState>.Flatten(state));
        var mixed = new Tensor[after.Length];
        for (int i = 0; i < mixed.Length; i++) mixed[i] = Mix(i, after[i], before[i]);
        int exposed = Array.FindIndex(after, tensor => ReferenceEquals(tensor, output));
        return (exposed < 0 ? output : mixed[exposed], StateTensors<TState>.Rebuild(next, mixed));
    }

    Tensor Mix(int tensor, Tensor after, Tensor before)
    {
        double rate = rates[Math.Min(tensor, rates.Length - 1)];
        if (rate == 0) return after;
        if (!IsTraining) return (1 - rate) * after + rate * before;
        var masks = key.For(tensor.ToString(CultureInfo.InvariantCulture)).For(TrainingStep.ToString(CultureInfo.InvariantCulture));
        return Functions.Where(Functions.StepMask(after.Shape, rate, masks, Tape.Actual(after).ElementType), after, before);
    }
}

/// <summary>Makes wrappers without naming the state's type.</summary>
public static class Zoneout
{
    /// <inheritdoc cref="Zoneout{TState}(Cell{TState}, RandomKey, double[])"/>
    public static Zoneout<TState> Around<TState>(Cell<TState> cell, RandomKey key, params double[] rates) => new(cell, key, rates);
}
