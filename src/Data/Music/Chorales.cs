using System.Globalization;
using static System.FormattableString;

namespace Autograd.Data;

/// <summary>
/// Pieces of music in three parts, for training, validation and testing, as text: one line per piece, with its part (<c>train</c>,
/// <c>valid</c> or <c>test</c>), a tab, and its frames separated by one space; a frame is its notes, 0 to 87, separated by commas, or
/// <c>-</c> for a rest. The chorales of J. S. Bach come in this form, 229, 76 and 77 of them (Boulanger-Lewandowski, Bengio and Vincent
/// 2012).
/// </summary>
/// <param name="Train">The pieces for training.</param>
/// <param name="Validation">The pieces for choosing a model.</param>
/// <param name="Test">The pieces for evaluating it.</param>
public sealed record Chorales(IReadOnlyList<PianoRoll> Train, IReadOnlyList<PianoRoll> Validation, IReadOnlyList<PianoRoll> Test)
{
    static readonly string[] Parts = ["train", "valid", "test"];

    /// <summary>Reads a file in UTF-8.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It is a device or a pipe, from which reading might never end.</exception>
    /// <exception cref="InvalidDataException">The file is empty, is not UTF-8, or is not of this form; the message names the line and what
    /// is wrong.</exception>
    public static Chorales Load(string path) => Read(Corpus.Load(path), Path.GetFileName(path));

    /// <summary>Reads a text. A byte order mark at its start is dropped.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="InvalidDataException">The text is not of this form; the message names the line and what is wrong.</exception>
    public static Chorales Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Read(Corpus.WithoutMark(text), "text");
    }

    static Chorales Read(string text, string source)
    {
        List<PianoRoll>[] parts = [[], [], []];
        string[] lines = text.Split('\n');
        for (int line = 0; line < lines.Length; line++)
        {
            string content = lines[line].TrimEnd('\r');
            if (content.Length == 0 && line == lines.Length - 1) break;
            string place = Invariant($"{source}, line {line + 1}");
            string[] halves = content.Split('\t');
            if (halves.Length != 2)
                throw new InvalidDataException($"{place}: a part, a tab and frames were expected; there are {halves.Length - 1} tabs.");
            int part = Array.IndexOf(Parts, halves[0]);
            if (part < 0) throw new InvalidDataException($"{place}: '{halves[0]}' is no part; train, valid or test was expected.");
            parts[part].Add(Piece(halves[1], place));
        }
        return new Chorales(parts[0], parts[1], parts[2]);
    }

    static PianoRoll Piece(string text, string place)
    {
        int[][] frames = [.. text.Split(' ').Select((frame, t) => Frame(frame, t, place))];
        try
        {
            return new PianoRoll(frames);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{place}: {error.Message}", error);
        }
    }

    static int[] Frame(string text, int t, string place)
    {
        if (text == "-") return [];
        return Array.ConvertAll(text.Split(','), note => int.TryParse(note, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new InvalidDataException(
            Invariant($"{place}, frame {t + 1}: '{note}' is not a note; a whole number from 0 to {PianoRoll.Notes - 1} was expected.")));
    }
}
