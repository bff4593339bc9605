namespace Autograd;

/// <summary>
/// Arrays in numpy's format <c>.npy</c> (numpy.lib.format, version 1.0): the files that <c>numpy.load</c> reads and <c>numpy.save</c>
/// writes.
/// <code>
/// Npy.Write("states.npy", states);
/// var x = Npy.Read("inputs.npy");
/// </code>
/// Single, double and (exactly, as single) half precision, little-endian, in either order of elements. Objects, which would have to be
/// unpickled, and other types are refused.
/// </summary>
public static class Npy
{
    /// <summary>Writes a tensor, completely or not at all: an existing file is replaced only when the new one is complete.</summary>
    /// <param name="path">The file, which may exist.</param>
    /// <param name="tensor">The tensor, with data.</param>
    /// <exception cref="ArgumentException">The tensor is symbolic.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing file is unchanged.</exception>
    public static void Write(string path, Tensor tensor)
    {
        Check(nameof(Npy), tensor);
        AtomicFile.Replace(path, stream => Write(stream, tensor));
    }

    /// <summary>Reads a tensor.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TensorFileException">It is not such a file, is incomplete, or has elements of another type.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Tensor Read(string path)
    {
        using var stream = PlainFile.Read(path);
        return Read(stream, stream.Length, path);
    }

    internal static void Check(string operation, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.IsSymbolic) throw new ArgumentException($"{operation}: the tensor is symbolic; it has no data.", nameof(tensor));
        tensor.CheckOwner(operation);
    }

    internal static void Write(Stream stream, Tensor tensor)
    {
        stream.Write(NpyHeader.Of(tensor));
        Safetensors.WriteElements(stream, tensor);
    }

    /// <param name="stream">Where the array begins.</param>
    /// <param name="size">Bytes that it must have, its header included.</param>
    /// <param name="file">What it is called in messages.</param>
    internal static Tensor Read(Stream stream, long size, string file)
    {
        var header = NpyHeader.Read(stream, file);
        int elementBytes = header.Type switch
        {
            "<f2" => 2,
            "<f4" => 4,
            "<f8" => 8,
            _ => throw new TensorFileException(file, $"its elements are '{header.Type}'; <f2, <f4 and <f8 can be read."),
        };
        long bytes = header.Bytes(elementBytes, file), left = size - header.Size;
        // Checked before any memory is asked for.
        if (bytes != left)
            throw new TensorFileException(file, $"the shape ({string.Join(", ", header.Lengths)}) takes {bytes} bytes, there are {left}.");
        if (bytes / elementBytes > Array.MaxLength || header.Lengths.Any(length => length > int.MaxValue))
            throw new TensorFileException(file, $"the shape ({string.Join(", ", header.Lengths)}) is larger than a tensor can be.");
        var shape = Shape.Create([.. header.Lengths.Select(length => (int)length)]);
        return elementBytes switch
        {
            2 => Tensor.Own(InOrder(Array.ConvertAll(Elements<Half>(stream, shape, file), half => (float)half), shape, header), shape),
            4 => Tensor.Own(InOrder(Elements<float>(stream, shape, file), shape, header), shape),
            _ => Tensor.Own(InOrder(Elements<double>(stream, shape, file), shape, header), shape),
        };
    }

    static T[] Elements<T>(Stream stream, Shape shape, string file)
        where T : unmanaged
        => FileElements.Read<T>(
            shape, (bytes, _) => stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length,
            () => new TensorFileException(file, "it ends within its elements."));

    // Of Fortran's order the first axis runs fastest.
    static T[] InOrder<T>(T[] elements, Shape shape, NpyHeader header)
    {
        if (!header.IsFortran || shape.Rank < 2 || elements.Length == 0) return elements;
        var ordered = new T[elements.Length];
        int[] index = new int[shape.Rank];
        for (int i = 0; i < ordered.Length; i++)
        {
            int place = 0;
            for (int axis = shape.Rank - 1; axis >= 0; axis--) place = place * shape[axis] + index[axis];
            ordered[i] = elements[place];
            for (int axis = shape.Rank - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--) index[axis] = 0;
        }
        return ordered;
    }
}
