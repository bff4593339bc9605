namespace Autograd.Tensors;

/// <summary>What made a value.</summary>
interface IOrigin
{
    /// <summary>Name as users write it.</summary>
    string Name { get; }
}
