namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// The same values, but no derivative flows through them in either mode. Unlike <see cref="Tensor.Detach"/> it copies nothing and
        /// ends with the tape.
        /// </summary>
        public static Tensor StopGradient(Tensor x)
        {
            ArgumentNullException.ThrowIfNull(x);
            x = Recorder.Actual(x);
            x.CheckOwner(nameof(StopGradient));
            if (x.IsSymbolic) return Dispatcher.Apply(StopGradientOperation.Instance, x);
            // Outside of a tape nothing would notice that the parameter under it has changed.
            if (Recorder.Current is null && x.Storage is { IsMutable: true }) return x.Detach();
            // Not an operation: a value that no entry made is a constant to every sweep.
            return new Tensor(x.ElementType, x.Shape, x.Storage, x.Offset) { Owner = x.Owner, Origin = x.Origin };
        }
    }
}

namespace Autograd.Operations
{
    /// <summary>The identity with slope 0, for programs: where there is no data, a value that no entry made would be lost.</summary>
    sealed class StopGradientOperation : ViewOperation
    {
        public static readonly StopGradientOperation Instance = new();

        public override string Name => nameof(Functions.StopGradient);

        public override OperationForm Form => OperationForm.Identity;

        public override Tensor Map(MappedCall call) => Functions.StopGradient(call[0]);

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) => null;

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => null;
    }
}
