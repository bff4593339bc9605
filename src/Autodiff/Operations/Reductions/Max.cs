using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Largest element over some axes, or over all if none is named. Elements that tie share the slope equally. NaN if any is NaN,
        /// and so are all slopes.
        /// </summary>
        /// <exception cref="ShapeException">There is no element.</exception>
        public static Tensor Max(Tensor x, params ReadOnlySpan<int> axes) =>
            Reduction.Over("Max", x, axes, keepAxes: false, RowReductionOperation<MaxReduction>.Apply, innermost: true);
    }
}

namespace Autograd.Operations
{
    readonly struct MaxReduction : IRowReduction
    {
        public string Name => nameof(Functions.Max);

        public bool AllowsEmpty => false;

        public T Reduce<T>(ReadOnlySpan<T> row)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Max(row);

        public bool ReduceColumns<T>(Span<T> columns, Span<T> results)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            columns[..results.Length].CopyTo(results);
            for (int start = results.Length; start < columns.Length; start += results.Length)
                TensorPrimitives.Max(results, columns.Slice(start, results.Length), results);
            return true;
        }

        public Tensor Weights(Tensor x, Tensor result, int first) => Reduction.EqualShares(Functions.Equal(x, result), first);
    }
}
