namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// The value of the first with the slope of the second, broadcast: ∂/∂value = 0, ∂/∂surrogate = 1, whatever they hold. The
        /// straight-through estimator (Bengio, Léonard, Courville 2013), for values without a slope of their own:
        /// <code>StraightThrough(Round(x), x)                 // a quantised x
        /// StraightThrough(Sign(x), Clamp(x, -1, 1))   // a binary unit (Hubara et al. 2016)</code>
        /// </summary>
        /// <param name="value">The value of the result.</param>
        /// <param name="surrogate">The tensor that is differentiated in its place.</param>
        public static Tensor StraightThrough(Tensor value, Tensor surrogate) =>
            Dispatcher.Apply(BinaryOperation<StraightThroughFunction>.Instance, value, surrogate);
    }
}

namespace Autograd.Operations
{
    readonly struct StraightThroughFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.StraightThrough);

        public N Value<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
            => left;

        public Tensor? Propagate(in Call call, int argument, Tensor vector) => argument == 0 ? null : vector;
    }
}
