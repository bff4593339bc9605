using System.Numerics;
using System.Runtime.CompilerServices;

namespace Autograd.Optimizers;

/// <summary>
/// Divides the gradient by the root of the sum of its squares so far, so that parameters of rare features learn fast (Duchi, Hazan, Singer
/// 2011, diagonal form). With g the gradient plus weight decay times the parameter p and rate η:
/// <code>
/// s ← s + g²
/// p ← p − η g / (√s + ε)
/// </code>
/// State: <c>sum</c> (s). An element whose gradients were all 0 does not change.
/// </summary>
public sealed class Adagrad : Optimizer
{
    /// <summary>Descends with a fixed learning rate.</summary>
    /// <param name="parameters">What is learned.</param>
    /// <param name="learningRate">η; not negative; 0.01 by default.</param>
    /// <param name="epsilon">ε, at least 1e-37; 1e-10 by default.</param>
    /// <param name="weightDecay">Strength λ of the L2 penalty ½ λ ‖p‖²; 0 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">There are no parameters, one is null, or one occurs twice.</exception>
    public Adagrad(IReadOnlyList<Parameter> parameters, double learningRate = 0.01, double epsilon = 1e-10, double weightDecay = 0)
        : this(parameters, Constant.Of(nameof(Adagrad), learningRate), epsilon, weightDecay)
    {
    }

    /// <summary>Descends with a learning rate that follows a schedule.</summary>
    /// <inheritdoc cref="Adagrad(IReadOnlyList{Parameter}, double, double, double)"/>
    /// <param name="schedule">η as a function of the step.</param>
    /// <param name="parameters">What is learned.</param>
    /// <param name="epsilon">ε, at least 1e-37; 1e-10 by default.</param>
    /// <param name="weightDecay">Strength λ of the L2 penalty ½ λ ‖p‖²; 0 by default.</param>
    public Adagrad(IReadOnlyList<Parameter> parameters, Schedule schedule, double epsilon = 1e-10, double weightDecay = 0)
        : base(parameters, schedule, "sum")
    {
        Epsilon = Require.AtLeast(nameof(Adagrad), nameof(epsilon), epsilon, SmallestEpsilon);
        WeightDecay = Require.NotNegative(nameof(Adagrad), nameof(weightDecay), weightDecay);
    }

    /// <summary>ε.</summary>
    public double Epsilon { get; }

    /// <summary>Strength of the L2 penalty.</summary>
    public double WeightDecay { get; }

    /// <inheritdoc/>
    protected override void Update<T>(ParameterUpdate<T> update) =>
        update.Run(new Rule<T>(update.LearningRate, Epsilon), update.WeightDecay ?? WeightDecay);

    readonly struct Rule<T>(double rate, double epsilon) : IUpdateRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        readonly Vector<T> rate = new(T.CreateTruncating(rate)), epsilon = new(T.CreateTruncating(epsilon));

        public static int Slots => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<T> Next(Vector<T> value, Vector<T> gradient, ref Vector<T> sum, ref Vector<T> second, ref Vector<T> third)
        {
            sum += gradient * gradient;
            return value - rate * gradient / (Vector.SquareRoot(sum) + epsilon);
        }
    }
}
