using System.Numerics;
using System.Runtime.CompilerServices;

namespace Autograd.Optimizers;

/// <summary>
/// Divides the gradient by a running root mean square of itself (Tieleman, Hinton 2012, lecture 6.5). With g the gradient plus weight decay
/// times the parameter p, rate η, decay ρ and momentum μ:
/// <code>
/// s ← ρ s + (1 − ρ) g²
/// without momentum    p ← p − η g / (√s + ε)
/// with momentum       v ← μ v + g / (√s + ε),  p ← p − η v
/// </code>
/// Centred, the gradient's running variance takes the place of s (Graves 2013, equations 38 to 41, with ε outside of the root). It is s −
/// m² with m ← ρ m + (1 − ρ) g, updated in a form that avoids cancellation and cannot become negative:
/// <code>
/// d = g − m
/// m ← m + (1 − ρ) d
/// w ← ρ (w + (1 − ρ) d²)
/// </code>
/// Where gradients hardly change, w tends to 0 and the step to η g / ε, so choose a larger ε (Graves: 1e-4 inside the root).
/// <para>
/// State: <c>square</c> (s) or, centred, <c>variance</c> (w) and <c>mean</c> (m); then <c>momentum</c> (v) unless μ is 0. An element whose
/// gradients were all 0 does not change.
/// </para>
/// </summary>
public sealed partial class RmsProp : Optimizer
{
    /// <summary>Descends with a fixed learning rate.</summary>
    /// <param name="parameters">What is learned.</param>
    /// <param name="learningRate">η; not negative; 0.01 by default.</param>
    /// <param name="decay">ρ, at least 0 and below 1; 0.99 by default.</param>
    /// <param name="epsilon">ε, at least 1e-37; 1e-8 by default.</param>
    /// <param name="momentum">μ, at least 0 and below 1; 0 by default.</param>
    /// <param name="weightDecay">Strength λ of the L2 penalty ½ λ ‖p‖²; 0 by default.</param>
    /// <param name="centred">Whether to divide by the standard deviation instead of the root mean square; false by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">There are no parameters, one is null, or one occurs twice.</exception>
    public RmsProp(
        IReadOnlyList<Parameter> parameters, double learningRate = 0.01, double decay = 0.99, double epsilon = 1e-8, double momentum = 0,
        double weightDecay = 0, bool centred = false)
        : this(parameters, Constant.Of(nameof(RmsProp), learningRate), decay, epsilon, momentum, weightDecay, centred)
    {
    }

    /// <summary>Descends with a learning rate that follows a schedule.</summary>
    /// <inheritdoc cref="RmsProp(IReadOnlyList{Parameter}, double, double, double, double, double, bool)"/>
    /// <param name="schedule">η as a function of the step.</param>
    /// <param name="parameters">What is learned.</param>
    /// <param name="decay">ρ, at least 0 and below 1; 0.99 by default.</param>
    /// <param name="epsilon">ε, at least 1e-37; 1e-8 by default.</param>
    /// <param name="momentum">μ, at least 0 and below 1; 0 by default.</param>
    /// <param name="weightDecay">Strength λ of the L2 penalty ½ λ ‖p‖²; 0 by default.</param>
    /// <param name="centred">Whether to divide by the standard deviation instead of the root mean square; false by default.</param>
    public RmsProp(
        IReadOnlyList<Parameter> parameters, Schedule schedule, double decay = 0.99, double epsilon = 1e-8, double momentum = 0,
        double weightDecay = 0, bool centred = false)
        : base(parameters, schedule, Slots(centred, momentum != 0))
    {
        Decay = Require.Fraction(nameof(RmsProp), nameof(decay), decay);
        Epsilon = Require.AtLeast(nameof(RmsProp), nameof(epsilon), epsilon, SmallestEpsilon);
        Momentum = Require.Fraction(nameof(RmsProp), nameof(momentum), momentum);
        WeightDecay = Require.NotNegative(nameof(RmsProp), nameof(weightDecay), weightDecay);
        IsCentred = centred;
    }

    /// <summary>ρ.</summary>
    public double Decay { get; }

    /// <summary>ε.</summary>
    public double Epsilon { get; }

    /// <summary>μ.</summary>
    public double Momentum { get; }

    /// <summary>Strength of the L2 penalty.</summary>
    public double WeightDecay { get; }

    /// <summary>Whether gradients are divided by their standard deviation instead of their root mean square.</summary>
    public bool IsCentred { get; }

    /// <inheritdoc/>
    protected override void Update<T>(ParameterUpdate<T> update)
    {
        double rate = update.LearningRate, decay = update.WeightDecay ?? WeightDecay;
        if (IsCentred && Momentum == 0) update.Run(new CentredRule<T>(rate, Decay, Epsilon), decay);
        else if (IsCentred) update.Run(new CentredMomentumRule<T>(rate, Decay, Epsilon, Momentum), decay);
        else if (Momentum == 0) update.Run(new PlainRule<T>(rate, Decay, Epsilon), decay);
        else update.Run(new MomentumRule<T>(rate, Decay, Epsilon, Momentum), decay);
    }

    static string[] Slots(bool centred, bool momentum) => (centred, momentum) switch
    {
        (false, false) => ["square"],
        (false, true) => ["square", "momentum"],
        (true, false) => ["variance", "mean"],
        (true, true) => ["variance", "mean", "momentum"],
    };

    readonly struct PlainRule<T>(double rate, double decay, double epsilon) : IUpdateRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        readonly Vector<T> rate = new(T.CreateTruncating(rate)), epsilon = new(T.CreateTruncating(epsilon));
        readonly Vector<T> decay = new(T.CreateTruncating(decay)), gain = new(T.CreateTruncating(1 - decay));

        public static int Slots => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<T> Next(Vector<T> value, Vector<T> gradient, ref Vector<T> square, ref Vector<T> second, ref Vector<T> third)
        {
            square = decay * square + gain * gradient * gradient;
            return value - rate * gradient / (Vector.SquareRoot(square) + epsilon);
        }
    }

    readonly struct MomentumRule<T>(double rate, double decay, double epsilon, double momentum) : IUpdateRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        readonly Vector<T> rate = new(T.CreateTruncating(rate)), epsilon = new(T.CreateTruncating(epsilon));
        readonly Vector<T> decay = new(T.CreateTruncating(decay)), gain = new(T.CreateTruncating(1 - decay));
        readonly Vector<T> momentum = new(T.CreateTruncating(momentum));

        public static int Slots => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<T> Next(Vector<T> value, Vector<T> gradient, ref Vector<T> square, ref Vector<T> velocity, ref Vector<T> third)
        {
            square = decay * square + gain * gradient * gradient;
            velocity = momentum * velocity + gradient / (Vector.SquareRoot(square) + epsilon);
            return value - rate * velocity;
        }
    }
}
