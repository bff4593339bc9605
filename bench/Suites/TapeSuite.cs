using BenchmarkDotNet.Attributes;

namespace Autograd.Bench;

/// <summary>
/// What the tape costs where there is nothing to compute: a chain of 10,000 operations on one number; times are per operation.
/// </summary>
public class TapeSuite
{
    const int Length = 10_000;

    readonly Parameter x = new("x", Tensor.Scalar(0.5));
    readonly Tensor untracked = Tensor.Scalar(0.5);

    /// <summary>Without a tape.</summary>
    [Benchmark(OperationsPerInvoke = Length)]
    public Tensor Untaped() => Chain(untracked);

    /// <summary>Recorded.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Length)]
    public void Forward()
    {
        using var tape = new Tape();
        Chain(x);
    }

    /// <summary>Recorded and swept.</summary>
    [Benchmark(OperationsPerInvoke = Length)]
    public void ForwardAndBackward()
    {
        using var tape = new Tape();
        tape.Gradients(Chain(x), [x]);
    }

    /// <summary>Beginning and ending a tape, as many times.</summary>
    [Benchmark(OperationsPerInvoke = Length)]
    public void EmptyTapes()
    {
        for (int i = 0; i < Length; i++)
        {
            using var tape = new Tape();
        }
    }

    // Addition, multiplication and a function in turn.
    Tensor Chain(Tensor y)
    {
        for (int i = 0; i < Length; i++)
            y = (i % 3) switch { 0 => y + x, 1 => y * x, _ => Functions.Tanh(y) };
        return y;
    }
}
