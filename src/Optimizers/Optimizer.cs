using System.Numerics;
using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// Changes parameters in place, a step at a time, so that the loss whose gradients are given becomes smaller.
/// <code>
/// var optimizer = new Adam(model.Parameters, learningRate: 3e-3) { Clipping = Clipping.GlobalNorm(5) };
/// using (var tape = new Tape())
///     optimizer.Step(tape.Gradients(Loss(model, batch), model.Parameters));
/// </code>
/// A step allocates nothing and makes one pass over memory per parameter. All elements are treated alike wherever they are stored, and no
/// operation is fused or reordered, so to the last bit, the result does not depend on the width of the machine's vectors.
/// <para>Not safe for use from several threads at once.</para>
/// </summary>
public abstract partial class Optimizer
{
    // The smallest normal float, rounded up: below it 1/epsilon overflows and in time so do the parameters.
    private protected const double SmallestEpsilon = 1e-37;

    readonly Parameter[] parameters;
    readonly OptimizerState[] states;
    readonly int[] versions;
    readonly string name;

    // Looked up once: the runtime's own table of generic virtual methods grows, and allocates, at any time.
    readonly Updating<float> updateSingle;
    readonly Updating<double> updateDouble;
    Schedule schedule;
    long steps;

    /// <summary>
    /// Takes the parameters and creates their state, all zero. If two begin with the same numbers, as when two layers were made from one
    /// key, this is reported as a warning of the event source <c>Autograd-Optimizers</c>.
    /// </summary>
    /// <param name="parameters"> What is learned, in the order in which gradients will be given. May mix element types. The list is copied.
    /// </param>
    /// <param name="schedule">The learning rate of every step.</param>
    /// <param name="slots">The names of the state slots of each parameter.</param>
    /// <exception cref="ArgumentException">There are no parameters, one is null, or one occurs twice.</exception>
    protected Optimizer(IReadOnlyList<Parameter> parameters, Schedule schedule, params ReadOnlySpan<string> slots)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        name = GetType().Name;
        this.schedule = schedule;
        this.parameters = Checked(name, parameters);
        states = Array.ConvertAll(this.parameters, StateFactory(slots.ToArray()));
        versions = new int[this.parameters.Length];
        isFrozen = new bool[this.parameters.Length];
        groupOf = new ParameterGroup?[this.parameters.Length];
        Parameters = Array.AsReadOnly(this.parameters);
        State = Array.AsReadOnly(states);
        updateSingle = Update;
        updateDouble = Update;
        foreach (var parameter in this.parameters) memories.Add(parameter.Storage!);
        OptimizerEvents.Log.TellOfRepeated(this.parameters);
    }

    delegate void Updating<T>(ParameterUpdate<T> update)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>What is learned, in the order in which gradients are given.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The state, one entry for each of <see cref="Parameters"/>.</summary>
    public IReadOnlyList<OptimizerState> State { get; }

    /// <summary>Number of steps done. Set it, and <see cref="State"/>, to continue from a checkpoint.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value set is negative.</exception>
    public long Steps
    {
        get => steps;
        set => steps = Require.AtLeast(name, nameof(Steps), value, 0);
    }

    /// <summary>The learning rate as a function of <see cref="Steps"/>; <see cref="Constant"/> for a fixed one.</summary>
    /// <exception cref="ArgumentNullException">The value set is null.</exception>
    public Schedule Schedule
    {
        get => schedule;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            schedule = value;
        }
    }

    /// <summary>
    /// The rate that the next step will use: <see cref="Schedule"/> at <see cref="Steps"/>. Setting it replaces the schedule by a constant.
    /// With 0, the parameters stay as they are while the state is still updated.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value set is negative, infinite or NaN.</exception>
    public double LearningRate
    {
        get => schedule.At(steps);
        set => schedule = new Constant(Require.NotNegative(name, nameof(LearningRate), value));
    }

    /// <summary>
    /// How gradients are limited before they are used; null, the default, for not at all. With clipping, a gradient that is not finite
    /// stops the step before anything has changed. Without clipping, gradients are not inspected, and a NaN or an infinity enters the
    /// parameter and its state.
    /// </summary>
    public Clipping? Clipping { get; set; }

    /// <summary>Changes every parameter, and its state, by one step. Nothing is changed if it throws.</summary>
    /// <param name="gradients">One gradient for each of <see cref="Parameters"/>, in their order; read, never written.</param>
    /// <exception cref="ArgumentException"> There are too few or too many gradients, or one is null or shares memory with another
    /// parameter.
    /// </exception>
    /// <exception cref="ShapeException">A gradient does not have the shape of its parameter.</exception>
    /// <exception cref="ElementTypeException">A gradient does not have the element type of its parameter.</exception>
    /// <exception cref="ObjectDisposedException">The tape that owned a gradient has ended.</exception>
    /// <exception cref="InvalidOperationException">A gradient is symbolic, or the schedule gives no usable rate.</exception>
    /// <exception cref="ParameterChangeException">Another thread is writing a parameter.</exception>
    /// <exception cref="NonFiniteGradientException"><see cref="Clipping"/> is set and a gradient has a NaN or an infinity.</exception>
    public void Step(IReadOnlyList<Tensor> gradients)
    {
        ThrowIfUnfit(gradients);
        double rate = LearningRate;
        TakeFrozen();
        var limits = Limits(gradients);
        // All parameters at once: either the step is done or nothing has changed, and no other thread can use some of them before it and
        // some after it.
        int begun = 0;
        try
        {
            for (; begun < parameters.Length; begun++)
                if (!isFrozen[begun])
                    versions[begun] = parameters[begun].BeginChange();
            Prepare(steps + 1, rate);
            for (int i = 0; i < states.Length; i++)
            {
                if (isFrozen[i]) continue;
                if (parameters[i].ElementType == ElementType.Float32) updateSingle(new(states[i], gradients[i], limits, rate, groupOf[i]));
                else updateDouble(new(states[i], gradients[i], limits, rate, groupOf[i]));
            }
        }
        finally
        {
            for (int i = 0; i < begun; i++)
                if (!isFrozen[i])
                    parameters[i].EndChange(versions[i]);
        }
        steps++;
    }

    /// <summary>Called once at the beginning of a step, to compute what all parameters have in common. Does nothing by default.</summary>
    /// <param name="step">Number of this step, from 1.</param>
    /// <param name="learningRate">Its learning rate.</param>
    protected virtual void Prepare(long step, double learningRate)
    {
    }

    /// <summary>
    /// Updates one parameter: calls <see cref="ParameterUpdate{T}.Run{TRule}"/> with the optimizer's rule, once. All parameters are being
    /// written meanwhile, so none can be used in any other way.
    /// </summary>
    protected abstract void Update<T>(ParameterUpdate<T> update)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Name, rate and number of steps: <c>Adam: learning rate 0.001 after 12 steps</c>.</summary>
    public override string ToString() => Invariant($"{name}: learning rate {LearningRate} after {steps} steps");
}
