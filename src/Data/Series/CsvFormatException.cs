namespace Autograd.Data;

/// <summary>A table of numbers is not well formed. The message names the source, the line, the column and what was found.</summary>
public sealed class CsvFormatException : FormatException
{
    internal CsvFormatException(string source, int line, int column, string? name, string problem)
        : base($"{source}, line {line}, column {column}{(name is null ? "" : $" '{name}'")}: {problem}")
    {
        Line = line;
        Column = column;
        Problem = problem;
    }

    /// <summary>The line of the file, from 1.</summary>
    public int Line { get; }

    /// <summary>The column of the table, from 1: the field's number in its line, not a number of characters.</summary>
    public int Column { get; }

    /// <summary>What is wrong there, without the place.</summary>
    public string Problem { get; }
}
