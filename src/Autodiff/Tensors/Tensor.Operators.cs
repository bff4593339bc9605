namespace Autograd;

public partial class Tensor
{
    /// <summary>Elementwise sum, broadcast.</summary>
    public static Tensor operator +(Tensor left, Tensor right) => Functions.Add(left, right);

    /// <summary>Adds a plain number, which takes the tensor's element type.</summary>
    public static Tensor operator +(Tensor left, double right) => Functions.ScaleShift(left, 1, right);

    /// <summary>Adds a plain number, which takes the tensor's element type.</summary>
    public static Tensor operator +(double left, Tensor right) => Functions.ScaleShift(right, 1, left);

    /// <summary>Elementwise difference, broadcast.</summary>
    public static Tensor operator -(Tensor left, Tensor right) => Functions.Subtract(left, right);

    /// <summary>Subtracts a plain number, which takes the tensor's element type.</summary>
    public static Tensor operator -(Tensor left, double right) => Functions.ScaleShift(left, 1, -right);

    /// <summary>Subtracts from a plain number, which takes the tensor's element type.</summary>
    public static Tensor operator -(double left, Tensor right) => Functions.ScaleShift(right, -1, left);

    /// <summary>Elementwise product, broadcast. The matrix product is <see cref="Functions.MatMul(Tensor, Tensor, bool, bool)"/>.</summary>
    public static Tensor operator *(Tensor left, Tensor right) => Functions.Multiply(left, right);

    /// <summary>Multiplies by a plain number, which takes the tensor's element type.</summary>
    public static Tensor operator *(Tensor left, double right) => Functions.ScaleShift(left, right, -0.0);

    /// <summary>Multiplies by a plain number, which takes the tensor's element type.</summary>
    public static Tensor operator *(double left, Tensor right) => Functions.ScaleShift(right, left, -0.0);

    /// <summary>Elementwise quotient, broadcast.</summary>
    public static Tensor operator /(Tensor left, Tensor right) => Functions.Divide(left, right);

    /// <summary>Divides by a plain number, which takes the tensor's element type.</summary>
    public static Tensor operator /(Tensor left, double right) => Functions.Divide(left, Functions.Number(right, left));

    /// <summary>Divides a plain number, which takes the tensor's element type.</summary>
    public static Tensor operator /(double left, Tensor right) => Functions.Divide(Functions.Number(left, right), right);

    /// <summary>Elementwise negation.</summary>
    public static Tensor operator -(Tensor value) => Functions.Negate(value);

    /// <summary>
    /// The part at one index of the leading axis, without a copy: <c>x[t]</c> is step t of <c>[time, batch, feature]</c>; <c>x[^1]</c> the
    /// last.
    /// </summary>
    public Tensor this[Index index] => Functions.At(this, index);

    /// <summary>The parts in a range of the leading axis, without a copy: <c>x[..10]</c>.</summary>
    public Tensor this[Range range] => Functions.Slice(this, range);

    /// <summary>The same numbers in another element type, rounded where necessary. Gradients are converted back.</summary>
    public Tensor As(ElementType type) => type == ElementType ? this : Functions.Convert(this, type);

    /// <summary>The same elements in another shape, without a copy. One length may be −1, and is then inferred.</summary>
    public Tensor Reshape(params ReadOnlySpan<int> lengths) => Functions.Reshape(this, lengths);
}
