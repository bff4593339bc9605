namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>vector · slope, and a vector of 0 where it is 0, whatever the slope; broadcast.</summary>
        internal static Tensor TimesSlope(Tensor vector, Tensor slope) =>
            Dispatcher.Apply(BinaryOperation<TimesSlopeFunction>.Instance, vector, slope);

        /// <summary>vector / divisor, and a vector of 0 where it is 0, whatever the divisor; broadcast.</summary>
        internal static Tensor OverSlope(Tensor vector, Tensor divisor) =>
            Dispatcher.Apply(BinaryOperation<OverSlopeFunction>.Instance, vector, divisor);
    }
}

namespace Autograd.Operations
{
    /// <summary>
    /// A cotangent or tangent times a slope that may be infinite or NaN. One that is 0, as that of a branch not taken, stays 0. It is an
    /// operation of its own, so that its slopes are those of a product where the slope is finite.
    /// </summary>
    readonly struct TimesSlopeFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.TimesSlope);

        public N Value<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
            => N.TimesSlope(left, right);

        // For the slope the vector is the factor, and its zero stays one too.
        public Tensor? Propagate(in Call call, int argument, Tensor vector)
            => argument == 0 ? Functions.TimesSlope(vector, call[1]) : Functions.TimesSlope(call[0], vector);
    }

    /// <summary>A cotangent or tangent divided by what its slope is the reciprocal of; see <see cref="TimesSlopeFunction"/>.</summary>
    readonly struct OverSlopeFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.OverSlope);

        public N Value<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
            => N.OverSlope(left, right);

        public Tensor? Propagate(in Call call, int argument, Tensor vector) => argument == 0
            ? Functions.OverSlope(vector, call[1])
            : -Functions.OverSlope(Functions.TimesSlope(call.Result, vector), call[1]);
    }
}
