namespace Autograd.Optimizers;

/// <summary>Random numbers of a key one after the other.</summary>
sealed class Draws(RandomKey key)
{
    uint position;

    public double Uniform() => key.Uniform(position++);

    public int Whole(int count) => key.Whole(position++, count);

    /// <summary>Standard normal (Box and Muller 1958).</summary>
    public double Normal() => BoxMuller.Of(1 - Uniform(), 2 * Math.PI * Uniform());
}
