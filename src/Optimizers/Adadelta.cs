using System.Numerics;
using System.Runtime.CompilerServices;

namespace Autograd.Optimizers;

/// <summary>
/// Steps in the units of the parameter: the gradient divided by its running root mean square, times that of the steps so far (Zeiler 2012,
/// algorithm 1; the paper has no learning rate, which amounts to a rate of 1). With g the gradient plus weight decay times the parameter p,
/// rate η and decay ρ:
/// <code>
/// s ← ρ s + (1 − ρ) g²
/// d = √(u + ε) / √(s + ε) · g
/// u ← ρ u + (1 − ρ) d²
/// p ← p − η d
/// </code>
/// State: <c>square</c> (s) and <c>change</c> (u, of d without η). An element whose gradients were all 0 does not change. The first steps
/// are of the order of √ε.
/// </summary>
public sealed class Adadelta : Optimizer
{
    /// <summary>Descends with a fixed learning rate.</summary>
    /// <param name="parameters">What is learned.</param>
    /// <param name="learningRate">η; not negative; 1 by default.</param>
    /// <param name="decay">ρ, at least 0 and below 1; 0.95 by default.</param>
    /// <param name="epsilon">ε, at least 1e-37; 1e-6 by default.</param>
    /// <param name="weightDecay">Strength λ of the L2 penalty ½ λ ‖p‖²; 0 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">There are no parameters, one is null, or one occurs twice.</exception>
    public Adadelta(
        IReadOnlyList<Parameter> parameters, double learningRate = 1, double decay = 0.95, double epsilon = 1e-6, double weightDecay = 0)
        : this(parameters, Constant.Of(nameof(Adadelta), learningRate), decay, epsilon, weightDecay)
    {
    }

    /// <summary>Descends with a learning rate that follows a schedule.</summary>
    /// <inheritdoc cref="Adadelta(IReadOnlyList{Parameter}, double, double, double, double)"/>
    /// <param name="schedule">η as a function of the step.</param>
    /// <param name="parameters">What is learned.</param>
    /// <param name="decay">ρ, at least 0 and below 1; 0.95 by default.</param>
    /// <param name="epsilon">ε, at least 1e-37; 1e-6 by default.</param>
    /// <param name="weightDecay">Strength λ of the L2 penalty ½ λ ‖p‖²; 0 by default.</param>
    public Adadelta(
        IReadOnlyList<Parameter> parameters, Schedule schedule, double decay = 0.95, double epsilon = 1e-6, double weightDecay = 0)
        : base(parameters, schedule, "square", "change")
    {
        Decay = Require.Fraction(nameof(Adadelta), nameof(decay), decay);
        Epsilon = Require.AtLeast(nameof(Adadelta), nameof(epsilon), epsilon, SmallestEpsilon);
        WeightDecay = Require.NotNegative(nameof(Adadelta), nameof(weightDecay), weightDecay);
    }

    /// <summary>ρ.</summary>
    public double Decay { get; }

    /// <summary>ε.</summary>
    public double Epsilon { get; }

    /// <summary>Strength of the L2 penalty.</summary>
    public double WeightDecay { get; }

    /// <inheritdoc/>
    protected override void Update<T>(ParameterUpdate<T> update) =>
        update.Run(new Rule<T>(update.LearningRate, Decay, Epsilon), update.WeightDecay ?? WeightDecay);

    readonly struct Rule<T>(double rate, double decay, double epsilon) : IUpdateRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        readonly Vector<T> rate = new(T.CreateTruncating(rate)), epsilon = new(T.CreateTruncating(epsilon));
        readonly Vector<T> decay = new(T.CreateTruncating(decay)), gain = new(T.CreateTruncating(1 - decay));

        public static int Slots => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<T> Next(Vector<T> value, Vector<T> gradient, ref Vector<T> square, ref Vector<T> change, ref Vector<T> third)
        {
            square = decay * square + gain * gradient * gradient;
            var step = Vector.SquareRoot(change + epsilon) / Vector.SquareRoot(square + epsilon) * gradient;
            change = decay * change + gain * step * step;
            return value - rate * step;
        }
    }
}
