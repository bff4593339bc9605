namespace Autograd.Data;

/// <summary>
/// Synthetic speech: sequences of a few phonemes, each a series of noisy frames around its prototype, blended with the <b>next</b> phoneme.
/// The task of frame labelling and of connectionist temporal classification (Graves, Fernández, Gomez, Schmidhuber 2006) without
/// recordings.
/// </summary>
/// <remarks>
/// Prototypes <c>p_k ∈ R^features</c> are standard normal, drawn once from the key of the constructor. An utterance has a random number of
/// phonemes, no two neighbours the same, each with a random number of frames d. Frame j = 0 … d − 1 of phoneme k, followed by phoneme m, is
/// <c>(1 − a_j) p_k + a_j p_m + noise · ε</c> with <c>a_j = coarticulation · (j + ½) / d</c> and ε standard normal; the last phoneme has a
/// = 0. With a coarticulation of 1, the second half of a phoneme thus resembles the next one more, which gives an advantage to models that
/// see later frames: bidirectional networks.
/// </remarks>
public sealed class PhonemeSequences
{
    readonly double[,] prototypes;

    /// <summary>Draws the prototypes.</summary>
    /// <param name="key">Determines the phonemes.</param>
    /// <param name="phonemes">The number of phonemes; at least 2.</param>
    /// <param name="features">How many numbers a frame has; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="phonemes"/> is below 2 or <paramref name="features"/> below
    /// 1.</exception>
    public PhonemeSequences(RandomKey key, int phonemes = 6, int features = 8)
    {
        Phonemes = Require.AtLeast("PhonemeSequences", nameof(phonemes), phonemes, 2);
        Features = Require.AtLeast("PhonemeSequences", nameof(features), features, 1);
        Require.Length(nameof(PhonemeSequences), "phonemes · features", (double)phonemes * features);
        prototypes = new double[phonemes, features];
        for (int k = 0; k < phonemes; k++)
        {
            var draws = new Draws(key.For("prototypes"), k);
            for (int f = 0; f < features; f++) prototypes[k, f] = draws.Normal();
        }
    }

    /// <summary>The number of phonemes.</summary>
    public int Phonemes { get; }

    /// <summary>How many numbers a frame has.</summary>
    public int Features { get; }

    /// <summary>The standard deviation of the noise on each number of each frame; 0.3 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not finite.</exception>
    public double Noise { get; init => field = Require.NotNegative("PhonemeSequences", nameof(Noise), value); } = 0.3;

    /// <summary>How far a phoneme has turned into the next one by its end, from 0 to 1; 0.8 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 0, above 1 or NaN.</exception>
    public double Coarticulation
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, FormattableString.Invariant($"PhonemeSequences: Coarticulation must be from 0 to 1; it is {value}."));
    } = 0.8;

    /// <summary>The least and the greatest number of phonemes in an utterance; 3 and 6 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The least is below 1, or above the greatest.</exception>
    public (int Least, int Most) PhonemesPerUtterance { get; init => field = Range(nameof(PhonemesPerUtterance), value); } = (3, 6);

    /// <summary>The least and the greatest number of frames of a phoneme; 2 and 5 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The least is below 1, or above the greatest.</exception>
    public (int Least, int Most) FramesPerPhoneme { get; init => field = Range(nameof(FramesPerPhoneme), value); } = (2, 5);

    /// <summary>Draws utterances.</summary>
    /// <param name="key">Determines what is drawn; the same key gives the same utterances.</param>
    /// <param name="batch">The number of utterances; at least 1.</param>
    /// <returns>The utterances; the time axis is the longest of them.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batch"/> is below 1.</exception>
    public Utterances Batch(RandomKey key, int batch)
    {
        Require.AtLeast("PhonemeSequences.Batch", nameof(batch), batch, 1);
        Require.Length(nameof(PhonemeSequences), nameof(batch), batch);
        var (spoken, frames) = (new int[batch][], new int[batch][]);
        for (int row = 0; row < batch; row++) (spoken[row], frames[row]) = Script(new Draws(key.For("script"), row));
        int[] lengths = [.. frames.Select(counts => counts.Sum())];
        int time = lengths.Max();
        var (x, frameLabels) = (new float[time, batch, Features], new int[time * batch]);
        Array.Fill(frameLabels, Utterances.Padding);
        for (int row = 0; row < batch; row++) Speak(new Draws(key.For("noise"), row), row, batch, spoken[row], frames[row], x, frameLabels);
        return new Utterances(Tensor.From(x), lengths, spoken, frameLabels);
    }

    (int[] Spoken, int[] Frames) Script(Draws draws)
    {
        var spoken = new int[draws.Between(PhonemesPerUtterance.Least, PhonemesPerUtterance.Most)];
        var frames = new int[spoken.Length];
        for (int i = 0; i < spoken.Length; i++)
        {
            // One less to choose from, so that no phoneme follows itself.
            int phoneme = draws.Whole(i == 0 ? Phonemes : Phonemes - 1);
            spoken[i] = i > 0 && phoneme >= spoken[i - 1] ? phoneme + 1 : phoneme;
            frames[i] = draws.Between(FramesPerPhoneme.Least, FramesPerPhoneme.Most);
        }
        return (spoken, frames);
    }

    void Speak(Draws draws, int row, int batch, int[] spoken, int[] frames, float[,,] x, int[] frameLabels)
    {
        int t = 0;
        for (int i = 0; i < spoken.Length; i++)
        {
            int next = i + 1 < spoken.Length ? spoken[i + 1] : spoken[i];
            for (int j = 0; j < frames[i]; j++, t++)
            {
                frameLabels[t * batch + row] = spoken[i];
                double a = Coarticulation * (j + 0.5) / frames[i];
                for (int f = 0; f < Features; f++)
                    x[t, row, f] = (float)((1 - a) * prototypes[spoken[i], f] + a * prototypes[next, f] + Noise * draws.Normal());
            }
        }
    }

    static (int Least, int Most) Range(string name, (int Least, int Most) range)
    {
        Require.AtLeast("PhonemeSequences", name, range.Least, 1);
        Require.AtLeast("PhonemeSequences", name, range.Most, range.Least);
        return range;
    }
}
