namespace Autograd.PropertyTests;

/// <summary>A number that must be large enough, and a call with it.</summary>
sealed record Limit(string Parameter, int Least, Action<int> Call)
{
    /// <summary>The least is taken; what is below is refused by a message with the name of the number, its value and the least.</summary>
    public void Holds(Draw draw)
    {
        Call(Least);
        int below = Least - draw.Whole(1, 3);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Call(below));
        Assert.Equal(Parameter, error.ParamName);
        Assert.Contains(
            FormattableString.Invariant($"{Parameter} must be at least {Least}; it is {below}."), error.Message, StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Parameter}, at least {Least}";
}
