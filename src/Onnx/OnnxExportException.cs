namespace Autograd.Onnx;

/// <summary>A model cannot be written as ONNX; the message names the operation and says why.</summary>
public sealed class OnnxExportException : NotSupportedException
{
    internal OnnxExportException(string operation, string reason, Exception? inner = null)
        : base($"{operation}: {reason}", inner)
        => Operation = operation;

    /// <summary>The operation that cannot be expressed in ONNX, or a description of what cannot.</summary>
    public string Operation { get; }
}
