namespace Autograd.Optimizers;

/// <summary>A log could not be written, because the disk is full, for example. What it was to record is as it was.</summary>
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

    /// <summary>All runs of the sweep whose file it is; null for any other log.</summary>
    public SweepTable? Table { get; }

    internal LogException With(SweepTable table) => new(Path, InnerException, table);
}
