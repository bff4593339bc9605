namespace Autograd;

/// <summary>
/// A file of tensors is not what its format says, or does not hold what was asked of it. Nothing has been changed when it is thrown.
/// Trouble with the file itself (it is missing, in use, the disk is full) stays what the system throws, mostly an
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
