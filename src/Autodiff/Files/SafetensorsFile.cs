using Microsoft.Win32.SafeHandles;

namespace Autograd;

/// <summary>
/// An open safetensors file: its header is read and checked when it is opened; tensors, or some of their rows, are read on request.
/// Elements go from the file straight into the memory of the tensor.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    readonly SafeFileHandle handle;
    readonly SafetensorsHeader header;
    readonly string path;

    SafetensorsFile(string path, SafeFileHandle handle, SafetensorsHeader header)
    {
        this.path = path;
        this.handle = handle;
        this.header = header;
    }

    /// <summary>The names of all tensors, in the order of their elements.</summary>
    public IReadOnlyList<string> Names => header.Names;

    /// <summary>The texts by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata => header.Metadata;

    /// <summary>
    /// Opens a file and checks it: lengths, names, types, shapes, and that the tensors fill the file without gap or overlap.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TensorFileException">It is not a safetensors file, or is incomplete; the message says what is wrong.</exception>
    /// <exception cref="IOException">It cannot be read, or is a directory, a device or a pipe.</exception>
    public static SafetensorsFile Open(string path)
    {
        var handle = PlainFile.Open(path);
        try
        {
            return new SafetensorsFile(path, handle, SafetensorsHeader.Read(path, handle));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>The type of a tensor's elements as the file names it (<c>F32</c>, <c>F64</c>, <c>F16</c>, …), and its shape.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <exception cref="TensorFileException">There is no tensor of that name.</exception>
    public (string Type, IReadOnlyList<long> Lengths) Describe(string name)
    {
        var entry = header.Find(name);
        return (entry.Type, entry.Lengths);
    }

    /// <summary>
    /// Reads a tensor: <c>F32</c> and <c>F64</c> as they are, <c>F16</c> and <c>BF16</c> exactly, in single precision. Other types cannot
    /// be read.
    /// </summary>
    /// <param name="name">Name of the tensor.</param>
    /// <exception cref="TensorFileException">There is no tensor of that name, or it cannot be read as a tensor of this library.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public Tensor Read(string name)
    {
        var entry = header.Find(name);
        return Read(entry, entry.ShapeFor(path), entry.Begin);
    }

    /// <summary>Reads some rows of a tensor of rank 1 or more.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="rows">Which rows, along the first axis.</param>
    /// <inheritdoc cref="Read(string)"
    /// path="/*[not(self::param[@name='name'])]"/>
    /// <exception cref="ArgumentOutOfRangeException">The rows are not within the tensor.</exception>
    public Tensor Read(string name, Range rows)
    {
        var entry = header.Find(name);
        if (entry.Lengths.Length == 0) throw new TensorFileException(path, $"tensor \"{name}\" is a scalar; it has no rows.");
        if (entry.Lengths[0] > int.MaxValue)
            throw new TensorFileException(path, $"tensor \"{name}\" has {entry.Lengths[0]} rows, more than can be counted here.");
        var (first, count) = rows.GetOffsetAndLength((int)entry.Lengths[0]);
        var part = entry with { Lengths = [count, .. entry.Lengths[1..]] };
        long row = entry.Lengths[0] == 0 ? 0 : (entry.End - entry.Begin) / entry.Lengths[0];
        return Read(part, part.ShapeFor(path), entry.Begin + first * row);
    }

    /// <summary>Where the elements of a tensor begin in the file.</summary>
    internal long PlaceOf(string name) => header.Start + header.Find(name).Begin;

    internal Shape ShapeOf(string name) => header.Find(name).ShapeFor(path);

    internal SafetensorsHeader Header => header;

    internal SafeFileHandle Handle => handle;

    /// <summary>Closes the file.</summary>
    public void Dispose() => handle.Dispose();

    Tensor Read(SafetensorsEntry entry, Shape shape, long begin) => entry.Type switch
    {
        "F32" => Tensor.Own(Elements<float>(entry, shape, begin), shape),
        "F64" => Tensor.Own(Elements<double>(entry, shape, begin), shape),
        "F16" => Tensor.Own(Array.ConvertAll(Elements<Half>(entry, shape, begin), half => (float)half), shape),
        "BF16" => Tensor.Own(
            Array.ConvertAll(Elements<ushort>(entry, shape, begin), bits => BitConverter.Int32BitsToSingle(bits << 16)), shape),
        _ => throw new TensorFileException(path, $"tensor \"{entry.Name}\" is {entry.Type}; F32, F64, F16 and BF16 can be read."),
    };

    T[] Elements<T>(SafetensorsEntry entry, Shape shape, long begin)
        where T : unmanaged
        => FileElements.Read<T>(
            shape, (bytes, offset) => SafetensorsHeader.Fill(handle, bytes, header.Start + begin + offset),
            () => new TensorFileException(path, $"it ends within tensor \"{entry.Name}\"; it was cut while it was open."));
}
