using System.Text;
using Autograd.Data;

namespace Autograd.Tests.Data;

public class UnknownCharacterExceptionTests
{
    [Theory]
    [InlineData('é', "'é' (U+00E9)")]
    [InlineData('\n', "U+000A")]
    [InlineData('\0', "U+0000")]
    [InlineData('{', "'{' (U+007B)")]
    public void MessageNamesCharacterPositionAndCount(char character, string name)
    {
        var error = new UnknownCharacterException(new Rune(character), position: 1234, count: 65);
        Assert.Equal(
            $"CharacterVocabulary.Encode: {name} at position 1234 is not among the 65 of the vocabulary; "
            + "build it from a text that has this character, or with an unknown character. (Parameter 'text')",
            error.Message);
        Assert.Equal("text", error.ParamName);
        Assert.Equal(new Rune(character), error.Character);
        Assert.Equal(1234, error.Position);
    }

    [Fact]
    public void PositionCountsCodeUnitsAsStringsDo()
    {
        var vocabulary = CharacterVocabulary.From("\U0001F600");
        var error = Assert.Throws<UnknownCharacterException>(() => vocabulary.Encode("\U0001F600\U0001F601"));
        Assert.Equal(2, error.Position);
        Assert.Contains("'\U0001F601' (U+1F601)", error.Message);
    }
}
