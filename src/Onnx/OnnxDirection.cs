namespace Autograd.Onnx;

/// <summary>The direction in which a recurrent operator of ONNX runs in time.</summary>
public enum OnnxDirection
{
    /// <summary>From the first step on.</summary>
    Forward,

    /// <summary>From the last step of each sequence back to the first, outputs in the order of the input.</summary>
    Reverse,

    /// <summary>Both, outputs side by side.</summary>
    Bidirectional,
}
