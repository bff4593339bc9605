using Autograd.Onnx.Graph;
using Autograd.Onnx.Operations;

namespace Autograd.Onnx.Writing;

/// <summary>
/// What each operation is in ONNX. Elementwise functions have no entry: each is written from its own definition, in the arithmetic of
/// <see cref="OnnxNumber"/>.
/// </summary>
static class OperationMap
{
    static readonly Dictionary<Type, Func<OnnxCall, string>> Writers = new()
    {
        [typeof(AddAlongOperation)] = IndexWriter.AddAlong,
        [typeof(AffineOperation)] = ProductWriter.Affine,
        [typeof(BroadcastToOperation)] = ShapeWriter.BroadcastTo,
        [typeof(CholeskyOperation)] = ProgramWriter.OfMatrices((CholeskyOperation _, Tensor[] x) => MatrixPrograms.Cholesky(x[0])),
        [typeof(ConcatenateOperation)] = ShapeWriter.Concatenate,
        [typeof(ConvertOperation)] = ShapeWriter.Convert,
        [typeof(CumulativeSumOperation)] = ReductionWriter.CumulativeSum,
        [typeof(FlipOperation)] = ShapeWriter.Flip,
        [typeof(GatherAlongOperation)] = IndexWriter.GatherAlong,
        [typeof(GatherRowsOperation)] = IndexWriter.GatherRows,
        [typeof(JoinOperation)] = ShapeWriter.Concatenate,
        [typeof(LinearScanOperation)] = ScanWriter.Linear,
        [typeof(LogDeterminantOperation)] =
            ProgramWriter.OfMatrices((LogDeterminantOperation _, Tensor[] x) => MatrixPrograms.LogDeterminant(x[0])),
        [typeof(MatMulOperation)] = ProductWriter.MatMul,
        [typeof(MatrixExponentialOperation)] =
            ProgramWriter.OfMatrices((MatrixExponentialOperation _, Tensor[] x) => MatrixPrograms.Exponential(x[0])),
        [typeof(PadOperation)] = ShapeWriter.Pad,
        [typeof(PatchesOperation)] = PatchWriter.Patches,
        [typeof(PatchSumsOperation)] = PatchWriter.Sums,
        [typeof(PermuteOperation)] = ShapeWriter.Permute,
        [typeof(QrOperation)] = ProgramWriter.OfMatrices((QrOperation _, Tensor[] x) => MatrixPrograms.Qr(x[0])),
        [typeof(RankOperation)] = IndexWriter.Rank,
        [typeof(ReshapeOperation)] = ShapeWriter.Reshape,
        [typeof(ReverseSequencesOperation)] = IndexWriter.ReverseSequences,
        [typeof(RowOperation<LogSoftmaxRow>)] = ReductionWriter.LogSoftmax,
        [typeof(RowOperation<SoftmaxRow>)] = ReductionWriter.Softmax,
        [typeof(RowOperation<StandardRow>)] = ProgramWriter.Decomposed,
        [typeof(RowReductionOperation<LogSumExpReduction>)] = ReductionWriter.Rows<LogSumExpReduction>("ReduceLogSumExp"),
        [typeof(RowReductionOperation<ExtremeReduction<Largest>>)] = ReductionWriter.Rows<ExtremeReduction<Largest>>("ReduceMax"),
        [typeof(RowReductionOperation<ExtremeReduction<Smallest>>)] = ReductionWriter.Rows<ExtremeReduction<Smallest>>("ReduceMin"),
        [typeof(RowReductionOperation<NormReduction>)] = ReductionWriter.Rows<NormReduction>("ReduceL2"),
        [typeof(ScatterAlongOperation)] = IndexWriter.ScatterAlong,
        [typeof(ScatterRowsMaxOperation)] = IndexWriter.ScatterRowsMax,
        [typeof(ScatterRowsOperation)] = IndexWriter.ScatterRows,
        [typeof(SliceOperation)] = ShapeWriter.Slice,
        [typeof(SolveOperation)] = ProgramWriter.OfMatrices((SolveOperation solve, Tensor[] x) =>
            MatrixPrograms.Solve(solve.IsTransposed ? Matrices.Transposed(x[0]) : x[0], x[1])),
        [typeof(SparseProductOperation)] = ProductWriter.SparseProduct,
        [typeof(StackOperation)] = ShapeWriter.Stack,
        // What changes gradients only leaves values as they are.
        [typeof(StopGradientOperation)] = call => call[0],
        [typeof(SumOperation)] = ReductionWriter.Sum,
        [typeof(SymmetricEigenOperation)] =
            ProgramWriter.OfMatrices((SymmetricEigenOperation _, Tensor[] x) => MatrixPrograms.SymmetricEigen(x[0])),
        [typeof(TakeAlongOperation)] = IndexWriter.TakeAlong,
        [typeof(TriangularSolveOperation)] = ProgramWriter.OfMatrices((TriangularSolveOperation solve, Tensor[] x) =>
            MatrixPrograms.TriangularSolve(x[0], x[1], solve.Sides.IsUpper, solve.Sides.IsTransposed)),
        [typeof(WithGradientOperation)] = call => call[0],
    };

    /// <summary>Whether an operation of a type can be written, a recurrence and taking apart left aside.</summary>
    public static bool Knows(Type operation) => Writers.ContainsKey(operation)
        || operation.IsAssignableTo(typeof(ElementwiseOperation)) || operation.IsAssignableTo(typeof(IRunningOperation));

    /// <summary>Writes a call with one result, and gives its name.</summary>
    public static string Write(OnnxCall call)
    {
        if (call.Operation is ElementwiseOperation elementwise) return Elementwise(call, elementwise);
        if (call.Operation is IRunningOperation running) return ScanWriter.Running(call, running);
        if (Writers.TryGetValue(call.Operation.GetType(), out var write)) return write(call);
        throw new OnnxExportException(
            call.Name, call.Operation is CustomAdapter ? "it is an operation of the user, of which only the code is known."
                : "it has no form in ONNX.");
    }

    // Numbers that depend on the sizes, such as one over a length.
    static OnnxNumber[] Numbers(OnnxCall call, int count)
    {
        var numbers = call.All((ElementwiseOperation each) => each.Numbers.ToArray());
        return [.. Enumerable.Range(0, count).Select(i => new OnnxNumber(
            call.Graph, call.Context.Number(call.Name, Array.ConvertAll(numbers, each => each[i]), call.Type), call.Type))];
    }

    static string Elementwise(OnnxCall call, ElementwiseOperation operation)
    {
        var operands = new OnnxNumber[call.Operands.Count];
        for (int i = 0; i < operands.Length; i++) operands[i] = new(call.Graph, call[i], call.Type);
        bool isSame = call.All((ElementwiseOperation each) => each).All(operation.IsSameAs);
        var value = isSame ? operation.Value<OnnxNumber>(operands)
            : operation.Value<OnnxNumber>(operands, Numbers(call, operation.Numbers.Length));
        string name = value.NameNear(operands[0]);
        return value.IsPlain ? call.Add("Expand", name, call.Sizes.Vector(call.ResultShape)) : name;
    }
}
