namespace Autograd.Distributed;

/// <summary>The share of a rank in a number of consecutive items: the same for each rank, or one more.</summary>
readonly record struct Share(int Start, int Count)
{
    public int End => Start + Count;

    public static Share Of(int count, int rank, int ranks)
    {
        int start = (int)((long)count * rank / ranks);
        return new(start, (int)((long)count * (rank + 1) / ranks) - start);
    }
}

/// <summary>Some of the elements of a gradient, of each element type.</summary>
readonly record struct GradientSlice(Share Singles, Share Doubles);
