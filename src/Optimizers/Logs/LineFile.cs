using System.Globalization;
using System.Text.Json;

namespace Autograd.Optimizers;

/// <summary>JSON objects, one per line, each passed to the system in a single write before the next one begins.</summary>
sealed class LineFile : IDisposable
{
    readonly FileStream stream;
    readonly string path;

    LineFile(string path, FileStream stream)
    {
        this.path = path;
        this.stream = stream;
    }

    /// <summary>
    /// Opens a file to continue it, and returns its lines. The folder is created if necessary; an incomplete last line is removed. A file
    /// opened exclusively cannot be opened twice; any other can be read meanwhile.
    /// </summary>
    public static LineFile Continue(string path, bool isAlone, out IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        var file = Open(path, isAlone ? FileShare.None : FileShare.ReadWrite);
        try
        {
            byte[] bytes = new byte[file.stream.CanSeek ? file.stream.Length : 0];
            file.stream.ReadExactly(bytes);
            int end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
            if (end < bytes.Length) file.stream.SetLength(end);
            if (file.stream.CanSeek) file.stream.Position = end;
            lines = Lines(bytes.AsMemory(0, end));
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <param name="members">Writes what is in the object.</param>
    /// <param name="isSafe">Whether to wait until the data are on disk, which takes milliseconds.</param>
    public void Add(Action<Utf8JsonWriter> members, bool isSafe)
    {
        byte[] line = Line(members);
        long before = stream.CanSeek ? stream.Position : 0;
        try
        {
            stream.Write(line);
            stream.Flush(flushToDisk: isSafe && stream.CanSeek);
        }
        catch (IOException error)
        {
            Undo(before);
            throw new LogException(path, error);
        }
    }

    /// <summary>An object as a line, with its end.</summary>
    public static byte[] Line(Action<Utf8JsonWriter> members)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        memory.WriteByte((byte)'\n');
        return memory.ToArray();
    }

    public void Dispose() => stream.Dispose();

    /// <summary>JSON has no NaN and no infinities: they are texts.</summary>
    public static void Write(Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        Write(json, value);
    }

    public static void Write(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    public static double Number(JsonElement element) => element.ValueKind == JsonValueKind.String
        ? double.Parse(element.GetString()!, CultureInfo.InvariantCulture)
        : element.GetDouble();

    static LineFile Open(string path, FileShare share)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        // Unbuffered: the call passes the data to the system, and fails if that does.
        return new(path, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share, bufferSize: 0));
    }

    static List<ReadOnlyMemory<byte>> Lines(ReadOnlyMemory<byte> text)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        for (int end; (end = text.Span.IndexOf((byte)'\n')) >= 0; text = text[(end + 1)..]) lines.Add(text[..end]);
        return lines;
    }

    // An incomplete line would be taken for damage.
    void Undo(long length)
    {
        try
        {
            if (!stream.CanSeek) return;
            stream.SetLength(length);
        }
        catch (IOException)
        {
            // It is then an incomplete last line, which is removed when the file is continued.
        }
    }
}
