using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd.Bench;

/// <summary>
/// A training step of the peephole LSTM written by hand on the project's kernels: what the equations of <c>PeepholeLstmCell</c> are to be
/// measured against. Loss: the mean of the squares of all outputs. Gradients: of all weights, not of the input.
/// <para>All memory is taken in the constructor.</para>
/// </summary>
sealed unsafe class PeepholeLstmStep<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Rows that the products with the input and those of the weight gradients take at once: enough for a product at full speed, few enough
    // to find them in the cache. All rows at once are 7 % slower at [64, 64, 256] with 256 hidden units, where they are 17 MB.
    const int RowsTogether = 256;

    readonly PeepholeLstmSize size;
    readonly int hidden, stateSize, gatesSize, chunk;
    readonly PackedMatrix<T> input = new(), recurrent = new(), recurrentTransposed = new();

    // Gates first hold the sums, then the gates, then the gradients of the sums. States have one step more in front, that of zeros.
    readonly AlignedBuffer<T> x, gates, cells, tanhCells, outputs, outputGradient, cellGradient;

    public PeepholeLstmStep(PeepholeLstmSize size)
    {
        this.size = size;
        hidden = size.Padded<T>();
        (stateSize, gatesSize) = (size.Batch * hidden, 4 * size.Batch * hidden);
        int chunks = (size.Rows - 1) / RowsTogether + 1;
        chunk = (size.Time - 1) / chunks + 1;
        (Weights, Gradients) = (new(size), new(size));
        x = new(size.Rows * size.Inputs);
        gates = new(size.Time * gatesSize);
        cells = new((size.Time + 1) * stateSize);
        outputs = new((size.Time + 1) * stateSize);
        tanhCells = new(size.Time * stateSize);
        (outputGradient, cellGradient) = (new(stateSize), new(stateSize));
    }

    public PeepholeLstmWeights<T> Weights { get; }

    public PeepholeLstmWeights<T> Gradients { get; }

    /// <summary>The input, <c>[time, batch, inputs]</c>.</summary>
    public Span<T> Input => x.Span;

    /// <summary>Computes the gradients and returns the loss.</summary>
    public T Run()
    {
        Pack();
        Forward();
        Backward();
        return TensorPrimitives.SumOfSquares<T>(outputs.Span) / OutputCount;
    }

    // The outputs of filled-up units do not count.
    T OutputCount => T.CreateChecked((long)size.Rows * size.Hidden);

    void Pack()
    {
        input.Pack(Weights.Input.Span, size.Inputs, 4 * hidden, 4 * hidden, 1);
        recurrent.Pack(Weights.Recurrent.Span, hidden, 4 * hidden, 4 * hidden, 1);
        recurrentTransposed.Pack(Weights.Recurrent.Span, 4 * hidden, hidden, 1, 4 * hidden);
    }

    void Forward()
    {
        for (int t = 0; t < size.Time; t++)
        {
            if (t % chunk == 0) InputProduct(t, Math.Min(t + chunk, size.Time));
            // The state before the first step is zero.
            if (t > 0)
                MatrixProduct.Multiply(StateOf(outputs, t), hidden, 1, recurrent, GatesOf(t), 4 * hidden, size.Batch, accumulate: true);
            new PeepholeLstmForward<T>
            {
                Gates = gates.Start + t * gatesSize,
                CellsBefore = cells.Start + t * stateSize,
                Cells = cells.Start + (t + 1) * stateSize,
                TanhCells = tanhCells.Start + t * stateSize,
                Outputs = outputs.Start + (t + 1) * stateSize,
                Peepholes = Weights.Peepholes.Start,
                Bias = Weights.Bias.Start,
            }.Run(size.Batch, hidden);
        }
    }

    // The product with the input does not depend on the state.
    void InputProduct(int first, int end)
    {
        int row = first * size.Batch, rows = (end - first) * size.Batch;
        MatrixProduct.Multiply(
            x.Part(row * size.Inputs, rows * size.Inputs), size.Inputs, 1, input, gates.Part(first * gatesSize, rows * 4 * hidden),
            4 * hidden, rows,
            accumulate: false);
    }

    void Backward()
    {
        outputGradient.Span.Clear();
        cellGradient.Span.Clear();
        Gradients.Bias.Span.Clear();
        Gradients.Peepholes.Span.Clear();
        for (int t = size.Time - 1; t >= 0; t--)
        {
            BackwardPass(t);
            if (t > 0)
                MatrixProduct.Multiply(
                    GatesOf(t), 4 * hidden, 1, recurrentTransposed, outputGradient.Span, hidden, size.Batch, accumulate: false);
            if (t % chunk == 0) WeightGradients(t, Math.Min(t + chunk, size.Time));
        }
    }

    void BackwardPass(int t) => new PeepholeLstmBackward<T>
    {
        Gates = gates.Start + t * gatesSize,
        CellsBefore = cells.Start + t * stateSize,
        Cells = cells.Start + (t + 1) * stateSize,
        TanhCells = tanhCells.Start + t * stateSize,
        Outputs = outputs.Start + (t + 1) * stateSize,
        Peepholes = Weights.Peepholes.Start,
        OutputGradient = outputGradient.Start,
        CellGradient = cellGradient.Start,
        PeepholeGradient = Gradients.Peepholes.Start,
        BiasGradient = Gradients.Bias.Start,
        LossSlope = T.CreateChecked(2) / OutputCount,
    }.Run(size.Batch, hidden);

    // One product over many steps, the first of which writes the gradient.
    void WeightGradients(int first, int end)
    {
        int row = first * size.Batch, rows = (end - first) * size.Batch;
        bool accumulate = end < size.Time;
        var inputs = new Rows(x, row * size.Inputs, size.Inputs, gates, first * gatesSize, 4 * hidden, rows);
        MatrixProduct.MultiplyTransposedSegments<T, Rows>(ref inputs, size.Inputs, 4 * hidden, Gradients.Input.Span, accumulate);
        var states = new Rows(outputs, first * stateSize, hidden, gates, first * gatesSize, 4 * hidden, rows);
        MatrixProduct.MultiplyTransposedSegments<T, Rows>(ref states, hidden, 4 * hidden, Gradients.Recurrent.Span, accumulate);
    }

    Span<T> GatesOf(int t) => gates.Part(t * gatesSize, gatesSize);

    Span<T> StateOf(AlignedBuffer<T> states, int t) => states.Part(t * stateSize, stateSize);

    /// <summary>Two matrices with equally many rows, all in one piece.</summary>
    readonly struct Rows(
        AlignedBuffer<T> left, int leftStart, int leftColumns, AlignedBuffer<T> right, int rightStart, int rightColumns, int rows)
        : ISegments<T>
    {
        public int Count => 1;

        int ISegments<T>.Rows(int segment) => rows;

        public ReadOnlySpan<T> Left(int segment) => left.Part(leftStart, rows * leftColumns);

        public ReadOnlySpan<T> Right(int segment) => right.Part(rightStart, rows * rightColumns);
    }
}
