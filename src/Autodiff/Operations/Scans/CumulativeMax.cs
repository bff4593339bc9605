using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Running maximum along an axis: y[i] = max(x[0], …, x[i]). Elements that tie for it share the slope equally. NaN from the first
        /// NaN on, and so are all slopes of what is NaN.
        /// </summary>
        /// <param name="x">Argument.</param>
        /// <param name="axis">Axis; −1 is the innermost.</param>
        public static Tensor CumulativeMax(Tensor x, int axis) => RunningOperation<RunningMaximum>.Apply(x, axis);
    }
}

namespace Autograd.Operations
{
    readonly struct RunningMaximum : IRunningFunction
    {
        public string Name => nameof(Functions.CumulativeMax);

        public ElementwiseOperation Combination => BinaryOperation<MaximumFunction>.Instance;

        public double Neutral => double.NegativeInfinity;

        public void Next<T>(ReadOnlySpan<T> before, ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
            => BinaryLoop.Run<MaximumFunction, T>(before, x, y);

        public (Tensor Before, Tensor Own) Shares(Tensor x, Tensor y, int axis)
        {
            var before = new ScanAxis(axis, fromEnd: false).Before(y, double.NegativeInfinity);
            return OfExtreme(x, y, Functions.Greater(x, before), axis);
        }

        /// <summary>Of n that tie so far each has 1/n: the element that is one of them, and what came before the rest.</summary>
        internal static (Tensor Before, Tensor Own) OfExtreme(Tensor x, Tensor y, Tensor isNew, int axis)
        {
            var (isOne, stays) = (Functions.Equal(x, y), 1 - isNew);
            // How many there are, counted anew where a new extreme begins.
            var count = LinearScanOperation.Apply(axis, false, stays, isOne);
            var own = Functions.Where(Functions.Equal(y, y), isOne / count, double.NaN);
            return (1 - own, own);
        }
    }
}
