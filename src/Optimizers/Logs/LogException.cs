namespace Autograd.Optimizers;

/// <summary>A log could not be written, for example because the disk is full. What it was to record is not affected.</summary>
public sealed class LogException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cause">Why it could not be written.</param>
    public LogException(string path, Exception cause)
        : this(path, cause, null)
    {
    }

    LogException(string path, Exception? cause, SweepTable? table)
        : base($"The log {path} could not be written: {cause?.Message}", cause)
    {
        Path = path;
        Table = table;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>If the log is the file of a sweep, all its runs; otherwise null.</summary>
    public SweepTable? Table { get; }

    internal LogException With(SweepTable table) => new(Path, InnerException, table);
}
