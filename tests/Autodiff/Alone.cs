namespace Autograd.Tests.Autodiff;

/// <summary>Tests that measure memory or time, and therefore run while no other does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
