using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Running log-sum-exp along an axis, y[i] = log(eˣ⁰ + … + eˣⁱ), as y[i] = <see cref="LogAddExp(Tensor, Tensor)"/>(y[i − 1], x[i]):
        /// a running sum of numbers given by their logarithms. Slopes: ∂y[i]/∂x[j] = e^(x[j] − y[i]). −∞ as long as all elements are, with
        /// slope 0, because none of them contributes; NaN from the first NaN on. Errors grow with the length, as for a plain running sum.
        /// </summary>
        /// <param name="x">Argument.</param>
        /// <param name="axis">Axis; −1 is the innermost.</param>
        public static Tensor CumulativeLogSumExp(Tensor x, int axis) => RunningOperation<RunningLogSumExp>.Apply(x, axis);
    }
}

namespace Autograd.Operations
{
    readonly struct RunningLogSumExp : IRunningFunction
    {
        public string Name => nameof(Functions.CumulativeLogSumExp);

        public ElementwiseOperation Combination => BinaryOperation<LogAddExpFunction>.Instance;

        public double Neutral => double.NegativeInfinity;

        public void Next<T>(ReadOnlySpan<T> before, ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
            => BinaryLoop.Run<LogAddExpFunction, T>(before, x, y);

        public (Tensor Before, Tensor Own) Shares(Tensor x, Tensor y, int axis)
        {
            var difference = LogAddExpFunction.Difference(x, new ScanAxis(axis, fromEnd: false).Before(y, double.NegativeInfinity));
            var isNothing = Functions.Equal(y, double.NegativeInfinity);
            return (Functions.Where(isNothing, 0, Functions.Sigmoid(-difference)),
                Functions.Where(isNothing, 0, Functions.Sigmoid(difference)));
        }
    }
}
