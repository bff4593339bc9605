using System.Text;
using Autograd.Data;

namespace Autograd.Tests.Data;

public class CharacterVocabularyTests
{
    [Fact]
    public void IdsFollowCodePoints()
    {
        var vocabulary = CharacterVocabulary.From("banana\n Zoo");
        Assert.Equal(["\n", " ", "Z", "a", "b", "n", "o"], vocabulary.Tokens);
        Assert.Equal(7, vocabulary.Count);
        Assert.Equal([4, 3, 5, 3, 5, 3, 0, 1, 2, 6, 6], vocabulary.Encode("banana\n Zoo"));
        Assert.Equal("bona Z", vocabulary.Decode([4, 6, 5, 3, 1, 2]));
    }

    [Fact]
    public void IdsDoNotDependOnTheOrderOfTheText() =>
        Assert.Equal(CharacterVocabulary.From("hello world").Tokens, CharacterVocabulary.From("dlrow olleh").Tokens);

    [Theory]
    [InlineData("a")]
    [InlineData("To be,\r\nor not\tto be: \0")]
    [InlineData("naïve café, e\u0301, ẞß, İı")]
    [InlineData("文字 \U0001F600\U0001F468\u200D\U0001F469 \uFFFD\uFEFF")]
    public void DecodeUndoesEncode(string text)
    {
        var vocabulary = CharacterVocabulary.From(text);
        Assert.Equal(text, vocabulary.Decode(vocabulary.Encode(text)));
    }

    [Fact]
    public void DecodeUndoesEncodeForRandomTexts()
    {
        var random = new Random(1);
        for (var trial = 0; trial < 200; trial++)
        {
            var text = RandomText(random, length: 1 + random.Next(100));
            var vocabulary = CharacterVocabulary.From(text);
            Assert.Equal(text, vocabulary.Decode(vocabulary.Encode(text)));
            Assert.Equal(text.EnumerateRunes().Distinct().Count(), vocabulary.Count);
            Assert.Equal(text.EnumerateRunes().Distinct().Order().Select(rune => rune.ToString()), vocabulary.Tokens);
        }
    }

    [Fact]
    public void NothingEncodesAndDecodesToNothing()
    {
        var vocabulary = CharacterVocabulary.From("ab");
        Assert.Empty(vocabulary.Encode(""));
        Assert.Equal("", vocabulary.Decode([]));
    }

    [Fact]
    public void ASurrogatePairIsOneCharacterInCodePointOrder()
    {
        // In UTF-16 order the pair, which starts with D83D, would come before U+FFFD.
        var vocabulary = CharacterVocabulary.From("\U0001F600\uFFFDa");
        Assert.Equal(["a", "\uFFFD", "\U0001F600"], vocabulary.Tokens);
        Assert.Equal([2, 0, 2], vocabulary.Encode("\U0001F600a\U0001F600"));
    }

    [Fact]
    public void AnUnknownCharacterIsNamedWithItsPosition()
    {
        var error = Assert.Throws<UnknownCharacterException>(() => CharacterVocabulary.From("abc").Encode("abé"));
        Assert.Equal(new Rune('é'), error.Character);
        Assert.Equal(2, error.Position);
    }

    [Fact]
    public void AnUnknownCharacterIsReplacedOnRequest()
    {
        var vocabulary = CharacterVocabulary.From("abc", unknown: new Rune('?'));
        Assert.Equal(["?", "a", "b", "c"], vocabulary.Tokens);
        Assert.Equal(new Rune('?'), vocabulary.Unknown);
        Assert.Equal([1, 0, 0, 3], vocabulary.Encode("aé\U0001F600c"));
        Assert.Equal("a??c", vocabulary.Decode(vocabulary.Encode("aé\U0001F600c")));
    }

    [Fact]
    public void TheUnknownCharacterMayBeOneOfTheText()
    {
        var vocabulary = CharacterVocabulary.From("a b", unknown: new Rune(' '));
        Assert.Equal([" ", "a", "b"], vocabulary.Tokens);
        Assert.Equal([1, 0, 2], vocabulary.Encode("axb"));
    }

    [Fact]
    public void ByDefaultNoCharacterStandsForUnknownOnes() => Assert.Null(CharacterVocabulary.From("a").Unknown);

    [Fact]
    public void TokensRestoreTheVocabulary()
    {
        var vocabulary = CharacterVocabulary.From("hello \U0001F600", unknown: new Rune('#'));
        var restored = CharacterVocabulary.From(string.Concat(vocabulary.Tokens), vocabulary.Unknown);
        Assert.Equal(vocabulary.Tokens, restored.Tokens);
        Assert.Equal(vocabulary.Encode("help \U0001F600"), restored.Encode("help \U0001F600"));
    }

    [Fact]
    public void AnEmptyTextIsAnError()
    {
        var error = Assert.Throws<ArgumentException>(() => CharacterVocabulary.From(""));
        Assert.Equal("CharacterVocabulary.From: text is empty; at least one character was expected. (Parameter 'text')", error.Message);
    }

    [Fact]
    public void NullIsAnError()
    {
        Assert.Equal("text", Assert.Throws<ArgumentNullException>(() => CharacterVocabulary.From(null!)).ParamName);
        Assert.Equal("text", Assert.Throws<ArgumentNullException>(() => CharacterVocabulary.From("a").Encode(null!)).ParamName);
        Assert.Equal("json", Assert.Throws<ArgumentNullException>(() => CharacterVocabulary.FromJson(null!)).ParamName);
    }

    [Fact]
    public void AnUnpairedSurrogateIsAnError()
    {
        var fromError = Assert.Throws<ArgumentException>(() => CharacterVocabulary.From("ab\uD83D"));
        Assert.StartsWith(
            "CharacterVocabulary.From: text has an unpaired surrogate (U+D83D) at position 2; well-formed UTF-16 was expected.",
            fromError.Message);
        var vocabulary = CharacterVocabulary.From("ab", unknown: new Rune('?'));
        var encodeError = Assert.Throws<ArgumentException>(() => vocabulary.Encode("\uDE00a"));
        Assert.StartsWith("CharacterVocabulary.Encode: text has an unpaired surrogate (U+DE00) at position 0;", encodeError.Message);
    }

    [Fact]
    public void DecodeNamesAnIdOutOfRange()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => CharacterVocabulary.From("abc").Decode([0, 1, 3]));
        Assert.StartsWith(
            "CharacterVocabulary.Decode: id 3 at position 2 has no token; at least 0 and below 3 was expected.", error.Message);
    }

    [DataFact("tinyshakespeare.txt")]
    public void TinyShakespeareHas65Characters()
    {
        var text = Corpus.Load(DataFactAttribute.PathOf("tinyshakespeare.txt"));
        var vocabulary = CharacterVocabulary.From(text);
        var ids = vocabulary.Encode(text);
        Assert.Equal(65, vocabulary.Count);
        Assert.Equal("\n !$&',-.3:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", string.Concat(vocabulary.Tokens));
        Assert.Equal(1_115_394, ids.Length);
        Assert.Equal(text, vocabulary.Decode(ids));
    }

    static string RandomText(Random random, int length)
    {
        var text = new StringBuilder();
        while (text.Length < length)
            if (Rune.TryCreate(random.Next(random.Next(2) == 0 ? 0x80 : 0x110000), out var rune)) text.Append(rune);
        return text.ToString();
    }
}
