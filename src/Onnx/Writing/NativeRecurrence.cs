namespace Autograd.Onnx.Writing;

/// <summary>Recurrences that ONNX has an operator for.</summary>
internal static class NativeRecurrence
{
    /// <summary>Writes the operator, or gives null if there is none for this step.</summary>
    public static string?[]? TryWrite(OnnxCall call, Recurrence recurrence, bool[] wanted) => null;
}
