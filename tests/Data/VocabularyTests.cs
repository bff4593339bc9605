using Autograd.Data;

namespace Autograd.Tests.Data;

public class VocabularyTests
{
    [Fact]
    public void IdsAreIndicesOfTokens()
    {
        var vocabulary = new SpacedVocabulary(["to", "be", "or"]);
        Assert.Equal(3, vocabulary.Count);
        Assert.Equal(["to", "be", "or"], vocabulary.Tokens);
        Assert.Equal([0, 1, 2, 0, 1], vocabulary.Encode("to be or to be"));
        Assert.Equal("be or", vocabulary.Decode([1, 2]));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void DecodeNamesIdPositionAndCount(int id)
    {
        var vocabulary = new SpacedVocabulary(["to", "be", "or"]);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => vocabulary.Decode([0, id]));
        Assert.Equal("ids", error.ParamName);
        Assert.Equal(id, error.ActualValue);
        Assert.StartsWith(
            $"SpacedVocabulary.Decode: id {id} at position 1 has no token; at least 0 and below 3 was expected.", error.Message);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void TokenAtRejectsPositionsOutsideTheIds(int position)
    {
        var vocabulary = new SpacedVocabulary(["to", "be"]);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => vocabulary.At([0, 1], position));
        Assert.Equal("position", error.ParamName);
    }

    [Fact]
    public void NoTokensAreAnError()
    {
        Assert.Throws<ArgumentNullException>(() => new SpacedVocabulary(null!));
        var error = Assert.Throws<ArgumentException>(() => new SpacedVocabulary([]));
        Assert.Equal("SpacedVocabulary: tokens is empty; at least one token was expected. (Parameter 'tokens')", error.Message);
    }

    [Fact]
    public void TokensCannotBeChangedFromOutside()
    {
        string[] tokens = ["to", "be"];
        var vocabulary = new SpacedVocabulary(tokens);
        tokens[0] = "or";
        Assert.Equal(["to", "be"], vocabulary.Tokens);
        Assert.Throws<NotSupportedException>(() => ((IList<string>)vocabulary.Tokens)[0] = "or");
    }

    [Fact]
    public void TokensThatAreAlikeAreAnError()
    {
        var error = Assert.Throws<ArgumentException>(() => new SpacedVocabulary(["to", "be", "to"]));
        Assert.StartsWith("SpacedVocabulary: tokens 0 and 2 are both 'to'; no two may be alike.", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void TokensWithoutTextAreAnError(string? token)
    {
        var error = Assert.Throws<ArgumentException>(() => new SpacedVocabulary(["to", token!]));
        Assert.StartsWith("SpacedVocabulary: token 1 is null or empty; a text was expected.", error.Message);
    }

    /// <summary>The least a derived vocabulary can be: tokens between single spaces.</summary>
    sealed class SpacedVocabulary(IEnumerable<string> tokens) : Vocabulary(tokens)
    {
        public override int[] Encode(string text) => [.. text.Split(' ').Select(token => Tokens.ToList().IndexOf(token))];

        public override string Decode(ReadOnlySpan<int> ids)
        {
            var words = new string[ids.Length];
            for (var position = 0; position < words.Length; position++) words[position] = TokenAt(ids, position);
            return string.Join(' ', words);
        }

        internal string At(ReadOnlySpan<int> ids, int position) => TokenAt(ids, position);
    }
}
