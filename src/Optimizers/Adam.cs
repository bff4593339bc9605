using System.Numerics;
using System.Runtime.CompilerServices;

namespace Autograd.Optimizers;

/// <summary>
/// Running means of the gradient and of its square, corrected for their start at 0 (Kingma, Ba 2015, algorithm 1). With g the gradient plus
/// weight decay times the parameter p, rate η, and t the number of the step from 1:
/// <code>
/// m ← β₁ m + (1 − β₁) g
/// s ← β₂ s + (1 − β₂) g²
/// p ← p − η · m / (1 − β₁ᵗ) / (√(s / (1 − β₂ᵗ)) + ε)
/// </code>
/// With <c>amsGrad</c> the largest s so far takes the place of s, so that the rate of an element never grows again (Reddi, Kale, Kumar
/// 2018, algorithm 2, which leaves out the corrections; they are kept here, as in PyTorch):
/// <code>
/// h ← max(h, s)
/// p ← p − η · m / (1 − β₁ᵗ) / (√(h / (1 − β₂ᵗ)) + ε)
/// </code>
/// State: <c>mean</c> (m) and <c>square</c> (s), and with AMSGrad <c>largest</c> (h). An element whose gradients were all 0 does not
/// change.
/// </summary>
public class Adam : Optimizer
{
    double meanCorrection, squareCorrection;

    /// <summary>Descends with a fixed learning rate.</summary>
    /// <param name="parameters">What is learned.</param>
    /// <param name="learningRate">η; not negative; 0.001 by default.</param>
    /// <param name="beta1">β₁, at least 0 and below 1; 0.9 by default.</param>
    /// <param name="beta2">β₂, at least 0 and below 1; 0.999 by default.</param>
    /// <param name="epsilon">ε, at least 1e-37; 1e-8 by default.</param>
    /// <param name="weightDecay">Strength λ of the L2 penalty ½ λ ‖p‖²; 0 by default. For decoupled decay see <see cref="AdamW"/>.</param>
    /// <param name="amsGrad">Whether to divide by the largest mean square so far instead of the latest; false by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">There are no parameters, one is null, or one occurs twice.</exception>
    public Adam(
        IReadOnlyList<Parameter> parameters, double learningRate = 0.001, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8,
        double weightDecay = 0, bool amsGrad = false)
        : this(parameters, Constant.Of(nameof(Adam), learningRate), beta1, beta2, epsilon, weightDecay, amsGrad)
    {
    }

    /// <summary>Descends with a learning rate that follows a schedule.</summary>
    /// <inheritdoc cref="Adam(IReadOnlyList{Parameter}, double, double, double, double, double, bool)"/>
    /// <param name="schedule">η as a function of the step.</param>
    /// <param name="parameters">What is learned.</param>
    /// <param name="beta1">β₁, at least 0 and below 1; 0.9 by default.</param>
    /// <param name="beta2">β₂, at least 0 and below 1; 0.999 by default.</param>
    /// <param name="epsilon">ε, at least 1e-37; 1e-8 by default.</param>
    /// <param name="weightDecay">Strength λ of the L2 penalty ½ λ ‖p‖²; 0 by default. For decoupled decay see <see cref="AdamW"/>.</param>
    /// <param name="amsGrad">Whether to divide by the largest mean square so far instead of the latest; false by default.</param>
    public Adam(
        IReadOnlyList<Parameter> parameters, Schedule schedule, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8,
        double weightDecay = 0, bool amsGrad = false)
        : base(parameters, schedule, amsGrad ? ["mean", "square", "largest"] : ["mean", "square"])
    {
        string name = GetType().Name;
        Beta1 = Require.Fraction(name, nameof(beta1), beta1);
        Beta2 = Require.Fraction(name, nameof(beta2), beta2);
        Epsilon = Require.AtLeast(name, nameof(epsilon), epsilon, SmallestEpsilon);
        WeightDecay = Require.NotNegative(name, nameof(weightDecay), weightDecay);
        IsAmsGrad = amsGrad;
    }

    /// <summary>β₁.</summary>
    public double Beta1 { get; }

    /// <summary>β₂.</summary>
    public double Beta2 { get; }

    /// <summary>ε.</summary>
    public double Epsilon { get; }

    /// <summary>Strength of the weight decay.</summary>
    public double WeightDecay { get; }

    /// <summary>Whether the largest mean square so far takes the place of the latest.</summary>
    public bool IsAmsGrad { get; }

    /// <summary>Whether the weight decay shrinks the parameter itself, instead of going into the gradient as an L2 penalty.</summary>
    private protected virtual bool IsDecoupled => false;

    /// <inheritdoc/>
    protected sealed override void Prepare(long step, double learningRate)
    {
        meanCorrection = 1 - Elementary.Pow(Beta1, step);
        squareCorrection = 1 / Math.Sqrt(1 - Elementary.Pow(Beta2, step));
    }

    /// <inheritdoc/>
    protected sealed override void Update<T>(ParameterUpdate<T> update)
    {
        double rate = update.LearningRate, decay = update.WeightDecay ?? WeightDecay;
        var (shrinkage, coupled) = IsDecoupled ? (1 - rate * decay, 0.0) : (1.0, decay);
        var rule = new Rule<T>(Beta1, Beta2, Epsilon, rate / meanCorrection, squareCorrection, shrinkage);
        if (IsAmsGrad) update.Run(new AmsGradRule<T>(rule), coupled);
        else update.Run(rule, coupled);
    }

    readonly struct Rule<T>(double beta1, double beta2, double epsilon, double stepSize, double squareCorrection, double shrinkage)
        : IUpdateRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        readonly Vector<T> beta1 = new(T.CreateTruncating(beta1)), meanGain = new(T.CreateTruncating(1 - beta1));
        readonly Vector<T> beta2 = new(T.CreateTruncating(beta2)), squareGain = new(T.CreateTruncating(1 - beta2));
        readonly Vector<T> epsilon = new(T.CreateTruncating(epsilon)), stepSize = new(T.CreateTruncating(stepSize));
        readonly Vector<T> squareCorrection = new(T.CreateTruncating(squareCorrection)), shrinkage = new(T.CreateTruncating(shrinkage));

        public static int Slots => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<T> Next(Vector<T> value, Vector<T> gradient, ref Vector<T> mean, ref Vector<T> square, ref Vector<T> third)
        {
            Average(gradient, ref mean, ref square);
            return Moved(value, mean, square);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal void Average(Vector<T> gradient, ref Vector<T> mean, ref Vector<T> square)
        {
            mean = beta1 * mean + meanGain * gradient;
            square = beta2 * square + squareGain * gradient * gradient;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal Vector<T> Moved(Vector<T> value, Vector<T> mean, Vector<T> square) =>
            shrinkage * value - stepSize * mean / (Vector.SquareRoot(square) * squareCorrection + epsilon);
    }

    readonly struct AmsGradRule<T>(Rule<T> adam) : IUpdateRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static int Slots => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<T> Next(Vector<T> value, Vector<T> gradient, ref Vector<T> mean, ref Vector<T> square, ref Vector<T> largest)
        {
            adam.Average(gradient, ref mean, ref square);
            largest = Vector.Max(largest, square);
            return adam.Moved(value, mean, largest);
        }
    }
}
