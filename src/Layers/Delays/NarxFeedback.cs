namespace Autograd.Layers;

/// <summary>Which past outputs a NARX network sees.</summary>
public enum NarxFeedback
{
    /// <summary>The past true outputs: teacher forcing, or prediction one step ahead.</summary>
    True,

    /// <summary>The network's own past outputs: free running.</summary>
    Predicted,

    /// <summary>The past errors, true output − own output: the moving-average form.</summary>
    Error,
}

/// <summary>State of a NARX network: what its delay lines hold.</summary>
/// <param name="Inputs">Past inputs x_{t−1}, x_{t−2}, …, latest first.</param>
/// <param name="Fed">What was fed back, latest first.</param>
public readonly record struct NarxState(LayerStates<Tensor> Inputs, LayerStates<Tensor> Fed) : IStatePart;
