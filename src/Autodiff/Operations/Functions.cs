namespace Autograd;

/// <summary>
/// The operations, one file each in <c>Operations/</c>. Import them with <c>using static Autograd.Functions;</c> so that equations read as
/// on paper: <c>Sigmoid(MatMul(x, Wx) + MatMul(h, Wh) + b)</c>.
/// </summary>
public static partial class Functions
{
    /// <summary>A number in the element type of a tensor that it is combined with.</summary>
    internal static Tensor Number(double number, Tensor like)
    {
        ArgumentNullException.ThrowIfNull(like);
        return Tensor.Scalar(number, Recorder.Actual(like).ElementType);
    }
}
