using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>left − right, broadcast. Slopes: 1 and −1.</summary>
        public static Tensor Subtract(Tensor left, Tensor right) =>
            Dispatcher.Apply(BinaryOperation<SubtractFunction>.Instance, left, right);
    }
}

namespace Autograd.Operations
{
    readonly struct SubtractFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.Subtract);

        public N Value<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
            => left - right;

        public static bool TryEvaluate<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            if (!BinaryLoop.IsBeyondCaches(left, right, result)) return false;
            TensorPrimitives.Subtract(left, right, result);
            return true;
        }

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
            => argument == 0 ? vector : -vector;
    }
}
