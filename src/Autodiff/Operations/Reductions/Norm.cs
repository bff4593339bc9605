using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Euclidean norm √Σx² over some axes, or over all if none is named; 0 over nothing. Does not overflow or underflow unless the
        /// result does. Slope: x/norm. Where the norm is 0, the slope is taken to be 0 and constant, so that second derivatives are 0 too.
        /// NaN, with slopes of NaN, if any element is NaN.
        /// </summary>
        public static Tensor Norm(Tensor x, params ReadOnlySpan<int> axes) =>
            Reduction.Over("Norm", x, axes, keepAxes: false, RowReductionOperation<NormReduction>.Apply, Reduction.Ability.Innermost);
    }
}

namespace Autograd.Operations
{
    readonly struct NormReduction : IRowReduction
    {
        public string Name => nameof(Functions.Norm);

        public bool AllowsEmpty => true;

        public T Reduce<T>(ReadOnlySpan<T> row)
            where T : unmanaged, IFloatingPointIeee754<T>
            => EuclideanNorm.Of(row);

        public bool ReduceColumns<T>(Span<T> columns, Span<T> results)
            where T : unmanaged, IFloatingPointIeee754<T>
            => EuclideanNorm.TryOfColumns(columns, results);

        public Tensor Weights(Tensor x, Tensor result, int first)
        {
            // Where the norm is 0 all slopes of the quotient are.
            return x / Functions.Where(Functions.Equal(result, 0), double.PositiveInfinity, result);
        }
    }
}
