using System.Text;

namespace Autograd.Data;

/// <summary>A line of a table.</summary>
/// <param name="Line">The line it begins at, from 1.</param>
/// <param name="Fields">Its fields; at least one.</param>
/// <param name="IsEmpty">Whether there is nothing on the line. One empty field in quotation marks is something.</param>
readonly record struct CsvRow(int Line, List<string> Fields, bool IsEmpty);

/// <summary>Cuts a table into fields: RFC 4180, with any separator and any of the three line endings.</summary>
sealed class CsvFields(string text, char separator, string source)
{
    int position;
    int line = 1;

    /// <summary>The next row, or null at the end.</summary>
    public CsvRow? Next()
    {
        if (position >= text.Length) return null;
        int first = line;
        bool isQuoted = text[position] == '"';
        var fields = new List<string>();
        do fields.Add(Field(fields.Count + 1));
        while (TakeSeparator());
        TakeLineEnd();
        return new CsvRow(first, fields, !isQuoted && fields is [""]);
    }

    string Field(int column)
    {
        if (position < text.Length && text[position] == '"') return Quoted(column);
        int start = position;
        while (position < text.Length && !IsEnd(text[position]))
        {
            if (text[position] == '"')
                throw new CsvFormatException(
                    source, line, column, null, "a quotation mark stands inside a field; the whole field must be quoted.");
            position++;
        }
        return text[start..position].Trim();
    }

    string Quoted(int column)
    {
        int opened = line;
        var field = new StringBuilder();
        for (position++; ; position++)
        {
            if (position >= text.Length)
                throw new CsvFormatException(source, opened, column, null, "a quotation mark is opened and never closed.");
            if (text[position] == '"' && !(position + 1 < text.Length && text[position + 1] == '"')) break;
            if (text[position] == '"') position++;
            if (text[position] == '\n') line++;
            field.Append(text[position]);
        }
        position++;
        if (position < text.Length && !IsEnd(text[position]))
            throw new CsvFormatException(
                source, line, column, null,
                $"'{text[position]}' stands after the closing quotation mark; a separator or the end of the line was expected.");
        return field.ToString();
    }

    bool IsEnd(char c) => c == separator || c is '\n' or '\r';

    bool TakeSeparator()
    {
        if (position >= text.Length || text[position] != separator) return false;
        position++;
        return true;
    }

    void TakeLineEnd()
    {
        if (position >= text.Length) return;
        position += text[position] == '\r' && position + 1 < text.Length && text[position + 1] == '\n' ? 2 : 1;
        line++;
    }
}
