namespace Autograd.Optimizers;

/// <summary>
/// <see cref="Adam"/> with weight decay that is decoupled from the gradient (Loshchilov, Hutter 2019, algorithm 2): each step begins with
/// <code>
/// p ← (1 − η λ) p
/// </code>
/// and continues as Adam without weight decay. The decay is thus the same for all elements, whatever the size of their gradients. State:
/// <c>mean</c> and <c>square</c>, and with AMSGrad <c>largest</c>.
/// </summary>
public sealed class AdamW : Adam
{
    /// <summary>Descends with a fixed learning rate.</summary>
    /// <param name="parameters">What is learned.</param>
    /// <param name="learningRate">η; not negative; 0.001 by default.</param>
    /// <param name="beta1">β₁, at least 0 and below 1; 0.9 by default.</param>
    /// <param name="beta2">β₂, at least 0 and below 1; 0.999 by default.</param>
    /// <param name="epsilon">ε, at least 1e-37; 1e-8 by default.</param>
    /// <param name="weightDecay">λ; not negative; 0.01 by default.</param>
    /// <param name="amsGrad">Whether to divide by the largest mean square so far instead of the latest; false by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">There are no parameters, one is null, or one occurs twice.</exception>
    public AdamW(
        IReadOnlyList<Parameter> parameters, double learningRate = 0.001, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8,
        double weightDecay = 0.01, bool amsGrad = false)
        : base(parameters, Constant.Of(nameof(AdamW), learningRate), beta1, beta2, epsilon, weightDecay, amsGrad)
    {
    }

    /// <summary>Descends with a learning rate that follows a schedule.</summary>
    /// <inheritdoc cref="AdamW(IReadOnlyList{Parameter}, double, double, double, double, double, bool)"/>
    /// <param name="schedule">η as a function of the step.</param>
    /// <param name="parameters">What is learned.</param>
    /// <param name="beta1">β₁, at least 0 and below 1; 0.9 by default.</param>
    /// <param name="beta2">β₂, at least 0 and below 1; 0.999 by default.</param>
    /// <param name="epsilon">ε, at least 1e-37; 1e-8 by default.</param>
    /// <param name="weightDecay">λ; not negative; 0.01 by default.</param>
    /// <param name="amsGrad">Whether to divide by the largest mean square so far instead of the latest; false by default.</param>
    public AdamW(
        IReadOnlyList<Parameter> parameters, Schedule schedule, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8,
        double weightDecay = 0.01, bool amsGrad = false)
        : base(parameters, schedule, beta1, beta2, epsilon, weightDecay, amsGrad)
    {
    }

    private protected override bool IsDecoupled => true;
}
