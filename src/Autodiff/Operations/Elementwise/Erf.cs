using System.Runtime.CompilerServices;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// The error function 2/√π · ∫ e^(−t²) dt from 0 to x: odd to the bit, ±1 at ±∞. Slope: 2/√π · e^(−x²).
        /// </summary>
        public static Tensor Erf(Tensor x) => Dispatcher.Apply(UnaryOperation<ErfFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct ErfFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Erf);

        public OperationCost Cost => OperationCost.Expensive;

        // Near 0 a series, since a difference would lose digits; else 1 − 2·Φ(−√2·|x|).
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
        {
            var magnitude = N.Abs(x);
            var far = 1.0 - 2.0 * N.NormalDistribution(-1.4142135623730950488 * magnitude);
            return N.SelectGreater(magnitude, 0.5, N.SelectGreater(0.0, x, -far, far), x * Series(x * x));
        }

        // Where the exponential is 0, no infinity may meet it.
        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
        {
            var limited = N.Minimum(N.Maximum(x, -1000.0), 1000.0);
            return vector * (1.1283791670955125739 * N.Exp(-(limited * limited)));
        }

        // Taylor, up to the 25th power of x, the last that counts at ½.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static N Series<N>(N square)
            where N : struct, ISlopeNumber<N>
        {
            var p = 9.4227590646504109706e-11 * square - 1.2290555301717927353e-9;
            p = p * square + 1.480719281587921724e-8;
            p = p * square - 1.6365844691234924317e-7;
            p = p * square + 1.6462114365889247402e-6;
            p = p * square - 0.000014925650358406250977;
            p = p * square + 0.00012055332981789664251;
            p = p * square - 0.00085483270234508528325;
            p = p * square + 0.0052239776254421878421;
            p = p * square - 0.026866170645131251759;
            p = p * square + 0.11283791670955125739;
            p = p * square - 0.37612638903183752463;
            p = p * square + 1.1283791670955125739;
            return p;
        }
    }
}
