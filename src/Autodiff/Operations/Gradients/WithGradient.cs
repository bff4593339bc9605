namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// The same values; in a backward sweep, a function replaces the cotangent that arrives here: a hook. It may inspect the gradient
        /// (and return its argument), clip it inside a recurrence, scale it, or reverse it. Forward mode passes through unchanged.
        /// Differentiated again, it acts in every sweep that passes it.
        /// <code>h = WithGradient(h, g => Clamp(g, -1, 1));</code>
        /// </summary>
        /// <param name="x">Argument.</param>
        /// <param name="transform">Maps the whole cotangent of the result to one of the same shape.</param>
        public static Tensor WithGradient(Tensor x, Func<Tensor, Tensor> transform)
        {
            ArgumentNullException.ThrowIfNull(transform);
            return Dispatcher.Apply(new WithGradientOperation(transform), x);
        }
    }
}

namespace Autograd.Operations
{
    sealed class WithGradientOperation(Func<Tensor, Tensor> transform) : ViewOperation
    {
        public override string Name => nameof(Functions.WithGradient);

        public override bool HasGradientHook => true;

        // The function is one of a row's cotangent.
        public override Tensor Map(MappedCall call) => Functions.WithGradient(call[0], call.Lift(transform));

        public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into)
        {
            var cotangent = into.Reveal(cotangents[0]!);
            using var user = Recorder.EnterUserCode();
            into.Add(0, transform(cotangent)
                ?? throw new InvalidOperationException($"{Name}: the function returned null; it must give the cotangent to go on with."));
        }

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => tangents[0];
    }
}
