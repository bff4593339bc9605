namespace Autograd.Tensors;

/// <summary>Memory that is used again and again.</summary>
interface IReusedMemory
{
    /// <summary>Nothing uses it any more.</summary>
    void GiveBack();
}
