using System.Numerics;
using System.Runtime.CompilerServices;

namespace Autograd.Optimizers;

/// <summary>
/// <see cref="Adam"/> with Nesterov's momentum, warmed up (Dozat 2016, algorithm 2, with the running mean as in the usual frameworks, which
/// decays with β₁ throughout). With g the gradient plus weight decay times the parameter p, rate η, and t the number of the step from 1:
/// <code>
/// μᵢ = β₁ (1 − ½ · 0.96^(i ψ)),  Πᵢ = μ₁ μ₂ … μᵢ
/// m ← β₁ m + (1 − β₁) g
/// s ← β₂ s + (1 − β₂) g²
/// p ← p − η · ((1 − μₜ) / (1 − Πₜ) · g + μₜ₊₁ / (1 − Πₜ₊₁) · m) / (√(s / (1 − β₂ᵗ)) + ε)
/// </code>
/// State: <c>mean</c> (m) and <c>square</c> (s); Π follows from the number of the step. An element whose gradients were all 0 does not
/// change.
/// </summary>
public sealed class NAdam : Optimizer
{
    // Below it 1 − Π is 1 to the last bit, so that no further factor matters.
    const double NegligibleProduct = 1e-17;

    // Π of a step, kept so that the next one is a single product; a function of the step, never of how it was reached.
    (long Step, double Product) reached = (0, 1);
    double gradientShare, gradientCorrection, meanShare, meanCorrection, squareCorrection;

    /// <summary>Descends with a fixed learning rate.</summary>
    /// <param name="parameters">What is learned.</param>
    /// <param name="learningRate">η; not negative; 0.002 by default.</param>
    /// <param name="beta1">β₁, at least 0 and below 1; 0.9 by default.</param>
    /// <param name="beta2">β₂, at least 0 and below 1; 0.999 by default.</param>
    /// <param name="epsilon">ε, at least 1e-37; 1e-8 by default.</param>
    /// <param name="weightDecay">Strength λ of the L2 penalty ½ λ ‖p‖²; 0 by default.</param>
    /// <param name="momentumDecay">ψ; not negative; 0.004 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">There are no parameters, one is null, or one occurs twice.</exception>
    public NAdam(
        IReadOnlyList<Parameter> parameters, double learningRate = 0.002, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8,
        double weightDecay = 0, double momentumDecay = 0.004)
        : this(parameters, Constant.Of(nameof(NAdam), learningRate), beta1, beta2, epsilon, weightDecay, momentumDecay)
    {
    }

    /// <summary>Descends with a learning rate that follows a schedule.</summary>
    /// <inheritdoc cref="NAdam(IReadOnlyList{Parameter}, double, double, double, double, double, double)"/>
    /// <param name="schedule">η as a function of the step.</param>
    /// <param name="parameters">What is learned.</param>
    /// <param name="beta1">β₁, at least 0 and below 1; 0.9 by default.</param>
    /// <param name="beta2">β₂, at least 0 and below 1; 0.999 by default.</param>
    /// <param name="epsilon">ε, at least 1e-37; 1e-8 by default.</param>
    /// <param name="weightDecay">Strength λ of the L2 penalty ½ λ ‖p‖²; 0 by default.</param>
    /// <param name="momentumDecay">ψ; not negative; 0.004 by default.</param>
    public NAdam(
        IReadOnlyList<Parameter> parameters, Schedule schedule, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8,
        double weightDecay = 0, double momentumDecay = 0.004)
        : base(parameters, schedule, "mean", "square")
    {
        Beta1 = Require.Fraction(nameof(NAdam), nameof(beta1), beta1);
        Beta2 = Require.Fraction(nameof(NAdam), nameof(beta2), beta2);
        Epsilon = Require.AtLeast(nameof(NAdam), nameof(epsilon), epsilon, SmallestEpsilon);
        WeightDecay = Require.NotNegative(nameof(NAdam), nameof(weightDecay), weightDecay);
        MomentumDecay = Require.NotNegative(nameof(NAdam), nameof(momentumDecay), momentumDecay);
    }

    /// <summary>β₁.</summary>
    public double Beta1 { get; }

    /// <summary>β₂.</summary>
    public double Beta2 { get; }

    /// <summary>ε.</summary>
    public double Epsilon { get; }

    /// <summary>Strength of the L2 penalty.</summary>
    public double WeightDecay { get; }

    /// <summary>ψ.</summary>
    public double MomentumDecay { get; }

    /// <inheritdoc/>
    protected override void Prepare(long step, double learningRate)
    {
        double product = ProductUpTo(step), next = Momentum(step + 1);
        (gradientShare, gradientCorrection) = (1 - Momentum(step), 1 - product);
        (meanShare, meanCorrection) = (next, 1 - product * next);
        squareCorrection = 1 / Math.Sqrt(1 - Elementary.Pow(Beta2, step));
    }

    /// <inheritdoc/>
    protected override void Update<T>(ParameterUpdate<T> update)
    {
        double rate = update.LearningRate;
        double gradientSize = rate * gradientShare / gradientCorrection, meanSize = rate * meanShare / meanCorrection;
        update.Run(new Rule<T>(Beta1, Beta2, Epsilon, gradientSize, meanSize, squareCorrection), update.WeightDecay ?? WeightDecay);
    }

    double Momentum(long step) => Beta1 * (1 - Elementary.Pow(0.96, step * MomentumDecay) / 2);

    // From a checkpoint, or where a step is done again, the product is formed anew, in the same order.
    double ProductUpTo(long step)
    {
        if (step < reached.Step) reached = (0, 1);
        var (from, product) = reached;
        for (long i = from + 1; i <= step && product > NegligibleProduct; i++) product *= Momentum(i);
        reached = (step, product);
        return product;
    }

    readonly struct Rule<T>(double beta1, double beta2, double epsilon, double gradientSize, double meanSize, double squareCorrection)
        : IUpdateRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        readonly Vector<T> beta1 = new(T.CreateTruncating(beta1)), meanGain = new(T.CreateTruncating(1 - beta1));
        readonly Vector<T> beta2 = new(T.CreateTruncating(beta2)), squareGain = new(T.CreateTruncating(1 - beta2));
        readonly Vector<T> epsilon = new(T.CreateTruncating(epsilon)), squareCorrection = new(T.CreateTruncating(squareCorrection));
        readonly Vector<T> gradientSize = new(T.CreateTruncating(gradientSize)), meanSize = new(T.CreateTruncating(meanSize));

        public static int Slots => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<T> Next(Vector<T> value, Vector<T> gradient, ref Vector<T> mean, ref Vector<T> square, ref Vector<T> third)
        {
            mean = beta1 * mean + meanGain * gradient;
            square = beta2 * square + squareGain * gradient * gradient;
            return value - (gradientSize * gradient + meanSize * mean) / (Vector.SquareRoot(square) * squareCorrection + epsilon);
        }
    }
}
