using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Smallest element over some axes, or over all if none is named. Elements that tie share the slope equally. NaN if any is NaN,
        /// and so are all slopes.
        /// </summary>
        /// <exception cref="ShapeException">There is no element.</exception>
        public static Tensor Min(Tensor x, params ReadOnlySpan<int> axes) =>
            Reduction.Over("Min", x, axes, keepAxes: false, RowReductionOperation<MinReduction>.Apply, innermost: true);
    }
}

namespace Autograd.Operations
{
    readonly struct MinReduction : IRowReduction
    {
        public string Name => nameof(Functions.Min);

        public bool AllowsEmpty => false;

        public T Reduce<T>(ReadOnlySpan<T> row)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Min(row);

        public bool ReduceColumns<T>(Span<T> columns, Span<T> results)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            columns[..results.Length].CopyTo(results);
            for (int start = results.Length; start < columns.Length; start += results.Length)
                TensorPrimitives.Min(results, columns.Slice(start, results.Length), results);
            return true;
        }

        public Tensor Weights(Tensor x, Tensor result, int first) => Reduction.EqualShares(Functions.Equal(x, result), first);
    }
}
