namespace Autograd;

public static partial class Functions
{
    /// <summary>
    /// Running product along an axis: y[i] = x[0] · … · x[i]. It is the linear recurrence y[i] = x[i]·y[i − 1], so its slopes, the products
    /// of the other elements, are exact even at zeros, to every order.
    /// </summary>
    /// <param name="x">Argument.</param>
    /// <param name="axis">Axis; −1 is the innermost.</param>
    public static Tensor CumulativeProduct(Tensor x, int axis)
    {
        ArgumentNullException.ThrowIfNull(x);
        int position = ShapeRules.Axis(nameof(CumulativeProduct), x.Shape, axis), length = x.Shape.Lengths[position];
        // The first element begins, and nothing is added afterwards; the sign of a zero is kept.
        var first = length < 2 ? x : Concatenate(
            position, Slice(x, position, 0, 1), Tensor.Full(x.Shape.With(position, length - 1), -0.0, Recorder.Actual(x).ElementType));
        return LinearScanOperation.Apply(position, false, x, first);
    }
}
