namespace Autograd.Tensors;

/// <summary>What made a value.</summary>
internal interface IOrigin
{
    /// <summary>Name as users write it.</summary>
    string Name { get; }
}
