namespace Autograd;

/// <summary>Which differences loading tolerates. By default none: the file must hold exactly what is asked for.</summary>
public sealed record LoadOptions
{
    /// <summary>Whether tensors may be missing from the file; they are then left unchanged.</summary>
    public bool AllowsMissing { get; init; }

    /// <summary>Whether the file may hold more; the rest is ignored.</summary>
    public bool AllowsExtra { get; init; }

    /// <summary>Whether tensors of the other element type are converted, and rounded where necessary.</summary>
    public bool Converts { get; init; }
}
