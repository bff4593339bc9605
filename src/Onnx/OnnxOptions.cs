namespace Autograd.Onnx;

/// <summary>How a model is written.</summary>
public sealed record OnnxOptions
{
    /// <summary>
    /// Whether a recurrence whose step does what the operators <c>LSTM</c> (also with peepholes), <c>GRU</c> (both forms) or <c>RNN</c> do
    /// becomes that operator, which runtimes run faster than a <c>Scan</c>; off by default. Whether it does is seen from the step, not
    /// from the name of the cell.
    /// </summary>
    public bool PrefersNative { get; init; }

    /// <summary>
    /// Whether what a step computes from its input alone is computed for all steps before the <c>Scan</c>; on by default.
    /// </summary>
    public bool Hoists { get; init; } = true;
}
