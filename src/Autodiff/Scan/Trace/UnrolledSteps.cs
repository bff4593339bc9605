namespace Autograd.Scan;

/// <summary>A recurrence run operation by operation.</summary>
static class UnrolledSteps
{
    /// <summary>
    /// The outputs of all steps, the states after the last one, and, unless they are forgotten, those after every step, as
    /// <see cref="ScanOutcome"/> has them.
    /// </summary>
    public static Tensor[] Run(StepFunction step, Tensor x, Tensor[] states, Tensor[] sequences, ScanOptions options)
    {
        var inputs = Functions.Unstack(x);
        var parts = Array.ConvertAll(sequences, sequence => Functions.Unstack(sequence));
        var outputs = new Tensor[inputs.Length];
        Tensor[][] all = options.ForgetsStates ? [] : Array.ConvertAll(states, _ => new Tensor[inputs.Length]);
        for (int t = 0; t < inputs.Length; t++)
        {
            using var time = TimeStep.Begin(options.FirstStep + t);
            (outputs[t], states) = step(inputs[t], states, Array.ConvertAll(parts, part => part[t]));
            for (int i = 0; i < all.Length; i++) all[i][t] = states[i];
        }
        return [Functions.Stack(outputs), .. states, .. all.Select(steps => Functions.Stack(steps))];
    }
}
