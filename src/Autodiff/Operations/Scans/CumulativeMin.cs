using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Running minimum along an axis: y[i] = min(x[0], …, x[i]). Elements that tie for it share the slope equally. NaN from the first
        /// NaN on, and so are all slopes of what is NaN.
        /// </summary>
        /// <param name="x">Argument.</param>
        /// <param name="axis">Axis; −1 is the innermost.</param>
        public static Tensor CumulativeMin(Tensor x, int axis) => RunningOperation<RunningMinimum>.Apply(x, axis);
    }
}

namespace Autograd.Operations
{
    readonly struct RunningMinimum : IRunningFunction
    {
        public string Name => nameof(Functions.CumulativeMin);

        public ElementwiseOperation Combination => BinaryOperation<MinimumFunction>.Instance;

        public double Neutral => double.PositiveInfinity;

        public void Next<T>(ReadOnlySpan<T> before, ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
            => BinaryLoop.Run<MinimumFunction, T>(before, x, y);

        public (Tensor Before, Tensor Own) Shares(Tensor x, Tensor y, int axis)
        {
            var before = new ScanAxis(axis, fromEnd: false).Before(y, double.PositiveInfinity);
            return RunningMaximum.OfExtreme(x, y, Functions.Less(x, before), axis);
        }
    }
}
