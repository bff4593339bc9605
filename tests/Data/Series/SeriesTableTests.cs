using System.Globalization;
using Autograd.Data;

namespace Autograd.Tests.Data;

public class SeriesTableTests
{
    [Fact]
    public void AHeaderIsFoundOutAndColumnsHaveNames()
    {
        var table = SeriesTable.Parse("year,spots\n1700,5\n1701,11.5\n");
        Assert.Equal(["year", "spots"], table.Columns);
        Assert.Equal(2, table.Count);
        Assert.Equal([5, 11.5], table["spots"]);
        Assert.Equal([1700, 5, 1701, 11.5], table.ToTensor(ElementType.Float64).ToArray<double>());
    }

    [Fact]
    public void WithoutAHeaderColumnsHaveNumbers()
    {
        var table = SeriesTable.Parse("1,2\n-3e-2,4");
        Assert.Equal(["1", "2"], table.Columns);
        Assert.Equal([1, -0.03], table["1"]);
        // Numbers can be names, too, if one says so.
        Assert.Equal([-0.03], SeriesTable.Parse("1,2\n-3e-2,4", header: CsvHeader.Present)["1"]);
    }

    [Fact]
    public void OnlyWantedColumnsMustBeNumbersAndTheirOrderIsTheCallers()
    {
        var table = SeriesTable.Parse("date,a,b\n2020-01-01,1,2\n2020-01-02,3,4\n", columns: ["b", "a"]);
        Assert.Equal(["b", "a"], table.Columns);
        Assert.Equal([2, 1, 4, 3], table.ToTensor().ToDoubles());
    }

    [Theory]
    [InlineData("a,b\r\n1,2\r\n3,4\r\n")]
    [InlineData("a,b\r1,2\r3,4")]
    [InlineData("a,b\n1,2\n3,4\n\n\n")]
    [InlineData("\"a\",b\n\"1\", 2 \n3,\"4\"")]
    [InlineData("a;b\n1;2\n3;4", ';')]
    [InlineData("a\tb\n1\t2\n3\t4", '\t')]
    public void LineEndsQuotesAndSeparators(string text, char separator = ',')
    {
        var table = SeriesTable.Parse(text, separator: separator);
        Assert.Equal([1, 3], table["a"]);
        Assert.Equal([2, 4], table["b"]);
    }

    [Fact]
    public void QuotedFieldsMayHoldAnything()
    {
        var table = SeriesTable.Parse("\"a, \"\"first\"\"\nline\",b\n1,2\n", columns: ["a, \"first\"\nline"]);
        Assert.Equal([1], table["a, \"first\"\nline"]);
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,x\n", 3, 2, "'x' is not a number")]
    [InlineData("a,b\n1,2\n3,NaN\n", 3, 2, "'NaN' is not finite")]
    [InlineData("a,b\n-Infinity,2\n", 2, 1, "'-Infinity' is not finite")]
    [InlineData("1,2\n3,1e999\n", 2, 2, "not finite")]
    [InlineData("a,b\n1,\n", 2, 2, "the field is empty")]
    [InlineData("a,b\n1,2,3\n", 2, 3, "the line has 3 fields; the first line has 2")]
    [InlineData("a,b\n1\n", 2, 2, "the line has 1 fields; the first line has 2")]
    [InlineData("a;b\n1,5;2\n", 2, 1, "'1,5' is not a number", ';')]
    [InlineData("a,b\n\n1,2\n", 2, 1, "the line is empty")]
    [InlineData("a\n1\n\"\"\n", 3, 1, "the field is empty")]
    [InlineData("a\n1\n\"\"", 3, 1, "the field is empty")]
    [InlineData("a\n1\n\n\"\"\n", 3, 1, "the line is empty")]
    [InlineData("a\n1\n\"\"\n2\n", 3, 1, "the field is empty")]
    [InlineData("a,b\n1,2\n\"\"\n", 3, 2, "the line has 1 fields; the first line has 2")]
    [InlineData("a,a\n1,2\n", 1, 2, "another column has the same name")]
    [InlineData("a,\n1,2\n", 1, 2, "no name")]
    [InlineData("a,b\n", 2, 1, "no rows")]
    [InlineData("", 1, 1, "nothing to read")]
    [InlineData("a,b\n1,\"2\n3,4\n", 2, 2, "never closed")]
    [InlineData("a,b\n1,\"2\"5\n", 2, 2, "after the closing quotation mark")]
    [InlineData("a,b\n1,2\"5\n", 2, 2, "inside a field")]
    [InlineData("\"a\nb\",c\n1,2\n3,x\n", 4, 2, "'x' is not a number")]
    public void WhatIsMalformedIsNamedByLineAndColumn(string text, int line, int column, string problem, char separator = ',')
    {
        var error = Assert.Throws<CsvFormatException>(() => SeriesTable.Parse(text, separator: separator));
        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(FormattableString.Invariant($"text, line {line}, column {column}"), error.Message, StringComparison.Ordinal);
        Assert.Contains(error.Problem, error.Message, StringComparison.Ordinal);
    }

    // Either reading of such a line would lose something: a series its first row, or the table the names of its columns.
    [Theory]
    [InlineData("1,x\n2,3\n", 2, "'x'")]
    [InlineData("year,1700,1701\n1,2,3\n", 1, "'year'")]
    [InlineData("1,,3\n2,3,4\n", 2, "''")]
    public void NamesAmongNumbersInTheFirstLineAreRefused(string text, int column, string name)
    {
        var error = Assert.Throws<CsvFormatException>(() => SeriesTable.Parse(text));
        Assert.Equal((1, column), (error.Line, error.Column));
        Assert.StartsWith($"{name} stands among numbers in the first line", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void NamesAmongNumbersAreWhatOneSays()
    {
        Assert.Equal(["1", "x"], SeriesTable.Parse("1,x\n2,3\n", header: CsvHeader.Present).Columns);
        var error = Assert.Throws<CsvFormatException>(() => SeriesTable.Parse("1,x\n2,3\n", header: CsvHeader.Absent));
        Assert.Equal((1, 2), (error.Line, error.Column));
    }

    [Fact]
    public void AFirstLineOfNumbersIsNeverTakenForNames()
    {
        Assert.Equal(2, SeriesTable.Parse("1700,1701\n1,2\n").Count);
        // Also where not all of them are numbers that a series may have.
        var error = Assert.Throws<CsvFormatException>(() => SeriesTable.Parse("NaN,1e999\n1,2\n"));
        Assert.Equal((1, 1), (error.Line, error.Column));
    }

    // A mark that nobody sees would make a name of the first number.
    [Fact]
    public void AByteOrderMarkIsNoPartOfTheFirstField()
    {
        Assert.Equal([1, 2, 3], SeriesTable.Parse("\uFEFF1\n2\n3")["1"]);
        Assert.Equal([1], SeriesTable.Parse("\uFEFF\"a\"\n1")["a"]);
        Assert.Contains(
            "nothing to read", Assert.Throws<CsvFormatException>(() => SeriesTable.Parse("\uFEFF")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMessageIsShortHoweverLongTheFieldIs()
    {
        string field = new('x', 5_000_000), other = new('y', 5_000_000);
        foreach (string text in (string[])[$"a,b\n1,{field}\n", $"1,{field}\n", $"a,{field}\n1,?\n", $"{field},{field}\n1,2\n"])
        {
            var error = Assert.Throws<CsvFormatException>(() => SeriesTable.Parse(text));
            Assert.InRange(error.Message.Length, 1, 400);
            Assert.Contains("xxx…", error.Message, StringComparison.Ordinal);
            Assert.Contains("(5000000 characters)", error.Message, StringComparison.Ordinal);
        }
        var missing = Assert.Throws<ArgumentException>(() => SeriesTable.Parse($"a,{field}\n1,2\n", columns: [other]));
        Assert.InRange(missing.Message.Length, 1, 400);
    }

    [Fact]
    public void AColumnThatDoesNotExistIsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => SeriesTable.Parse("a,b\n1,2\n", columns: ["c"]));
        Assert.Contains("no column 'c'; there are: a, b", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => SeriesTable.Parse("a,b\n1,2\n")["c"]);
        Assert.Throws<ArgumentException>(() => SeriesTable.Parse("a,b\n1,2\n", columns: []));
        Assert.Throws<ArgumentException>(() => SeriesTable.Parse("a,b\n1,2\n", separator: '"'));
    }

    [Fact]
    public void NumbersAreReadTheSameInEveryCulture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            // As German: a decimal comma and a point between thousands.
            var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (german.NumberFormat.NumberGroupSeparator, german.NumberFormat.NumberDecimalSeparator) = (".", ",");
            CultureInfo.CurrentCulture = german;
            Assert.Equal([1.5], SeriesTable.Parse("a\n1.5\n")["a"]);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void FilesAreNamedInErrors()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "a\n1\n?\n");
            var error = Assert.Throws<CsvFormatException>(() => SeriesTable.Load(path));
            Assert.StartsWith(Path.GetFileName(path) + ", line 3, column 1 'a'", error.Message, StringComparison.Ordinal);
            File.WriteAllText(path, "a\n1\n2\n");
            Assert.Equal([1, 2], SeriesTable.Load(path)["a"]);
        }
        finally
        {
            File.Delete(path);
        }
        Assert.Throws<FileNotFoundException>(() => SeriesTable.Load(path));
    }
}
