namespace Autograd.Layers;

/// <summary>
/// Weights that are never learned, but saved, in both element types, so that a cell with them runs in whichever its input has.
/// </summary>
internal sealed class FixedWeights
{
    (Tensor Double, Tensor Single) values;

    public FixedWeights(Tensor value) => Assign(value);

    public Tensor InDouble => values.Double;

    /// <summary>Other weights from now on, for those that were saved.</summary>
    public void Assign(Tensor value)
    {
        var precise = value.Detach().As(ElementType.Float64).Detach();
        values = (precise, precise.As(ElementType.Float32).Detach());
    }

    /// <summary>In the element type of a tensor.</summary>
    public Tensor Like(Tensor x) => Tape.Actual(x).ElementType == ElementType.Float64 ? values.Double : values.Single;
}
