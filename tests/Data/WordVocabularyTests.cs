using Autograd.Data;

namespace Autograd.Tests.Data;

public class WordVocabularyTests
{
    [Fact]
    public void IdsFollowFallingCountThenOrdinalOrder()
    {
        var vocabulary = WordVocabulary.From("b a c a b a Z");
        Assert.Equal(["<unk>", "a", "b", "Z", "c"], vocabulary.Tokens);
        Assert.Equal([2, 1, 4, 1, 2, 1, 3], vocabulary.Encode("b a c a b a Z"));
    }

    [Fact]
    public void TheUnknownWordIsAlwaysFirst()
    {
        Assert.Equal(0, WordVocabulary.UnknownId);
        Assert.Equal("<unk>", WordVocabulary.UnknownWord);
        Assert.Equal([0, 1, 0], WordVocabulary.From("word").Encode("another word yet"));
        Assert.Equal("<unk> word", WordVocabulary.From("word").Decode([0, 1]));
    }

    [Fact]
    public void TheUnknownWordInATextIsNotASecondToken()
    {
        var vocabulary = WordVocabulary.From("the <unk> of the <unk> <unk>");
        Assert.Equal(["<unk>", "the", "of"], vocabulary.Tokens);
        Assert.Equal([1, 0, 2], vocabulary.Encode("the <unk> of"));
    }

    [Theory]
    [InlineData(1, "<unk>")]
    [InlineData(2, "<unk> a")]
    [InlineData(3, "<unk> a b")]
    [InlineData(4, "<unk> a b c")]
    [InlineData(5, "<unk> a b c")]
    public void MaximumCountIncludesTheUnknownWord(int maximumCount, string tokens) =>
        Assert.Equal(tokens, string.Join(' ', WordVocabulary.From("c b b a a a", maximumCount).Tokens));

    [Theory]
    [InlineData(1, "<unk> a b c")]
    [InlineData(2, "<unk> a b")]
    [InlineData(3, "<unk> a")]
    [InlineData(4, "<unk>")]
    public void MinimumCountLeavesRareWordsOut(int minimumCount, string tokens) =>
        Assert.Equal(tokens, string.Join(' ', WordVocabulary.From("c b b a a a", minimumCount: minimumCount).Tokens));

    [Theory]
    [InlineData("", "")]
    [InlineData(" \t \r ", "")]
    [InlineData("one two", "one|two")]
    [InlineData("a\nb\r\n\nc", "a|\n|b|\n|\n|c")]
    [InlineData("Stop, please!", "Stop|,|please|!")]
    [InlineData("don't o'clock ’tis l’été", "don't|o'clock|’|tis|l’été")]
    [InlineData("'hello' dogs' x''y", "'|hello|'|dogs|'|x|'|'|y")]
    [InlineData("3.14 r2d2 x_1", "3|.|14|r2d2|x|_|1")]
    [InlineData("cafe\u0301 \u0301", "cafe\u0301|\u0301")]
    [InlineData("well-known --", "well|-|known|-|-")]
    [InlineData("<unk><unk>, <unk <Unk>", "<unk>|<unk>|,|<|unk|<|Unk|>")]
    [InlineData("\U00010400\U00010401 \U0001F600\U0001F600", "\U00010400\U00010401|\U0001F600|\U0001F600")]
    [InlineData("a\u00A0b\u2028c", "a|b|c")]
    [InlineData("'", "'")]
    public void TokenizeFollowsItsRules(string text, string tokens) =>
        Assert.Equal(tokens, string.Join('|', WordVocabulary.Tokenize(text)));

    [Theory]
    [InlineData("To be, or not to be: that is the question.")]
    [InlineData("ROMEO:\nAy me!\n\nJULIET:\nSpeak (again), [bright] {angel}?")]
    [InlineData("<unk> don't ; a - b \" c \"", "<unk> don't; a - b \" c \"")]
    [InlineData("  two   spaces \n and a line  ", "two spaces\nand a line")]
    [InlineData("well-known 'x'", "well - known ' x '")]
    public void DecodeRestoresSpacesByRule(string text, string? decoded = null)
    {
        var vocabulary = WordVocabulary.From(text);
        Assert.Equal(decoded ?? text, vocabulary.Decode(vocabulary.Encode(text)));
    }

    [Fact]
    public void EncodeUndoesDecodeForAnyIds()
    {
        var vocabulary = WordVocabulary.From("a b2 don't ' ’ . , ; : ! ? ( ) [ ] { } < > unk - \" \n \u0301 e\u0301 \U0001F600 <unk> 3");
        var random = new Random(2);
        for (var trial = 0; trial < 500; trial++)
        {
            var ids = Enumerable.Range(0, random.Next(40)).Select(_ => random.Next(vocabulary.Count)).ToArray();
            Assert.Equal(ids, vocabulary.Encode(vocabulary.Decode(ids)));
        }
    }

    [Fact]
    public void NothingEncodesAndDecodesToNothing()
    {
        var vocabulary = WordVocabulary.From("a");
        Assert.Empty(vocabulary.Encode(""));
        Assert.Equal("", vocabulary.Decode([]));
    }

    [Fact]
    public void TokensRestoreTheVocabulary()
    {
        var vocabulary = WordVocabulary.From("the cat, the dog\n", maximumCount: 4);
        var restored = WordVocabulary.FromTokens(vocabulary.Tokens);
        Assert.Equal(vocabulary.Tokens, restored.Tokens);
        Assert.Equal(vocabulary.Encode("the dog, the cat\n"), restored.Encode("the dog, the cat\n"));
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("word ")]
    [InlineData(" word")]
    [InlineData("")]
    [InlineData("?!")]
    [InlineData(null)]
    public void FromTokensRejectsWhatIsNotOneToken(string? token)
    {
        var error = Assert.Throws<ArgumentException>(() => WordVocabulary.FromTokens(["<unk>", token!]));
        Assert.StartsWith($"WordVocabulary.FromTokens: token 1, '{token}', is not one word by Tokenize's rules.", error.Message);
    }

    [Fact]
    public void FromTokensNeedsTheUnknownWordFirst()
    {
        foreach (var tokens in new string[][] { [], ["a"], ["a", "<unk>"] })
        {
            var error = Assert.Throws<ArgumentException>(() => WordVocabulary.FromTokens(tokens));
            Assert.StartsWith("WordVocabulary.FromTokens: the first token must be <unk>.", error.Message);
        }
    }

    [Fact]
    public void FromTokensRejectsTokensThatAreAlike()
    {
        var error = Assert.Throws<ArgumentException>(() => WordVocabulary.FromTokens(["<unk>", "a", "a"]));
        Assert.StartsWith("WordVocabulary: tokens 1 and 2 are both 'a'; no two may be alike.", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t")]
    public void ATextWithoutWordsIsAnError(string text)
    {
        var error = Assert.Throws<ArgumentException>(() => WordVocabulary.From(text));
        Assert.Equal("WordVocabulary.From: text has no words; at least one was expected. (Parameter 'text')", error.Message);
    }

    [Theory]
    [InlineData(0, 1, "maximumCount", 0)]
    [InlineData(-5, 1, "maximumCount", -5)]
    [InlineData(10, 0, "minimumCount", 0)]
    public void LimitsBelowOneAreAnError(int maximumCount, int minimumCount, string name, int value)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => WordVocabulary.From("a", maximumCount, minimumCount));
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith($"WordVocabulary.From: {name} must be at least 1; it is {value}.", error.Message);
    }

    [Fact]
    public void NullIsAnError()
    {
        Assert.Equal("text", Assert.Throws<ArgumentNullException>(() => WordVocabulary.From(null!)).ParamName);
        Assert.Equal("text", Assert.Throws<ArgumentNullException>(() => WordVocabulary.From("a").Encode(null!)).ParamName);
        Assert.Equal("text", Assert.Throws<ArgumentNullException>(() => { WordVocabulary.Tokenize(null!); }).ParamName);
        Assert.Equal("tokens", Assert.Throws<ArgumentNullException>(() => WordVocabulary.FromTokens(null!)).ParamName);
        Assert.Equal("json", Assert.Throws<ArgumentNullException>(() => WordVocabulary.FromJson(null!)).ParamName);
    }

    [Fact]
    public void AnUnpairedSurrogateIsAnError()
    {
        // Not inline data: attributes are stored in UTF-8, which has no unpaired surrogates.
        foreach (var (text, position) in new[] { ("ab\uD83D", 2), ("a'\uD83D", 2), ("\uDE00", 0), ("a b \uD83D c", 4) })
        {
            var error = Assert.Throws<ArgumentException>(() => WordVocabulary.From("a").Encode(text));
            Assert.StartsWith($"WordVocabulary.Encode: text has an unpaired surrogate (U+{(int)text[position]:X4})", error.Message);
            Assert.Contains($"at position {position};", error.Message);
        }
        Assert.Throws<ArgumentException>(() => WordVocabulary.From("\uD83D"));
        Assert.Throws<ArgumentException>(() => WordVocabulary.Tokenize("a \uD83D").Count());
        Assert.Throws<ArgumentException>(() => WordVocabulary.FromTokens(["<unk>", "\uD83D"]));
    }

    [Fact]
    public void DecodeNamesAnIdOutOfRange()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => WordVocabulary.From("a").Decode([1, 7]));
        Assert.StartsWith("WordVocabulary.Decode: id 7 at position 1 has no token; at least 0 and below 2 was expected.", error.Message);
    }

    [DataFact("tinyshakespeare.txt")]
    public void TinyShakespeareComesBackUpToWhiteSpace()
    {
        var text = Corpus.Load(DataFactAttribute.PathOf("tinyshakespeare.txt"));
        var vocabulary = WordVocabulary.From(text);
        var ids = vocabulary.Encode(text);
        Assert.DoesNotContain(WordVocabulary.UnknownId, ids);
        Assert.Equal(text.Replace(" ", ""), vocabulary.Decode(ids).Replace(" ", ""));
        Assert.Equal(ids, vocabulary.Encode(vocabulary.Decode(ids)));
    }
}
