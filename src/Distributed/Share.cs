namespace Autograd.Distributed;

/// <summary>What is a rank's of a number of things that follow each other: as many for each rank, or one more.</summary>
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
