using Autograd.Onnx.Proto;
using Autograd.Onnx.Writing;

namespace Autograd.Onnx.Operations;

/// <summary>Matrix products.</summary>
static class ProductWriter
{
    public static string Affine(OnnxCall call) => call.Add("Add", call.Add("MatMul", call[0], call[1]), call[2]);

    // There is no sparse operator; the matrix is written whole.
    public static string SparseProduct(OnnxCall call)
    {
        var matrix = call.Of((SparseProductOperation product) => product.Matrix).ToTensor().As(call.Type).Detach();
        return call.Add("MatMul", call[0], call.Context.Root.Constants.Of(matrix, "sparse"));
    }

    public static string MatMul(OnnxCall call)
    {
        string left = call.Of((MatMulOperation product) => product.Form.TransposesLeft) ? Transposed(call, 0) : call[0];
        string right = call.Of((MatMulOperation product) => product.Form.TransposesRight) ? Transposed(call, 1) : call[1];
        return call.Add("MatMul", left, right);
    }

    static string Transposed(OnnxCall call, int operand)
    {
        long[] order = [.. Enumerable.Range(0, call.RankOf(operand)).Select(axis => (long)axis)];
        (order[^1], order[^2]) = (order[^2], order[^1]);
        return call.Graph.Add("Transpose", [call[operand]], OnnxAttribute.Of("perm", order));
    }
}
