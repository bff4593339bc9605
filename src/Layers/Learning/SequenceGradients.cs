namespace Autograd.Layers;

/// <summary>The result of a learning rule on a sequence. All tensors outlive the tape.</summary>
/// <typeparam name="TState">The cell's state.</typeparam>
/// <param name="Loss">The loss, summed over all windows if there are several.</param>
/// <param name="Gradients">Its gradients, one for each of the rule's parameters.</param>
/// <param name="Initial">Its gradients with respect to the state before the first step.</param>
/// <param name="Final">The state after the last step, from which to continue.</param>
/// <param name="StepNorms"> ‖∂loss/∂state‖ for the state after each step, the Euclidean norm over all its tensors and all sequences; empty
/// unless asked for. Where windows overlap, it is the norm of the sum; where no sweep passed, it is 0.
/// </param>
public sealed record SequenceGradients<TState>(
    double Loss, IReadOnlyList<Tensor> Gradients, TState Initial, TState Final, IReadOnlyList<double> StepNorms);

/// <summary>
/// One backward sweep of a learning rule that makes several. Its tensors are valid until the call that receives it returns.
/// </summary>
/// <param name="First">The first step whose output enters the loss.</param>
/// <param name="Count">How many.</param>
/// <param name="Loss">The window's loss.</param>
/// <param name="Gradients">Its gradients, one for each of the rule's parameters.</param>
public sealed record LearningWindow(int First, int Count, double Loss, IReadOnlyList<Tensor> Gradients);
