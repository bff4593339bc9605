using Autograd.Charlm;

namespace Autograd.Tests.Examples;

/// <summary>What charlm prints besides what it is for.</summary>
public class CharlmTests
{
    readonly StringWriter output = new(), errors = new();

    [Theory, InlineData("--help", "--epochs"), InlineData("--version", ".")]
    public void HelpAndVersionArePrinted(string option, string what)
    {
        Assert.Equal(0, CommandLine.Run([option], Unwanted, output, errors));
        Assert.Contains(what, output.ToString(), StringComparison.Ordinal);
        Assert.Equal("", errors.ToString());
    }

    [Theory, InlineData("--help"), InlineData("--version")]
    public void PrintedIntoAFullDiskTheyAreOneLine(string option)
    {
        Assert.Equal(2, CommandLine.Run([option], Unwanted, new Full(), errors));
        Assert.Equal("charlm: No space left\n", errors.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void AWrongOptionIsOneLine()
    {
        Assert.Equal(2, CommandLine.Run(["--epochs", "0"], Unwanted, output, errors));
        Assert.Equal("charlm: --epochs is 0; it must be a whole number from 1.\n", errors.ToString().ReplaceLineEndings("\n"));
    }

    static int Unwanted(Options options, CancellationToken cancellation) => throw new InvalidOperationException("It ran.");

    sealed class Full : StringWriter
    {
        public override void Write(char value) => throw new IOException("No space left");

        public override void Write(char[] buffer, int index, int count) => throw new IOException("No space left");

        public override void Write(string? value) => throw new IOException("No space left");
    }
}
