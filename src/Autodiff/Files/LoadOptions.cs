namespace Autograd;

/// <summary>What loading puts up with. By default nothing: the file must hold exactly what is asked for.</summary>
public sealed record LoadOptions
{
    /// <summary>Whether what the file does not hold stays as it is.</summary>
    public bool AllowsMissing { get; init; }

    /// <summary>Whether the file may hold more, which is ignored.</summary>
    public bool AllowsExtra { get; init; }

    /// <summary>Whether tensors of the other element type are converted, and rounded if need be.</summary>
    public bool Converts { get; init; }
}
