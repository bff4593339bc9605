using System.Globalization;
using System.Text;

namespace Autograd.Tensors;

/// <summary>Writes tensors for people: nested brackets, six digits, at most six items of an axis.</summary>
static class TensorText
{
    const int EdgeItems = 3;

    public static string Write(Tensor tensor)
    {
        var text = new StringBuilder(tensor.ElementType == ElementType.Float32 ? "float " : "double ").Append(tensor.Shape);
        if (tensor.IsSymbolic) return text.Append(" symbolic").ToString();
        if (tensor.Owner is { IsEnded: true }) return text.Append(" (its tape has ended)").ToString();
        text.Append(' ');
        WriteAxis(text, tensor, axis: 0, start: 0, tensor.ElementCount);
        return text.ToString();
    }

    static void WriteAxis(StringBuilder text, Tensor tensor, int axis, int start, int count)
    {
        if (axis == tensor.Rank)
        {
            text.Append(Number(tensor, start));
            return;
        }
        int length = tensor.Shape.Lengths[axis];
        int stride = length == 0 ? 0 : count / length;
        text.Append('[');
        for (int i = 0; i < length; i++)
        {
            if (i > 0) text.Append(", ");
            if (length > 2 * EdgeItems && i == EdgeItems)
            {
                text.Append("…, ");
                i = length - EdgeItems;
            }
            WriteAxis(text, tensor, axis + 1, start + i * stride, stride);
        }
        text.Append(']');
    }

    static string Number(Tensor tensor, int position)
    {
        double value = tensor.ElementType == ElementType.Float32 ? tensor.ReadSpan<float>()[position] : tensor.ReadSpan<double>()[position];
        return value.ToString("G6", CultureInfo.InvariantCulture);
    }
}
