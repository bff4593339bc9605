using System.Numerics;
using System.Numerics.Tensors;
using CommunityToolkit.HighPerformance.Buffers;

namespace Autograd.Kernels;

/// <summary>
/// Losses −log softmax(z)[label] of the rows of z = x·weight + bias, and the gradients of their mean, by blocks of rows: a block's logits
/// become their own gradient, and have given it to all that it goes to before they leave the cache.
/// </summary>
readonly ref struct CrossEntropyBlocks<T>(
    ReadOnlySpan<T> x, PackedMatrix<T> weight, ReadOnlySpan<T> bias, ReadOnlySpan<int> labels)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const int BlockBytes = 8 << 20, FewRows = 32, RowsAtOnce = 8;

    readonly ReadOnlySpan<T> x = x, bias = bias;
    readonly ReadOnlySpan<int> labels = labels;

    int Inputs => weight.Rows;

    int Classes => weight.Columns;

    /// <summary>The mean loss.</summary>
    public T Loss()
    {
        using var losses = SpanOwner<T>.Allocate(labels.Length);
        using var logits = SpanOwner<T>.Allocate(BlockRows * Classes);
        for (int start = 0; start < labels.Length; start += BlockRows) Forward(start, logits.Span, losses.Span, toGradients: false);
        return Mean(losses.Span);
    }

    /// <summary>The mean loss, and its gradients, which are overwritten.</summary>
    public T Gradients(PackedMatrix<T> transposedWeight, Span<T> ofX, Span<T> ofWeight, Span<T> ofBias)
    {
        using var losses = SpanOwner<T>.Allocate(labels.Length);
        using var logits = SpanOwner<T>.Allocate(BlockRows * Classes);
        ofBias.Clear();
        for (int start = 0; start < labels.Length; start += BlockRows)
        {
            int rows = Forward(start, logits.Span, losses.Span, toGradients: true);
            var gradient = logits.Span[..(rows * Classes)];
            MatrixProduct.Multiply(gradient, Classes, 1, transposedWeight, ofX[(start * Inputs)..], Inputs, rows, accumulate: false);
            AddTo(ofWeight, start, rows, gradient);
            LongSum.AddRows(ofBias, gradient);
        }
        return Mean(losses.Span);
    }

    // The library's own, which has the same bits on every processor.
    static T Log(T x) => Logarithm.Of(new VectorNumber<T>(new Vector<T>(x))).Value[0];

    // weight += xᵀ · gradient of a block of rows; the first begins the sum.
    unsafe void AddTo(Span<T> weight, int start, int rows, ReadOnlySpan<T> gradient)
    {
        fixed (T* left = x[(start * Inputs)..], right = gradient, sum = weight)
        {
            var target = new TransposedTarget<T>
            {
                Right = right, RightStride = Classes, Columns = Classes, Result = sum, Accumulate = start > 0,
            };
            MatrixProduct.MultiplyTransposed(left, Inputs, Inputs, rows, new ReadOnlySpan<TransposedTarget<T>>(in target));
        }
    }

    // Blocks of nearly the same number of rows, a multiple of those that products take at once.
    unsafe int BlockRows
    {
        get
        {
            int most = Math.Max(FewRows, BlockBytes / (Classes * sizeof(T))), blocks = (labels.Length - 1) / most + 1;
            return ((labels.Length - 1) / blocks / RowsAtOnce + 1) * RowsAtOnce;
        }
    }

    T Mean(ReadOnlySpan<T> losses) => LongSum.Of(losses) / T.CreateChecked(losses.Length);

    // Losses of the rows of a block, whose number it returns; logits become gradients where these are wanted.
    int Forward(int start, Span<T> logits, Span<T> losses, bool toGradients)
    {
        int rows = Math.Min(BlockRows, labels.Length - start);
        for (int row = 0; row < rows; row++) bias.CopyTo(logits[(row * Classes)..]);
        MatrixProduct.Multiply(x[(start * Inputs)..], Inputs, 1, weight, logits, Classes, rows, accumulate: true);
        T share = T.One / T.CreateChecked(labels.Length);
        for (int row = 0; row < rows; row++)
        {
            var own = logits.Slice(row * Classes, Classes);
            int label = labels[start + row];
            losses[start + row] = Exponentiate(own, label, out T sum);
            if (!toGradients) continue;
            TensorPrimitives.Multiply(own, share / sum, own);
            own[label] -= share;
        }
        return rows;
    }

    // A row's loss; its logits become numbers in proportion to its softmax, and their sum.
    static T Exponentiate(Span<T> logits, int label, out T sum)
    {
        T own = logits[label], largest = Largest.Of<T>(logits);
        if (T.IsFinite(largest))
        {
            sum = ExponentialSum.Of(logits, largest, logits, out _);
            return Log(sum) - (own - largest);
        }
        sum = T.One;
        InfiniteRow.Share(logits, largest, logits);
        return -Log(logits[label]);
    }
}
