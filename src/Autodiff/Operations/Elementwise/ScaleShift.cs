namespace Autograd.Operations
{
    /// <summary>
    /// scale · x + shift with plain numbers: what <c>1 - z</c>, <c>0.5 * x</c> and <c>-x</c> mean. The numbers take the tensor's element
    /// type.
    /// A product has the shift −0, which unlike 0 leaves the sign of every zero as it is.
    /// </summary>
    readonly record struct ScaleShiftFunction(double Scale, double Shift) : IUnaryFunction
    {
        public string Name => "ScaleShift";

        public double[] Numbers => [Scale, Shift];

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.ScaleShift(x, Scale, Shift);

        public N Value<N>(N x, ReadOnlySpan<N> numbers)
            where N : struct, ISlopeNumber<N>
            => x * numbers[0] + numbers[1];

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => vector * Scale;
    }
}

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>scale · x + shift, with plain numbers of the tensor's element type. Slope: scale.</summary>
        public static Tensor ScaleShift(Tensor x, double scale, double shift) =>
            Dispatcher.Apply(new UnaryOperation<ScaleShiftFunction>(new(scale, shift)), x);

        /// <summary>−x. Slope: −1.</summary>
        public static Tensor Negate(Tensor x) => ScaleShift(x, -1, -0.0);
    }
}
