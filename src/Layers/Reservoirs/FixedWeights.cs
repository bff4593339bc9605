namespace Autograd.Layers;

/// <summary>Weights that are never learned, in both element types, so that a cell with them runs in whichever its input has.</summary>
internal sealed class FixedWeights
{
    readonly Tensor single;

    public FixedWeights(Tensor value)
    {
        InDouble = value.Detach().As(ElementType.Float64).Detach();
        single = InDouble.As(ElementType.Float32).Detach();
    }

    public Tensor InDouble { get; }

    /// <summary>In the element type of a tensor.</summary>
    public Tensor Like(Tensor x) => Tape.Actual(x).ElementType == ElementType.Float64 ? InDouble : single;
}
