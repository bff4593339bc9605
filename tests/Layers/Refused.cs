namespace Autograd.Tests.Layers;

/// <summary>What is refused, and how that is said.</summary>
static class Refused
{
    /// <summary>The error of this very type, with this message; .NET may add the argument's name behind it.</summary>
    internal static void With<TException>(string message, Action action)
        where TException : Exception
        => Assert.StartsWith(message, Assert.Throws<TException>(action).Message, StringComparison.Ordinal);
}
