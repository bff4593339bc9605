namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// The angle of the point (x, y) from the axis of x, in radians from −π to π, broadcast; at zeros and infinities as in IEEE 754:
        /// signs of zeros count, and two infinities are a diagonal. Slopes: x/(x² + y²) with respect to y and −y/(x² + y²) with respect to
        /// x, which do not overflow or underflow unless the result does; NaN at the origin and where both are infinite.
        /// </summary>
        /// <param name="y">Ordinate.</param>
        /// <param name="x">Abscissa.</param>
        public static Tensor Atan2(Tensor y, Tensor x) => Dispatcher.Apply(BinaryOperation<Atan2Function>.Instance, y, x);
    }
}

namespace Autograd.Operations
{
    readonly struct Atan2Function : IBinaryFunction
    {
        public string Name => nameof(Functions.Atan2);

        public OperationCost Cost => OperationCost.Expensive;

        // In the first eighth of the circle, and then by its symmetries.
        public N Value<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
        {
            var (y, x) = (N.Abs(left), N.Abs(right));
            var (larger, smaller) = (N.Maximum(x, y), N.Minimum(x, y));
            // Of equal numbers the quotient may be 0/0, which is 0 here, or ∞/∞, which is 1.
            var tie = N.Select(N.Equal(larger, 0.0), larger, 1.0);
            var angle = OfUnit(N.Select(N.Equal(larger, smaller), tie, smaller / larger));
            angle = N.SelectGreater(y, x, 1.57079632679489661923 - angle, angle);
            angle = N.Select(IsNegative(right), 3.14159265358979323846 - angle, angle);
            return N.Select(IsNegative(left), -angle, angle);
        }

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
        {
            var (y, x) = (call[0], call[1]);
            // Divided by the larger one first: no square is formed.
            var isSteep = Functions.Greater(Functions.Abs(y), Functions.Abs(x));
            var (larger, smaller) = (Functions.Where(isSteep, y, x), Functions.Where(isSteep, x, y));
            var quotient = smaller / larger;
            var factor = argument == 0 ? Functions.Where(isSteep, quotient, 1) : -Functions.Where(isSteep, 1, quotient);
            return Functions.OverSlope(Functions.TimesSlope(vector, factor), larger + smaller * quotient);
        }

        // Of −0 too, whose reciprocal is −∞.
        static N IsNegative<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Greater(0.0, x) + N.Greater(0.0, 1.0 / x);

        // From 0 to 1 (Moshier, Cephes library, atan).
        static N OfUnit<N>(N x)
            where N : struct, ISlopeNumber<N>
        {
            var isUpper = N.Greater(x, 0.66);
            var r = N.Select(isUpper, (x - 1.0) / (x + 1.0), x);
            var z = r * r;
            var p = (-8.750608600031904122785e-1 * z - 1.615753718733365076637e1) * z - 7.500855792314704667340e1;
            p = (p * z - 1.228866684490136173410e2) * z - 6.485021904942025371773e1;
            var q = ((z + 2.485846490142306297962e1) * z + 1.650270098316988542046e2) * z + 4.328810604912902668951e2;
            q = (q * z + 4.853903996359136964868e2) * z + 1.945506571482613964425e2;
            var angle = r + r * (z * (p / q));
            return N.Select(isUpper, angle + 0.78539816339744830962, angle);
        }
    }
}
