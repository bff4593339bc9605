namespace Autograd;

/// <summary>
/// A file of tensors violates its format, or does not hold what was asked for. Nothing has been changed when it is thrown. Problems with
/// the file itself (it is missing or in use, the disk is full) are reported by the exceptions of the system, usually an
/// <see cref="IOException"/>.
/// </summary>
public sealed class TensorFileException : Exception
{
    internal TensorFileException(string file, string reason, Exception? inner = null)
        : base($"{file}: {reason}", inner)
        => File = file;

    /// <summary>Path of the file, or what stands for it.</summary>
    public string File { get; }
}
