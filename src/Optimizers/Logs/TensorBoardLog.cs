using System.Buffers.Binary;
using System.Numerics;
using Autograd.Files;
using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// The numbers of a training run for TensorBoard, as an event file in a folder:
/// <code>
/// using var log = new TensorBoardLog("runs/first");
/// loop.Run(10_000, log);
/// </code>
/// and then <c>tensorboard --logdir runs</c>. Every process that continues the run writes a file of its own, as TensorBoard requires; of a
/// step that is in two files, it shows the later. Numbers are stored in single precision, as the format prescribes.
/// <para>
/// Records are framed as TFRecord (length, its checksum, data, its checksum; CRC-32C, Castagnoli 1993, rotated and shifted), each an
/// <c>Event</c> of the protocol buffers of TensorBoard.
/// </para>
/// <para>Not safe for use from several threads at once.</para>
/// </summary>
public sealed class TensorBoardLog : IProgress<TrainingProgress>, IDisposable
{
    const int Frame = 16, Header = 12;
    const uint Mask = 0xa282ead8;

    readonly Stream stream;
    readonly TimeProvider clock;
    readonly long every;

    /// <summary>Begins an event file, and creates the folder if necessary.</summary>
    /// <param name="folder">The folder, which TensorBoard calls a run.</param>
    /// <param name="every">
    /// Steps between reports that are written, at least 1, the default; one with a validation is always written.
    /// </param>
    /// <param name="clock">The source of the events' time stamps; the system's clock by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is below 1.</exception>
    /// <exception cref="IOException">The file cannot be created.</exception>
    /// <exception cref="LogException">Its beginning cannot be written.</exception>
    public TensorBoardLog(string folder, long every = 1, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        this.every = Require.AtLeast(nameof(TensorBoardLog), nameof(every), every, 1);
        this.clock = clock ?? TimeProvider.System;
        Directory.CreateDirectory(folder);
        (File, stream) = Begin(folder, this.clock.GetUtcNow().ToUnixTimeSeconds());
        try
        {
            WriteVersion();
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Writes events to a stream instead of a file.</summary>
    /// <param name="stream">The stream, which is closed with the log.</param>
    /// <param name="every">
    /// Steps between reports that are written, at least 1, the default; one with a validation is always written.
    /// </param>
    /// <param name="clock">The source of the events' time stamps; the system's clock by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is below 1.</exception>
    /// <exception cref="ArgumentException">The stream cannot be written to, or has been closed.</exception>
    /// <exception cref="LogException">The beginning cannot be written.</exception>
    public TensorBoardLog(Stream stream, long every = 1, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanWrite) throw new ArgumentException($"{nameof(TensorBoardLog)}: the stream cannot be written to.", nameof(stream));
        this.every = Require.AtLeast(nameof(TensorBoardLog), nameof(every), every, 1);
        File = (stream as FileStream)?.Name ?? "(a stream)";
        this.stream = stream;
        this.clock = clock ?? TimeProvider.System;
        WriteVersion();
    }

    /// <summary>The event file.</summary>
    public string File { get; }

    /// <summary>Writes the loss, the mean of the losses, the learning rate and, if there is one, the validation.</summary>
    /// <exception cref="LogException">It cannot be written. The training can go on from the step that was reported.</exception>
    public void Report(TrainingProgress value)
    {
        if (value.Validation is null && value.Step % every != 0) return;
        var summary = new ProtoMessage();
        Add(summary, "loss", value.Loss);
        Add(summary, "mean loss", value.MeanLoss);
        Add(summary, "learning rate", value.LearningRate);
        if (value.Validation is { } validation) Add(summary, "validation", validation);
        Write(value.Step, record => record.Add(5, summary));
    }

    /// <summary>Writes a number of any kind.</summary>
    /// <param name="tag">What it is, such as <c>gradient norm</c>.</param>
    /// <param name="step">The step.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="LogException">It cannot be written.</exception>
    public void Add(string tag, long step, double value)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        Write(step, record => record.Add(5, Add(new ProtoMessage(), tag, value)));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => stream.Dispose();

    // Two logs that begin in one second have different names.
    static (string, FileStream) Begin(string folder, long seconds)
    {
        for (int number = 0; ; number++)
        {
            string path = Path.Combine(folder, Invariant($"events.out.tfevents.{seconds}.autograd.{number}"));
            try
            {
                return (path, new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0));
            }
            catch (IOException) when (System.IO.File.Exists(path))
            {
                // The next number.
            }
        }
    }

    // Event: file_version = 3.
    void WriteVersion() => Write(0, record => record.Add(3, "brain.Event:2"));

    // Event: wall_time = 1, step = 2.
    void Write(long step, Func<ProtoMessage, ProtoMessage> content)
    {
        var data = content(new ProtoMessage().Add(1, clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0).Add(2, step));
        int length = (int)data.Length;
        byte[] record = new byte[length + Frame];
        BinaryPrimitives.WriteInt64LittleEndian(record, length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), Checksum(record.AsSpan(0, 8)));
        data.WriteTo(new MemoryStream(record, Header, length));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(Header + length), Checksum(record.AsSpan(Header, length)));
        try
        {
            stream.Write(record);
        }
        catch (IOException error)
        {
            throw new LogException(File, error);
        }
    }

    // Summary: value = 1; Value: tag = 1, simple_value = 2.
    static ProtoMessage Add(ProtoMessage summary, string tag, double value) =>
        summary.Add(1, new ProtoMessage().Add(1, tag).Add(2, (float)value));

    static uint Checksum(ReadOnlySpan<byte> data) => BitOperations.RotateRight(Crc32C.Of(data), 15) + Mask;
}
