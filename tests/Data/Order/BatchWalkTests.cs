using Autograd.Data;
using Autograd.Tests.Autodiff;

namespace Autograd.Tests.Data;

public sealed class BatchWalkTests : IDisposable
{
    static readonly RandomKey Key = new(2);

    readonly string file = Path.Combine(Directory.CreateTempSubdirectory("autograd").FullName, "x.safetensors");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);

    [Fact]
    public void BucketsAreWalkedEpochByEpoch()
    {
        var buckets = new LengthBuckets([3, 9, 4, 4, 8, 3, 5], rows: 2, padding: 0.5, Key);
        var walk = buckets.Walk();
        for (int epoch = 0; epoch < 3; epoch++)
            foreach (int[] expected in buckets.Epoch(epoch)) Assert.Equal(expected, walk.Next());
        Assert.Equal(new BatchPosition(3, 0), walk.Position);
    }

    [Fact]
    public void WindowsAreWalkedEpochByEpoch()
    {
        var batches = new ContiguousBatches(Enumerable.Range(0, 50).ToArray(), rows: 2, window: 5);
        var walk = batches.Walk();
        for (int epoch = 0; epoch < 2; epoch++)
            foreach (var expected in batches)
            {
                var window = walk.Next();
                Assert.Equal(expected.Inputs.ToArray(), window.Inputs.ToArray());
                Assert.Equal(expected.IsFirst, window.IsFirst);
            }
    }

    [Fact]
    public void AWalkGoesOnFromWhereItWas()
    {
        var (whole, other) = (Walk(), Walk());
        for (int i = 0; i < 10; i++) whole.Next();
        Snapshot.Save(file, ("walk", whole));
        Snapshot.Load(file, ("walk", other));
        Assert.Equal(whole.Position, other.Position);
        for (int i = 0; i < 10; i++) Assert.Equal(whole.Next(), other.Next());

        static BatchWalk<int[]> Walk() => new LengthBuckets([3, 9, 4, 4, 8, 3, 5], rows: 2, padding: 0.5, Key).Walk();
    }

    [Fact]
    public void AWalkThroughOtherDataIsRefused()
    {
        Snapshot.Save(file, ("walk", new ShuffledBatches(10, 2, Key)));
        var other = new ShuffledBatches(12, 2, Key);
        Expect.Mentions(Assert.Throws<InvalidOperationException>(() => Snapshot.Load(file, ("walk", other))), "5 batches", "6");
        Safetensors.Write(file, [], new Dictionary<string, string> { ["walk.batches"] = "6", ["walk.epoch"] = "1", ["walk.batch"] = "6" });
        Assert.Throws<ArgumentOutOfRangeException>(() => Snapshot.Load(file, ("walk", other)));
        Assert.Equal(default, other.Position);
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchWalk<int>(0, _ => []));
        Assert.Throws<ArgumentNullException>(() => new BatchWalk<int>(1, null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchWalk<int>(2, _ => [1, 2]).Position = new BatchPosition(0, 2));
    }

    [Fact]
    public void VocabulariesComeBackFromTexts()
    {
        var characters = CharacterVocabulary.From("Größe 大\U0001F600\n\"\\", new System.Text.Rune('?'));
        var again = CharacterVocabulary.FromJson(characters.ToJson());
        Assert.Equal(characters.Tokens, again.Tokens);
        Assert.Equal(characters.Unknown, again.Unknown);
        var words = WordVocabulary.From("to be or not to be\n");
        Assert.Equal(words.Tokens, WordVocabulary.FromJson(words.ToJson()).Tokens);
        foreach (string text in (string[])[
            "", "[]", "{}", "{\"tokens\":[]}", "{\"tokens\":[1]}", "{\"tokens\":[\"ab\"]}", "{\"tokens\":[\"b\",\"a\"]}"])
            Assert.Throws<FormatException>(() => CharacterVocabulary.FromJson(text));
        Assert.Throws<FormatException>(() => WordVocabulary.FromJson("{\"tokens\":[\"a b\"]}"));
    }

    [Fact]
    public void AnotherVocabularyIsRefused()
    {
        Snapshot.Save(file, ("vocabulary", CharacterVocabulary.From("abc")));
        Snapshot.Load(file, ("vocabulary", CharacterVocabulary.From("cab")));
        Expect.Mentions(
            Assert.Throws<InvalidOperationException>(() => Snapshot.Load(file, ("vocabulary", CharacterVocabulary.From("abd")))),
            "CharacterVocabulary", "other tokens");
        CharacterVocabulary? loaded = null;
        Snapshot.Load(
            file, ("", SavedState.Of(
            state => state.Add("vocabulary.tokens", () => "", text => loaded = CharacterVocabulary.FromJson(text)))));
        Assert.Equal(["a", "b", "c"], loaded!.Tokens);
    }
}
