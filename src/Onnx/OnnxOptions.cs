namespace Autograd.Onnx;

/// <summary>How a model is written.</summary>
public sealed record OnnxOptions
{
    /// <summary>
    /// Whether a recurrence whose step computes the same as the operators <c>LSTM</c> (also with peepholes), <c>GRU</c> (both forms) or
    /// <c>RNN</c> becomes that operator, which runtimes execute faster than a <c>Scan</c>; off by default. The operator is recognised from
    /// the step, not from the name of the cell.
    /// </summary>
    public bool PrefersNative { get; init; }

    /// <summary>
    /// Whether what a step computes from its input alone is computed for all steps at once, before the <c>Scan</c>; on by default.
    /// </summary>
    public bool Hoists { get; init; } = true;
}
