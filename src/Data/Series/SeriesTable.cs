using System.Globalization;
using static System.FormattableString;

namespace Autograd.Data;

/// <summary>
/// Series of numbers side by side, read from comma-separated values (RFC 4180): one line per time step, one column per series. Nothing is
/// guessed and nothing is filled in: a field that is not a finite number is an error that names its line and column. Numbers are read the
/// same way on every machine: a decimal point, no thousands separator.
/// </summary>
/// <remarks>Immutable and safe to use from many threads.</remarks>
public sealed class SeriesTable
{
    readonly double[][] series;

    SeriesTable(string[] columns, double[][] series)
    {
        Columns = columns;
        this.series = series;
    }

    /// <summary>The names of the columns, in order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The number of time steps; at least 1.</summary>
    public int Count => series[0].Length;

    /// <summary>A copy of a series by its name.</summary>
    /// <exception cref="ArgumentException">There is no such column; the message lists the existing ones.</exception>
    public double[] this[string column] => [.. series[IndexOf([.. Columns], column, "SeriesTable")]];

    /// <summary>Reads a file in UTF-8.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">
    /// The names of the columns to read, in the order they are wanted; the others may hold anything, such as dates. By default all.
    /// </param>
    /// <param name="separator">The separator between fields; a comma by default.</param>
    /// <param name="header">Whether the first line names the columns; by default this is detected.</param>
    /// <returns>The table.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It is a device or a pipe, from which reading might never end.</exception>
    /// <exception cref="InvalidDataException">The file is empty or not UTF-8.</exception>
    /// <exception cref="CsvFormatException">The table is not well formed, or a field that is read is not a finite number: NaN in a series
    /// is an error.</exception>
    /// <exception cref="ArgumentException">A column does not exist, or the separator is a quotation mark or a line end.</exception>
    public static SeriesTable Load(
        string path, IReadOnlyList<string>? columns = null, char separator = ',', CsvHeader header = CsvHeader.Detect) =>
        Read(Corpus.Load(path), Path.GetFileName(path), columns, separator, header);

    /// <summary>Reads a text; see <see cref="Load"/>. A byte order mark at its start is dropped.</summary>
    /// <returns>The table.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="CsvFormatException">The table is not well formed, has no rows, or a field that is read is not a finite
    /// number.</exception>
    /// <exception cref="ArgumentException">A column does not exist, or the separator is a quotation mark or a line end.</exception>
    public static SeriesTable Parse(
        string text, IReadOnlyList<string>? columns = null, char separator = ',', CsvHeader header = CsvHeader.Detect)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Read(Corpus.WithoutMark(text), "text", columns, separator, header);
    }

    /// <summary>All series as one tensor <c>[time, columns]</c>.</summary>
    public Tensor ToTensor(ElementType type = ElementType.Float32)
    {
        var elements = new double[Count, Columns.Count];
        for (int t = 0; t < Count; t++)
            for (int column = 0; column < Columns.Count; column++)
                elements[t, column] = series[column][t];
        return Tensor.From(elements).As(type);
    }

    const int LongestQuote = 60;

    static SeriesTable Read(string text, string source, IReadOnlyList<string>? wanted, char separator, CsvHeader header)
    {
        if (separator is '"' or '\n' or '\r')
            throw new ArgumentException("SeriesTable: the separator cannot be a quotation mark or a line end.", nameof(separator));
        var rows = new CsvFields(text, separator, source);
        var first = rows.Next() ?? throw new CsvFormatException(source, 1, 1, null, "there is nothing to read.");
        bool hasHeader = HasHeader(Require.Defined(nameof(SeriesTable), nameof(header), header), first.Fields, source);
        string[] names = hasHeader ? Names(first.Fields, first.Line, source)
            : [.. Enumerable.Range(1, first.Fields.Count).Select(number => Invariant($"{number}"))];
        int[] places = wanted is null ? [.. Enumerable.Range(0, names.Length)] : [.. wanted.Select(name => IndexOf(names, name, source))];
        if (places.Length == 0) throw new ArgumentException($"{source}: no columns are asked for; at least one is needed.", "columns");
        var values = new List<double>[places.Length];
        for (int i = 0; i < values.Length; i++) values[i] = [];
        for (var row = hasHeader ? rows.Next() : first; row is { } current; row = rows.Next())
            Add(current, names, places, values, source, isLast: IsRest(current, rows));
        if (values[0].Count == 0)
            throw new CsvFormatException(source, first.Line + 1, 1, null, "there are no rows of numbers below the header.");
        return new SeriesTable([.. places.Select(place => names[place])], [.. values.Select(column => column.ToArray())]);
    }

    // A first row of numbers with a typing error would be lost if it were taken for names.
    static bool HasHeader(CsvHeader header, List<string> fields, string source)
    {
        if (header != CsvHeader.Detect) return header == CsvHeader.Present;
        int name = fields.FindIndex(field => !IsNumber(field));
        return name < 0 || !fields.Exists(IsNumber) ? name >= 0
            : throw new CsvFormatException(
                source, 1, name + 1, null,
                $"{Cut(fields[name])} stands among numbers in the first line; say by CsvHeader.Present or Absent whether it is of names.");
    }

    // Empty lines are allowed at the end, where editors leave them, and nowhere else.
    static bool IsRest(CsvRow first, CsvFields rows)
    {
        if (!first.IsEmpty) return false;
        while (rows.Next() is { } row)
            if (!row.IsEmpty) return false;
        return true;
    }

    static void Add(CsvRow row, string[] names, int[] places, List<double>[] values, string source, bool isLast)
    {
        if (isLast) return;
        var (line, fields, isEmpty) = row;
        if (isEmpty) throw new CsvFormatException(source, line, 1, names[0], "the line is empty.");
        if (fields.Count != names.Length)
            throw new CsvFormatException(
                source, line, Math.Min(fields.Count, names.Length) + 1, null,
                Invariant($"the line has {fields.Count} fields; the first line has {names.Length}."));
        for (int i = 0; i < places.Length; i++) values[i].Add(Number(fields[places[i]], source, line, places[i], names));
    }

    static double Number(string field, string source, int line, int place, string[] names)
    {
        if (TryNumber(field, out double number) && double.IsFinite(number)) return number;
        string problem = field.Length == 0 ? "the field is empty" : $"{Cut(field)} is {(IsNumber(field) ? "not finite" : "not a number")}";
        throw new CsvFormatException(
            source, line, place + 1, Cut(names[place], ""), problem + "; a finite number with a decimal point was expected.");
    }

    static string[] Names(List<string> fields, int line, string source)
    {
        var seen = new HashSet<string>();
        for (int i = 0; i < fields.Count; i++)
        {
            if (fields[i].Length == 0) throw new CsvFormatException(source, line, i + 1, null, "the column has no name.");
            if (!seen.Add(fields[i]))
                throw new CsvFormatException(source, line, i + 1, Cut(fields[i], ""), "another column has the same name.");
        }
        return [.. fields];
    }

    static int IndexOf(string[] names, string name, string source)
    {
        ArgumentNullException.ThrowIfNull(name);
        int index = Array.IndexOf(names, name);
        return index >= 0 ? index
            : throw new ArgumentException(
                $"{source}: there is no column {Cut(name)}; there are: {Cut(string.Join(", ", names), "")}.", "columns");
    }

    // A message is read by people.
    static string Cut(string text, string quote = "'") => text.Length <= LongestQuote ? quote + text + quote
        : Invariant($"{quote}{text[..LongestQuote]}…{quote} ({text.Length} characters)");

    // NULs after a number would be ignored.
    static bool TryNumber(string field, out double number) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && !field.EndsWith('\0');

    static bool IsNumber(string field) => TryNumber(field, out _);
}
