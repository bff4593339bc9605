namespace Autograd.Layers;

/// <summary>A set of numbers from 0 to some length, as bits.</summary>
sealed class BitRow(int length)
{
    readonly ulong[] words = new ulong[(length + 63) / 64];

    /// <summary>Whether a number is in the set.</summary>
    public bool this[int number]
    {
        get => (words[number >> 6] >> number & 1) != 0;
        set
        {
            if (value) words[number >> 6] |= 1UL << number;
            else words[number >> 6] &= ~(1UL << number);
        }
    }

    public BitRow Copy()
    {
        var copy = new BitRow(length);
        words.CopyTo(copy.words, 0);
        return copy;
    }

    /// <summary>Adds all numbers of another set; whether there were new ones.</summary>
    public bool Join(BitRow other)
    {
        ulong added = 0;
        for (int i = 0; i < words.Length; i++)
        {
            added |= other.words[i] & ~words[i];
            words[i] |= other.words[i];
        }
        return added != 0;
    }

    /// <summary>Whether the two have a number in common.</summary>
    public bool Meets(BitRow other)
    {
        for (int i = 0; i < words.Length; i++)
            if ((words[i] & other.words[i]) != 0)
                return true;
        return false;
    }
}
