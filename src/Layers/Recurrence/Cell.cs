using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Autograd.Layers;

/// <summary>
/// One step of a recurrence, written as its equations: <c>(output, next) = Step(x, state)</c>. A step is pure: it reads parameters,
/// argument and state, and leaves nothing behind in the cell. Everything that runs it over time, differentiates it or checks it takes any
/// cell.
/// </summary>
/// <typeparam name="TState">
/// The state: a <see cref="Tensor"/>, an array or list of tensors, or a tuple or <c>record struct</c> of such, nested at will.
/// No interface has to be implemented; see <see cref="IStatePart"/> for programs that are compiled ahead of time.
/// </typeparam>
public abstract class Cell<[DynamicallyAccessedMembers(StateLayout.Kept)] TState> : Module
{
    readonly RandomKey key;
    readonly int[] stateSizes;
    Parameter[] learned = [];

    /// <summary>Declares the random key of the initial weights and the size of each tensor of the state.</summary>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="stateSizes"> The number of units of each tensor of the state, in order of declaration; a single number applies to all
    /// of them, except that a state that is a list has as many tensors as there are numbers. Give none if <see cref="Initial"/> is
    /// overridden.
    /// </param>
    protected Cell(RandomKey key, params int[] stateSizes)
    {
        ArgumentNullException.ThrowIfNull(stateSizes);
        foreach (int size in stateSizes) Require.AtLeast(GetType().Name, "hidden", size, 1);
        this.key = key;
        this.stateSizes = stateSizes;
    }

    /// <summary>
    /// One step: a pure function of its arguments, of parameters, and of what stays the same during a run. It may also use
    /// <see cref="TimeStep.Current"/>: as a tensor, or for a key with different draws at every step, <c>key.At(TimeStep.Current)</c>.
    /// </summary>
    /// <remarks>
    /// A compiled run calls it with tensors that have a shape but no data, once for all time steps, and occasionally a few times more to
    /// verify that it always does the same. A step that reads values, or the number of the time step, runs eagerly. So does one that was
    /// found not to be pure (it counts its calls, or draws from a generator), from then on; <see cref="ExecutionPath.Reason"/> says so. An
    /// impure step is thus called more often than there are time steps, and one that rarely changes may pass for pure.
    /// </remarks>
    /// <param name="x">Input, <c>[batch, inputs]</c>.</param>
    /// <param name="state">The state before the step.</param>
    /// <returns>
    /// The output and the state after the step; the same tensor may serve as both. A list in the new state must be as long as that in the
    /// old one, which must not be modified.
    /// </returns>
    public abstract (Tensor Output, TState Next) Step(Tensor x, TState state);

    /// <summary>
    /// The cell's own state before the first step: zeros <c>[batch, units]</c> unless overridden. Drivers use <see cref="First"/>.
    /// </summary>
    /// <param name="batch">Number of sequences.</param>
    /// <param name="type">Element type, that of the input.</param>
    public virtual TState Initial(int batch, ElementType type)
    {
        bool counted = StateTensors<TState>.IsList && stateSizes.Length > 0;
        if (StateTensors<TState>.HasLists && !counted)
            throw new InvalidOperationException(
                $"{GetType().Name}: the state {StateTensors<TState>.TypeName} has a list of states, of unknown length; override Initial.");
        var tensors = new Tensor[counted ? stateSizes.Length : StateTensors<TState>.Slots];
        for (int i = 0; i < tensors.Length; i++) tensors[i] = Tensor.Zeros([batch, counted ? stateSizes[i] : StateSize(i)], type);
        return StateTensors<TState>.Create(tensors);
    }

    /// <summary>
    /// The state that sequences begin with when none is given: the learned one, if a driver over this cell was made with
    /// <see cref="InitialState.Learned"/> (that of the last such driver), otherwise <see cref="Initial"/>. A wrapper builds its own state
    /// from the first state of its cell.
    /// </summary>
    /// <param name="batch">Number of sequences.</param>
    /// <param name="type">Element type, that of the input.</param>
    public TState First(int batch, ElementType type) => FirstOf(learned, batch, type);

    /// <summary>
    /// The cell for selected sequences of its batch, in a given order: decoders call it when they repeat, reorder and drop rows of the
    /// state. Returns the cell itself unless overridden, which is right for every cell whose only data per sequence are x and the state. A
    /// cell that holds more, such as an <see cref="AttentionCell{TState}"/>, or that contains another cell, overrides it with a view of
    /// those rows: <see cref="Module.ViewOf"/>.
    /// </summary>
    /// <param name="rows">For each new row, the number of the old one.</param>
    /// <exception cref="InvalidOperationException">
    /// It is not overridden, although a part returns a different cell for these rows.
    /// </exception>
    public virtual Cell<TState> WithRows(int[] rows) => (Cell<TState>)base.OfRows(rows);

    internal sealed override Module OfRows(int[] rows) => WithRows(rows);

    /// <summary>The parameters that sequences begin with from now on.</summary>
    internal IReadOnlyList<Parameter> LearnedFirst => learned;

    internal void LearnFirst(Parameter[] parameters) => learned = parameters;

    internal TState FirstOf(Parameter[] learned, int batch, ElementType type)
    {
        var own = Initial(batch, type);
        if (learned.Length == 0) return own;
        int used = 0;
        return StateTensors<TState>.Map(own, tensor => Functions.BroadcastTo(learned[used++], tensor.Shape).As(tensor.ElementType));
    }

    /// <summary>
    /// Names a value of the step, so that
    /// <see cref="Recurrent{TState}.Probe(Tensor, IReadOnlyList{string}, ReadOnlySpan{int}, CancellationToken)"/> returns it for all steps:
    /// <c>Probe("forget", f);</c>. Costs nothing unless the value is asked for, and does not affect the results.
    /// </summary>
    /// <param name="name">Its name; a value of a part has the part's path before it, as parameters do: <c>layer0.forget</c>.</param>
    /// <param name="value">The value, whose first axis is the batch.</param>
    /// <returns>The value.</returns>
    protected Tensor Probe(string name, Tensor value)
    {
        ProbeSink.Add(this, name, value);
        return value;
    }

    /// <summary>Declares a weight matrix <c>[inputs, outputs]</c>, uniform in ±1/√outputs unless another initialiser is given.</summary>
    protected void Weight(
        out Parameter field, int inputs, int outputs, Initializer? initializer = null,
        [CallerArgumentExpression(nameof(field))] string name = "")
    {
        Require.AtLeast(GetType().Name, nameof(inputs), inputs, 1);
        Require.AtLeast(GetType().Name, nameof(outputs), outputs, 1);
        Parameter(out field, (initializer ?? Initializer.UniformOverRoot(outputs)).Create([inputs, outputs], key.For(name)), name);
    }

    /// <summary>A sum with a bias, if there is one: <c>Sigmoid(Biased(MatMul(x, W) + MatMul(h, R), B))</c>.</summary>
    protected static Tensor Biased(Tensor sum, Parameter? bias) => bias is null ? sum : sum + bias;

    /// <summary>Declares a bias, or any other vector with one number per unit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite as a float, or there are no units.</exception>
    protected void Bias(out Parameter field, int units, double value = 0, [CallerArgumentExpression(nameof(field))] string name = "") =>
        Parameter(out field, Tensor.Full([units], Require.FiniteFloat(GetType().Name, nameof(value), value)), name);

    /// <summary>Declares a diagonal weight, one number per unit, uniform in ±1/√units: a peephole.</summary>
    protected void Diagonal(out Parameter field, int units, [CallerArgumentExpression(nameof(field))] string name = "") =>
        Parameter(out field, Initializer.UniformOverRoot(units).Create([units], key.For(name)), name);

    int StateSize(int tensor)
    {
        if (stateSizes.Length == 1) return stateSizes[0];
        if (stateSizes.Length == StateTensors<TState>.Slots) return stateSizes[tensor];
        throw new InvalidOperationException(
            $"{GetType().Name}: {stateSizes.Length} state sizes were declared for {StateTensors<TState>.Slots} tensors of " +
            $"{StateTensors<TState>.TypeName}; give one for each, or one for all, or override Initial.");
    }
}
