using System.Numerics;
using System.Runtime.CompilerServices;

namespace Autograd.Optimizers;

/// <summary>
/// Steps of constant size, in the direction of the sign of a mean of gradients (Chen et al. 2023, "Symbolic discovery of optimization
/// algorithms", algorithm 2), with decoupled weight decay λ. With g the gradient of the parameter p and rate η:
/// <code>
/// c = β₁ m + (1 − β₁) g
/// m ← β₂ m + (1 − β₂) g
/// p ← (1 − η λ) p − η sign(c)
/// </code>
/// The sign of 0 is 0, that of NaN is NaN. The paper advises a rate 3 to 10 times smaller than Adam's, and a decay larger by as much.
/// State: <c>mean</c> (m). An element whose gradients were all 0 only decays.
/// </summary>
public sealed class Lion : Optimizer
{
    /// <summary>Descends with a fixed learning rate.</summary>
    /// <param name="parameters">What is learned.</param>
    /// <param name="learningRate">η; not negative; 0.0001 by default.</param>
    /// <param name="beta1">β₁, at least 0 and below 1; 0.9 by default.</param>
    /// <param name="beta2">β₂, at least 0 and below 1; 0.99 by default.</param>
    /// <param name="weightDecay">λ; not negative; 0 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">There are no parameters, one is null, or one occurs twice.</exception>
    public Lion(
        IReadOnlyList<Parameter> parameters, double learningRate = 0.0001, double beta1 = 0.9, double beta2 = 0.99, double weightDecay = 0)
        : this(parameters, Constant.Of(nameof(Lion), learningRate), beta1, beta2, weightDecay)
    {
    }

    /// <summary>Descends with a learning rate that follows a schedule.</summary>
    /// <inheritdoc cref="Lion(IReadOnlyList{Parameter}, double, double, double, double)"/>
    /// <param name="schedule">η as a function of the step.</param>
    /// <param name="parameters">What is learned.</param>
    /// <param name="beta1">β₁, at least 0 and below 1; 0.9 by default.</param>
    /// <param name="beta2">β₂, at least 0 and below 1; 0.99 by default.</param>
    /// <param name="weightDecay">λ; not negative; 0 by default.</param>
    public Lion(IReadOnlyList<Parameter> parameters, Schedule schedule, double beta1 = 0.9, double beta2 = 0.99, double weightDecay = 0)
        : base(parameters, schedule, "mean")
    {
        Beta1 = Require.Fraction(nameof(Lion), nameof(beta1), beta1);
        Beta2 = Require.Fraction(nameof(Lion), nameof(beta2), beta2);
        WeightDecay = Require.NotNegative(nameof(Lion), nameof(weightDecay), weightDecay);
    }

    /// <summary>β₁.</summary>
    public double Beta1 { get; }

    /// <summary>β₂.</summary>
    public double Beta2 { get; }

    /// <summary>Strength of the weight decay.</summary>
    public double WeightDecay { get; }

    /// <inheritdoc/>
    protected override void Update<T>(ParameterUpdate<T> update) =>
        update.Run(new Rule<T>(update.LearningRate, Beta1, Beta2, 1 - update.LearningRate * (update.WeightDecay ?? WeightDecay)));

    readonly struct Rule<T>(double rate, double beta1, double beta2, double shrinkage) : IUpdateRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        readonly Vector<T> rate = new(T.CreateTruncating(rate)), shrinkage = new(T.CreateTruncating(shrinkage));
        readonly Vector<T> beta1 = new(T.CreateTruncating(beta1)), stepGain = new(T.CreateTruncating(1 - beta1));
        readonly Vector<T> beta2 = new(T.CreateTruncating(beta2)), meanGain = new(T.CreateTruncating(1 - beta2));

        public static int Slots => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<T> Next(Vector<T> value, Vector<T> gradient, ref Vector<T> mean, ref Vector<T> second, ref Vector<T> third)
        {
            var direction = Sign(beta1 * mean + stepGain * gradient);
            mean = beta2 * mean + meanGain * gradient;
            return shrinkage * value - rate * direction;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector<T> Sign(Vector<T> x)
        {
            var notPositive = Vector.ConditionalSelect(Vector.LessThan(x, Vector<T>.Zero), -Vector<T>.One, x);
            return Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<T>.Zero), Vector<T>.One, notPositive);
        }
    }
}
