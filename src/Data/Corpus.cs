using System.Text;
using Autograd.Files;
using static System.FormattableString;

namespace Autograd.Data;

/// <summary>Reads texts to learn from, and splits them into a training part and a held-out part.</summary>
public static class Corpus
{
    /// <summary>
    /// The largest number of bytes that <see cref="Load"/> and <see cref="LoadFiles"/> read, over all files: the maximum number of
    /// characters in a string, just under 1 GiB.
    /// </summary>
    public const int MaximumBytes = 0x3FFFFFDF;

    static readonly UTF8Encoding strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a text file in UTF-8. Line endings are kept as they are; a byte order mark is dropped.</summary>
    /// <param name="path">The file; a relative path starts at the current directory.</param>
    /// <returns>The text; never empty.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="FileNotFoundException">There is no such file; the message names the full path that was tried.</exception>
    /// <exception cref="IOException">It is a device or a pipe, from which reading might never end.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is empty, is not UTF-8, or is longer than <see cref="MaximumBytes"/>; the message names the file.
    /// </exception>
    public static string Load(string path) => Read([path], "Corpus.Load");

    /// <summary>Reads text files in UTF-8, as <see cref="Load"/> does, and joins them in the given order, with nothing between.</summary>
    /// <param name="paths">The files, at least one.</param>
    /// <returns>The joined text; never empty.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="paths"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="paths"/> has no path, or one is null or empty.</exception>
    /// <exception cref="FileNotFoundException">One of the files does not exist; none is read.</exception>
    /// <exception cref="IOException">One of them is a device or a pipe, from which reading might never end.</exception>
    /// <exception cref="InvalidDataException">
    /// A file is empty or is not UTF-8, the message names it; or all together are longer than <see cref="MaximumBytes"/>.
    /// </exception>
    public static string LoadFiles(params IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        string[] all = [.. paths];
        if (all.Length == 0)
            throw new ArgumentException("Corpus.LoadFiles: paths is empty; at least one path was expected.", nameof(paths));
        return Read(all, "Corpus.LoadFiles");
    }

    /// <summary>Splits tokens into a leading part for training and the rest for validation. Both are views; nothing is copied.</summary>
    /// <param name="tokens">The n tokens; an array will do.</param>
    /// <param name="trainFraction"> The fraction to train on, above 0 and below 1: the first ⌊trainFraction · n⌋ tokens. The fraction is
    /// taken as the decimal number it is written as (15 digits), so that 0.29 of 100 tokens are 29, where binary floating point would give
    /// 28.
    /// </param>
    /// <returns>The two parts, neither of them empty.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="trainFraction"/> is 0 or less, 1 or more, or NaN.</exception>
    /// <exception cref="ArgumentException">One part would be empty.</exception>
    public static (ReadOnlyMemory<int> Train, ReadOnlyMemory<int> Validation) Split(ReadOnlyMemory<int> tokens, double trainFraction)
    {
        if (!(trainFraction > 0 && trainFraction < 1))
            throw new ArgumentOutOfRangeException(nameof(trainFraction), trainFraction,
                Invariant($"Corpus.Split: trainFraction is {trainFraction}; above 0 and below 1 was expected."));
        var count = (int)decimal.Floor((decimal)trainFraction * tokens.Length);
        if (count == 0 || count == tokens.Length)
            throw EmptySide(trainFraction, count, tokens.Length - count);
        return (tokens[..count], tokens[count..]);
    }

    /// <summary>A text as it would come from a file: without the byte order mark that other readers of files leave at its start.</summary>
    internal static string WithoutMark(string text) => text.StartsWith('\uFEFF') ? text[1..] : text;

    static ArgumentException EmptySide(double trainFraction, int train, int validation)
    {
        var parts = Invariant($"{train} to train on and {validation} to validate with; both need at least 1");
        return new ArgumentException(
            Invariant($"Corpus.Split: a trainFraction of {trainFraction} parts {train + validation} tokens into {parts}."), "tokens");
    }

    static string Read(string[] paths, string operation)
    {
        var length = paths.Sum(path => LengthOf(path, operation));
        if (length > MaximumBytes)
            throw new InvalidDataException(
                Invariant($"{operation}: '{string.Join("', '", paths)}' has {length} bytes; at most {MaximumBytes} was expected."));
        return string.Concat(paths.Select(path => Decode(PlainFile.ReadAllBytes(path), path, operation)));
    }

    static long LengthOf(string path, string operation)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path)) return new FileInfo(path).Length;
        var found = Directory.Exists(path) ? "is a directory, not a file" : "does not exist";
        throw new FileNotFoundException(
            $"{operation}: '{path}' {found}; the full path tried was '{Path.GetFullPath(path)}'.", path);
    }

    static string Decode(ReadOnlySpan<byte> bytes, string path, string operation)
    {
        var content = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
        if (content.IsEmpty)
            throw new InvalidDataException($"{operation}: '{path}' is empty; a text was expected.");
        try
        {
            return strictUtf8.GetString(content);
        }
        catch (DecoderFallbackException error)
        {
            var invalid = Convert.ToHexString(error.BytesUnknown ?? []);
            throw new InvalidDataException($"{operation}: '{path}' is not UTF-8; the bytes {invalid} mean nothing in it.", error);
        }
    }
}
