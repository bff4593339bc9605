using Autograd.Layers;

namespace Autograd.Tests.Layers;

/// <summary>A tape on which a module made in float computes in double, with the same parameters.</summary>
static class InDouble
{
    internal static Tape Tape(Module module)
    {
        var tape = new Tape();
        foreach (var parameter in module.Parameters) tape.Bind(parameter, parameter.Detach().As(ElementType.Float64));
        return tape;
    }

    internal static Tensor Draw(RandomKey key, params int[] shape) => key.Normal(Shape.Create(shape), 1, ElementType.Float64);
}
