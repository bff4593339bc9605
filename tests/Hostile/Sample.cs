namespace Autograd.Hostile;

/// <summary>A value to call something with. It is made anew for each call, since a call may change it.</summary>
/// <param name="Name">What it is, for messages.</param>
/// <param name="Make">Makes it.</param>
/// <param name="IsFinite">No NaN or infinity stands in it, so that none may come out.</param>
/// <param name="IsRefused">It means nothing, so that a call that accepts it is at fault: an enum value that is not defined.</param>
sealed record Sample(string Name, Func<object?> Make, bool IsFinite = true, bool IsRefused = false);

/// <summary>What a function that was handed in throws; it comes out as it is.</summary>
sealed class FromUserException : Exception
{
    public FromUserException()
        : base("A user's function threw.")
    {
    }
}
