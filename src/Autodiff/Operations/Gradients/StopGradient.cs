namespace Autograd;

public static partial class Functions
{
    /// <summary>
    /// The same values, through which no derivative flows in either mode. Unlike <see cref="Tensor.Detach"/> it copies nothing and ends with the tape.
    /// </summary>
    public static Tensor StopGradient(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        x = Tape.Actual(x);
        x.ThrowIfEnded(nameof(StopGradient));
        // Not an operation: a value that no entry made is a constant to every sweep.
        return new Tensor(x.ElementType, x.Shape, x.Storage, x.Offset) { Tape = x.Tape, Origin = x.Origin };
    }
}
