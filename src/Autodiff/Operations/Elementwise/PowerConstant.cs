using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>xᵖ for a plain number p. Slope: p·xᵖ⁻¹, and exactly 0 for p = 0. NaN for negative x unless p is whole.</summary>
        public static Tensor Power(Tensor x, double exponent) =>
            Dispatcher.Apply(new UnaryOperation<PowerConstantFunction>(new(exponent)), x);
    }
}

namespace Autograd.Operations
{
    readonly record struct PowerConstantFunction(double Exponent) : IUnaryFunction
    {
        public string Name => nameof(Functions.Power);

        public OperationCost Cost => Exponent is 0 or 1 or 2 or -1 ? OperationCost.Cheap : OperationCost.Expensive;

        public double[] Numbers => [Exponent];

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => Of(x, Exponent);

        public N Value<N>(N x, ReadOnlySpan<N> numbers)
            where N : struct, ISlopeNumber<N>
            => N.Power(x, numbers[0]);

        public static bool HasOwnLoop => true;

        public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            if (Cost == OperationCost.Cheap) ValueLoop.Run(this, x, y);
            else PowerLoop.Run<T>(x, [T.CreateChecked(Exponent)], y);
        }

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => Exponent is 0 or 1 ? vector * Exponent : N.TimesSlope(vector, Exponent * Of(x, Exponent - 1));

        // Where one operation gives the power to the last bit.
        static N Of<N>(N x, double exponent)
            where N : struct, ISlopeNumber<N>
            => exponent switch { 0 => 1.0, 1 => x, 2 => x * x, -1 => 1.0 / x, _ => N.Power(x, exponent) };
    }
}
