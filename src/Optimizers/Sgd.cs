using System.Numerics;
using System.Runtime.CompilerServices;

namespace Autograd.Optimizers;

/// <summary>
/// Stochastic gradient descent (Robbins, Monro 1951), with momentum (Polyak 1964) or Nesterov's momentum (Sutskever, Martens, Dahl, Hinton
/// 2013). With g the gradient plus weight decay times the parameter p, rate η and momentum μ:
/// <code>
/// plain       p ← p − η g
/// momentum    v ← μ v + g,  p ← p − η v
/// Nesterov    v ← μ v + g,  p ← p − η (g + μ v)
/// </code>
/// The rate is not part of v, as in most frameworks, so a change of it takes effect at once. State: <c>momentum</c> (v) unless μ is 0.
/// </summary>
public sealed class Sgd : Optimizer
{
    /// <summary>Descends with a fixed learning rate.</summary>
    /// <param name="parameters">What is learned.</param>
    /// <param name="learningRate">η; not negative.</param>
    /// <param name="momentum">μ, at least 0 and below 1; 0 by default.</param>
    /// <param name="nesterov">Whether the step looks ahead; needs momentum.</param>
    /// <param name="weightDecay">Strength λ of the L2 penalty ½ λ ‖p‖²; 0 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">
    /// There are no parameters, one is null, or one occurs twice; or Nesterov's form without momentum.
    /// </exception>
    public Sgd(IReadOnlyList<Parameter> parameters, double learningRate, double momentum = 0, bool nesterov = false, double weightDecay = 0)
        : this(parameters, Constant.Of(nameof(Sgd), learningRate), momentum, nesterov, weightDecay)
    {
    }

    /// <summary>Descends with a learning rate that follows a schedule.</summary>
    /// <inheritdoc cref="Sgd(IReadOnlyList{Parameter}, double, double, bool, double)"/>
    /// <param name="schedule">η as a function of the step.</param>
    /// <param name="parameters">What is learned.</param>
    /// <param name="momentum">μ, at least 0 and below 1; 0 by default.</param>
    /// <param name="nesterov">Whether the step looks ahead; needs momentum.</param>
    /// <param name="weightDecay">Strength λ of the L2 penalty ½ λ ‖p‖²; 0 by default.</param>
    public Sgd(IReadOnlyList<Parameter> parameters, Schedule schedule, double momentum = 0, bool nesterov = false, double weightDecay = 0)
        : base(parameters, schedule, momentum == 0 ? [] : ["momentum"])
    {
        Momentum = Require.Fraction(nameof(Sgd), nameof(momentum), momentum);
        WeightDecay = Require.NotNegative(nameof(Sgd), nameof(weightDecay), weightDecay);
        if (nesterov && momentum == 0)
            throw new ArgumentException("Sgd: Nesterov's form needs a momentum above 0; it is 0.", nameof(nesterov));
        IsNesterov = nesterov;
    }

    /// <summary>μ.</summary>
    public double Momentum { get; }

    /// <summary>Whether the step looks ahead.</summary>
    public bool IsNesterov { get; }

    /// <summary>Strength of the L2 penalty.</summary>
    public double WeightDecay { get; }

    /// <inheritdoc/>
    protected override void Update<T>(ParameterUpdate<T> update)
    {
        double rate = update.LearningRate, decay = update.WeightDecay ?? WeightDecay;
        if (Momentum == 0) update.Run(new PlainRule<T>(rate), decay);
        else if (IsNesterov) update.Run(new NesterovRule<T>(rate, Momentum), decay);
        else update.Run(new MomentumRule<T>(rate, Momentum), decay);
    }

    readonly struct PlainRule<T>(double rate) : IUpdateRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        readonly Vector<T> rate = new(T.CreateTruncating(rate));

        public static int Slots => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<T> Next(Vector<T> value, Vector<T> gradient, ref Vector<T> first, ref Vector<T> second, ref Vector<T> third) =>
            value - rate * gradient;
    }

    readonly struct MomentumRule<T>(double rate, double momentum) : IUpdateRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        readonly Vector<T> rate = new(T.CreateTruncating(rate)), momentum = new(T.CreateTruncating(momentum));

        public static int Slots => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<T> Next(Vector<T> value, Vector<T> gradient, ref Vector<T> velocity, ref Vector<T> second, ref Vector<T> third)
        {
            velocity = momentum * velocity + gradient;
            return value - rate * velocity;
        }
    }

    readonly struct NesterovRule<T>(double rate, double momentum) : IUpdateRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        readonly Vector<T> rate = new(T.CreateTruncating(rate)), momentum = new(T.CreateTruncating(momentum));

        public static int Slots => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<T> Next(Vector<T> value, Vector<T> gradient, ref Vector<T> velocity, ref Vector<T> second, ref Vector<T> third)
        {
            velocity = momentum * velocity + gradient;
            return value - rate * (gradient + momentum * velocity);
        }
    }
}
