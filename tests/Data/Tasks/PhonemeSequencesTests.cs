using Autograd.Data;

namespace Autograd.Tests.Data;

public class PhonemeSequencesTests
{
    [Fact]
    public void FrameLabelsSpellTheUtterance()
    {
        var batch = new PhonemeSequences(new RandomKey(1)).Batch(new RandomKey(2), 100);
        int time = batch.Lengths.Max();
        Assert.Equal([time, 100, 8], batch.Inputs.Shape.Lengths.ToArray());
        for (int row = 0; row < 100; row++)
        {
            int[] frames = [.. Enumerable.Range(0, time).Select(t => batch.FrameLabels[t * 100 + row])];
            Assert.All(frames[batch.Lengths[row]..], label => Assert.Equal(Utterances.Padding, label));
            var spelled = frames[..batch.Lengths[row]].Where((label, t) => t == 0 || frames[t - 1] != label).ToArray();
            Assert.Equal(batch.Labels[row], spelled);
            Assert.InRange(spelled.Length, 3, 6);
            Assert.InRange(batch.Lengths[row], 2 * spelled.Length, 5 * spelled.Length);
            Assert.Equal(0, Enumerable.Range(batch.Lengths[row], time - batch.Lengths[row]).Sum(t => Math.Abs(batch.Inputs.At(t, row, 0))));
        }
        Assert.Equal([0, 1, 2, 3, 4, 5], batch.Labels.SelectMany(labels => labels).Distinct().Order());
    }

    [Fact]
    public void AFrameIsABlendWithTheNextPhoneme()
    {
        var plain = new PhonemeSequences(new RandomKey(1)) { Noise = 0, Coarticulation = 0, FramesPerPhoneme = (4, 4) };
        var blended = new PhonemeSequences(new RandomKey(1)) { Noise = 0, Coarticulation = 0.8, FramesPerPhoneme = (4, 4) };
        var (a, b) = (plain.Batch(new RandomKey(3), 5), blended.Batch(new RandomKey(3), 5));
        int phonemes = a.Labels[0].Length;
        for (int i = 0; i < phonemes; i++)
            for (int j = 0; j < 4; j++)
            {
                double share = i == phonemes - 1 ? 0 : 0.8 * (j + 0.5) / 4;
                double own = a.Inputs.At(4 * i, 0, 3), next = i == phonemes - 1 ? own : a.Inputs.At(4 * i + 4, 0, 3);
                Assert.Equal(own, a.Inputs.At(4 * i + j, 0, 3));
                Assert.Equal((1 - share) * own + share * next, b.Inputs.At(4 * i + j, 0, 3), 1e-6);
            }
    }

    [Fact]
    public void NoiseHasItsDeviation()
    {
        var quiet = new PhonemeSequences(new RandomKey(1)) { Noise = 0 }.Batch(new RandomKey(4), 200);
        var noisy = new PhonemeSequences(new RandomKey(1)) { Noise = 0.5 }.Batch(new RandomKey(4), 200);
        double squares = quiet.Inputs.ToDoubles().Zip(noisy.Inputs.ToDoubles(), (q, n) => (n - q) * (n - q)).Sum();
        double count = 8.0 * quiet.Lengths.Sum();
        Assert.InRange(squares / count, 0.25 * (1 - 5 * Math.Sqrt(2 / count)), 0.25 * (1 + 5 * Math.Sqrt(2 / count)));
    }

    [Fact]
    public void ArgumentsOutOfRangeAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PhonemeSequences(new RandomKey(1), phonemes: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PhonemeSequences(new RandomKey(1), features: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PhonemeSequences(new RandomKey(1)) { Noise = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PhonemeSequences(new RandomKey(1)) { Coarticulation = 1.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PhonemeSequences(new RandomKey(1)) { FramesPerPhoneme = (0, 2) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PhonemeSequences(new RandomKey(1)) { PhonemesPerUtterance = (3, 2) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PhonemeSequences(new RandomKey(1)).Batch(new RandomKey(1), 0));
    }
}
