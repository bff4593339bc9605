using System.Numerics;
using System.Runtime.CompilerServices;

namespace Autograd.Optimizers;

/// <content>The rules that divide by the standard deviation of the gradient.</content>
public sealed partial class RmsProp
{
    readonly struct CentredRule<T>(double rate, double decay, double epsilon) : IUpdateRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        readonly Vector<T> rate = new(T.CreateTruncating(rate));
        readonly Normaliser<T> normaliser = new(decay, epsilon);

        public static int Slots => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<T> Next(Vector<T> value, Vector<T> gradient, ref Vector<T> variance, ref Vector<T> mean, ref Vector<T> third) =>
            value - rate * gradient / normaliser.Divisor(gradient, ref variance, ref mean);
    }

    readonly struct CentredMomentumRule<T>(double rate, double decay, double epsilon, double momentum) : IUpdateRule<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        readonly Vector<T> rate = new(T.CreateTruncating(rate)), momentum = new(T.CreateTruncating(momentum));
        readonly Normaliser<T> normaliser = new(decay, epsilon);

        public static int Slots => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<T> Next(Vector<T> value, Vector<T> gradient, ref Vector<T> variance, ref Vector<T> mean, ref Vector<T> velocity)
        {
            velocity = momentum * velocity + gradient / normaliser.Divisor(gradient, ref variance, ref mean);
            return value - rate * velocity;
        }
    }

    readonly struct Normaliser<T>(double decay, double epsilon)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        readonly Vector<T> decay = new(T.CreateTruncating(decay)), gain = new(T.CreateTruncating(1 - decay));
        readonly Vector<T> epsilon = new(T.CreateTruncating(epsilon));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal Vector<T> Divisor(Vector<T> gradient, ref Vector<T> variance, ref Vector<T> mean)
        {
            var off = gradient - mean;
            mean += gain * off;
            variance = decay * (variance + gain * off * off);
            return Vector.SquareRoot(variance) + epsilon;
        }
    }
}
