namespace Autograd.Onnx.Writing;

/// <summary>Writes an operation as a program of others, which is traced with the operation's sizes and written in its place.</summary>
static class ProgramWriter
{
    /// <summary>For an operation on matrices, whose program takes and gives <c>[batch, rows, columns]</c> in double.</summary>
    public static Func<OnnxCall, string> OfMatrices<TOperation>(Func<TOperation, Tensor[], Tensor> program)
        where TOperation : MatrixOperation
        => call =>
        {
            if (call.ShapeOf(0)[^2..].Any(size => !size.IsKnown || size.Value == 0))
                throw new OnnxExportException(call.Name, "its matrices are empty, or their lengths depend on the sizes of the inputs.");
            return Write(call, (TOperation operation, Tensor[] operands) =>
            {
                var shape = operation.Infer(operands);
                int batch = operands[0].Shape.Product(0, operands[0].Rank - 2);
                var given = operands.Select(x => x.As(ElementType.Float64).Reshape(batch, x.Shape[^2], x.Shape[^1]));
                return program(operation, [.. given]).Reshape(shape.Lengths).As(operands[0].ElementType);
            });
        };

    /// <summary>For an operation that says what simpler ones it is made of.</summary>
    public static string Decomposed(OnnxCall call) => Write(call, (Operation operation, Tensor[] x) => operation.Decompose(x)!);

    static string Write<TOperation>(OnnxCall call, Func<TOperation, Tensor[], Tensor> program)
        where TOperation : RecordedOperation
    {
        try
        {
            var trials = call.Trace((operation, operands) => program((TOperation)operation, operands));
            var writer = new FunctionWriter(call.Context, trials);
            for (int i = 0; i < call.Operands.Count; i++) writer.SetName(i, call[i]);
            writer.WriteAll(call.Graph);
            return writer.NameOf(writer.First.Results[0]);
        }
        catch (OnnxExportException error) when (error.Operation != call.Name)
        {
            throw new OnnxExportException(call.Name, $"of what it is made of cannot be written: {error.Message}", error);
        }
    }
}
