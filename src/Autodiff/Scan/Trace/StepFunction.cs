namespace Autograd;

/// <summary>One step of a recurrence over flat lists of state tensors.</summary>
/// <param name="x">The input of the step.</param>
/// <param name="states">The state's tensors.</param>
/// <param name="sequences">Tensors given for each step.</param>
/// <returns>The output, and the state after the step, with the shapes of the state before.</returns>
public delegate (Tensor Output, Tensor[] Next) StepFunction(Tensor x, Tensor[] states, Tensor[] sequences);
