using System.Text;
using Autograd.Data;

namespace Autograd.Tests.Data;

public sealed class CorpusTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("corpus");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void LoadKeepsTheTextAsItIs()
    {
        const string text = "one\r\ntwo\nthree\rnaïve \U0001F600\n\n";
        Assert.Equal(text, Corpus.Load(Write("a.txt", text)));
    }

    [Fact]
    public void LoadDropsTheByteOrderMark() =>
        Assert.Equal("text", Corpus.Load(Write("a.txt", [0xEF, 0xBB, 0xBF, .. "text"u8])));

    [Fact]
    public void LoadFilesJoinsInTheGivenOrderWithNothingBetween()
    {
        var (first, second) = (Write("b.txt", "first"), Write("a.txt", "second\n"));
        Assert.Equal("firstsecond\nfirst", Corpus.LoadFiles(first, second, first));
        Assert.Equal("second\n", Corpus.LoadFiles(new List<string> { second }));
    }

    [Fact]
    public void LoadFilesDropsEachByteOrderMark()
    {
        var path = Write("a.txt", [0xEF, 0xBB, 0xBF, (byte)'x']);
        Assert.Equal("xx", Corpus.LoadFiles(path, path));
    }

    [Fact]
    public void AMissingFileIsNamedWithItsFullPath()
    {
        var error = Assert.Throws<FileNotFoundException>(() => Corpus.Load("no such folder/none.txt"));
        var full = Path.GetFullPath("no such folder/none.txt");
        Assert.Equal($"Corpus.Load: 'no such folder/none.txt' does not exist; the full path tried was '{full}'.", error.Message);
        Assert.Equal("no such folder/none.txt", error.FileName);
    }

    [Fact]
    public void AMissingFileAmongSeveralIsNamed()
    {
        var missing = Path.Combine(folder.FullName, "none.txt");
        var error = Assert.Throws<FileNotFoundException>(() => Corpus.LoadFiles(Write("a.txt", "a"), missing));
        Assert.StartsWith($"Corpus.LoadFiles: '{missing}' does not exist;", error.Message);
    }

    [Fact]
    public void AFolderIsNotAFile()
    {
        var error = Assert.Throws<FileNotFoundException>(() => Corpus.Load(folder.FullName));
        Assert.StartsWith($"Corpus.Load: '{folder.FullName}' is a directory, not a file;", error.Message);
    }

    [Fact]
    public void AnEmptyFileIsNamed()
    {
        var path = Write("empty.txt", "");
        var error = Assert.Throws<InvalidDataException>(() => Corpus.Load(path));
        Assert.Equal($"Corpus.Load: '{path}' is empty; a text was expected.", error.Message);
    }

    [Fact]
    public void AFileOfNothingButAByteOrderMarkIsEmpty()
    {
        var path = Write("mark.txt", [0xEF, 0xBB, 0xBF]);
        var error = Assert.Throws<InvalidDataException>(() => Corpus.LoadFiles(Write("a.txt", "a"), path));
        Assert.Equal($"Corpus.LoadFiles: '{path}' is empty; a text was expected.", error.Message);
    }

    [Fact]
    public void AFileThatIsNotUtf8IsNamed()
    {
        var path = Write("latin1.txt", [.. "caf"u8, 0xE9, .. " noir"u8]);
        var error = Assert.Throws<InvalidDataException>(() => Corpus.Load(path));
        Assert.Equal($"Corpus.Load: '{path}' is not UTF-8; the bytes E9 mean nothing in it.", error.Message);
        Assert.IsType<DecoderFallbackException>(error.InnerException);
    }

    [Fact]
    public void AFileInUtf16IsAnError() =>
        Assert.Throws<InvalidDataException>(() => Corpus.Load(Write("utf16.txt", [0xFF, 0xFE, (byte)'a', 0])));

    [Fact]
    public void FilesLongerThanAStringAreAnErrorBeforeTheyAreRead()
    {
        var path = Path.Combine(folder.FullName, "long.txt");
        using (var file = File.Create(path)) file.SetLength(Corpus.MaximumBytes / 2 + 1);
        var error = Assert.Throws<InvalidDataException>(() => Corpus.LoadFiles(path, path));
        Assert.Equal($"Corpus.LoadFiles: '{path}', '{path}' has 1073741792 bytes; at most 1073741791 was expected.", error.Message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void APathWithoutTextIsAnError(string? path)
    {
        Assert.Equal("path", Assert.ThrowsAny<ArgumentException>(() => Corpus.Load(path!)).ParamName);
        Assert.Equal("path", Assert.ThrowsAny<ArgumentException>(() => Corpus.LoadFiles(Write("a.txt", "a"), path!)).ParamName);
    }

    [Fact]
    public void NoPathsAreAnError()
    {
        Assert.Throws<ArgumentNullException>(() => Corpus.LoadFiles((IEnumerable<string>)null!));
        var error = Assert.Throws<ArgumentException>(() => Corpus.LoadFiles());
        Assert.Equal("Corpus.LoadFiles: paths is empty; at least one path was expected. (Parameter 'paths')", error.Message);
    }

    [Theory]
    [InlineData(10, 0.9, 9)]
    [InlineData(11, 0.9, 9)]
    [InlineData(2, 0.5, 1)]
    [InlineData(3, 0.5, 1)]
    [InlineData(100, 0.29, 29)]
    [InlineData(1000, 0.001, 1)]
    [InlineData(10, 0.99, 9)]
    [InlineData(1_115_394, 0.9, 1_003_854)]
    public void SplitTakesTheFloorFromTheFront(int count, double fraction, int expected)
    {
        var tokens = Enumerable.Range(0, count).ToArray();
        var (train, validation) = Corpus.Split(tokens, fraction);
        Assert.Equal(tokens[..expected], train.ToArray());
        Assert.Equal(tokens[expected..], validation.ToArray());
    }

    [Fact]
    public void SplitCopiesNothing()
    {
        int[] tokens = [1, 2, 3];
        var (train, validation) = Corpus.Split(tokens.AsMemory(), 0.5);
        tokens[0] = 10;
        tokens[2] = 30;
        Assert.Equal(10, train.Span[0]);
        Assert.Equal(30, validation.Span[1]);
    }

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(1.0, "1")]
    [InlineData(-0.1, "-0.1")]
    [InlineData(1.5, "1.5")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void AFractionOutsideZeroToOneIsAnError(double fraction, string name)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Corpus.Split(new int[10], fraction));
        Assert.Equal("trainFraction", error.ParamName);
        Assert.StartsWith($"Corpus.Split: trainFraction is {name}; above 0 and below 1 was expected.", error.Message);
    }

    [Theory]
    [InlineData(0, 0.5, "parts 0 tokens into 0 to train on and 0 to validate with")]
    [InlineData(1, 0.5, "parts 1 tokens into 0 to train on and 1 to validate with")]
    [InlineData(9, 0.1, "parts 9 tokens into 0 to train on and 9 to validate with")]
    [InlineData(5, double.Epsilon, "parts 5 tokens into 0 to train on and 5 to validate with")]
    [InlineData(5, 0.9999999999999999, "parts 5 tokens into 5 to train on and 0 to validate with")]
    public void AnEmptyPartIsAnError(int count, double fraction, string parts)
    {
        var error = Assert.Throws<ArgumentException>(() => Corpus.Split(new int[count], fraction));
        Assert.Equal("tokens", error.ParamName);
        Assert.Contains($"{parts}; both need at least 1.", error.Message);
    }

    [DataFact("tinyshakespeare.txt")]
    public void TinyShakespeareSplitsAsTheProtocolSays()
    {
        var text = Corpus.Load(DataFactAttribute.PathOf("tinyshakespeare.txt"));
        Assert.StartsWith("First Citizen:\nBefore we proceed any further, hear me speak.\n", text);
        var (train, validation) = Corpus.Split(CharacterVocabulary.From(text).Encode(text), 0.9);
        Assert.Equal(1_003_854, train.Length);
        Assert.Equal(111_540, validation.Length);
    }

    string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
