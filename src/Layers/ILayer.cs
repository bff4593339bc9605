namespace Autograd.Layers;

/// <summary>A layer that maps one tensor to one tensor.</summary>
public interface ILayer
{
    /// <summary>The layer's result.</summary>
    Tensor Forward(Tensor x);
}
