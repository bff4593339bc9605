using System.Diagnostics;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

[Collection(nameof(Alone))]
public class TapeMemoryTests
{
    [Theory, InlineData(false), InlineData(true)]
    public void TrainingStepsLeaveMemoryFlat(bool randomLengths)
    {
        var parameters = Network();
        var x = Data.Normal([40, 8, 16], 5, ElementType.Float32);
        for (int step = 0; step < 300; step++) Train(parameters, x, Length(step));
        var (managed, resident) = Memory();
        for (int step = 0; step < 1000; step++) Train(parameters, x, Length(step));
        var (managedAfter, residentAfter) = Memory();
        Assert.InRange(managedAfter - managed, long.MinValue, 300_000);
        Assert.InRange(residentAfter - resident, long.MinValue, 20_000_000);
        int Length(int step) => randomLengths ? 1 + new RandomKey(3).Whole((uint)step, 40) : 20;
    }

    [Fact]
    public void StepsInSteadyStateAllocateLittle()
    {
        var parameters = Network();
        var x = Data.Normal([20, 8, 16], 5, ElementType.Float32);
        for (int step = 0; step < 20; step++) Train(parameters, x, 20);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Train(parameters, x, 20);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        // Tensors and shapes are objects; their elements, [8, 32] each, would be ten times as much.
        Assert.InRange(bytes, 0, 20 * 8 * 400);
    }

    [Fact]
    public void GradientBuffersAreFreedEarly()
    {
        const int length = 500, width = 10_000;
        // What other tapes left behind would hide what this one needs.
        for (int i = 0; i < 1000; i++) TapeMemory.Rent();
        using var tape = new Tape();
        var x = tape.Watch(Tensor.Ones([width]));
        var y = x;
        for (int i = 0; i < length; i++) y = Tanh(y);
        var loss = Sum(y);
        long forward = tape.AllocatedBytes;
        tape.Gradients(loss, [x]);
        Assert.InRange(forward, length * width * 4L, length * width * 6L);
        Assert.InRange(tape.AllocatedBytes - forward, 0, 20 * width * 4L);
    }

    [Fact]
    public void ADifferentiatedSequenceTakesMemoryInProportion()
    {
        // If the sweep of an outermost call were recorded, every slice would make a gradient of the whole sequence.
        static long Bytes(int steps)
        {
            var x = Tensor.Ones([steps, 64]);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Differentiate.Gradient(y => Enumerable.Range(0, steps).Aggregate(Sum(y), (sum, t) => sum + Sum(Square(y[t]))), x);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Bytes(500);
        Assert.InRange(Bytes(2000), 0, 60_000_000);
    }

    [Fact]
    public void AMillionEntriesRunBackward()
    {
        var watch = Stopwatch.StartNew();
        using var tape = new Tape();
        var x = tape.Watch(Tensor.Scalar(0.5, ElementType.Float64));
        var y = x;
        for (int i = 0; i < 1_000_000; i++) y = y + 1e-6;
        Assert.True(tape.Position > 1_000_000);
        Assert.Equal(1, tape.Gradients(y, [x])[0].ToScalar());
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    [Fact]
    public void SlicingASequenceTakesTimeInProportion()
    {
        Seconds(1000, unstack: false);
        Assert.InRange(Fastest(4000, unstack: false) / Fastest(1000, unstack: false), 0, 8);
    }

    [Fact]
    public void UnstackingASequenceTakesTimeInProportion()
    {
        Seconds(1000, unstack: true);
        Assert.InRange(Fastest(4000, unstack: true) / Fastest(1000, unstack: true), 0, 8);
    }

    static double Fastest(int steps, bool unstack) => Enumerable.Range(0, 5).Min(_ => Seconds(steps, unstack));

    static double Seconds(int steps, bool unstack)
    {
        var x = Tensor.Ones([steps, 1, 16]);
        using var tape = new Tape();
        tape.Watch(x);
        var watch = Stopwatch.StartNew();
        var parts = unstack ? Unstack(x) : null;
        var state = Tensor.Zeros([1, 16]);
        for (int t = 0; t < steps; t++) state = Tanh(state + (parts is null ? x[t] : parts[t]));
        tape.Gradients(Sum(state), [x]);
        return watch.Elapsed.TotalSeconds;
    }

    static Parameter[] Network() =>
    [
        new Parameter("Wx", Data.Normal([16, 32], 1, ElementType.Float32) * 0.1), new Parameter("Wh", Data.Normal([32, 32], 2, ElementType.Float32) * 0.1),
        new Parameter("b", Tensor.Zeros([32])),
    ];

    static void Train(Parameter[] parameters, Tensor x, int length)
    {
        using var tape = new Tape();
        var h = Tensor.Zeros([8, 32]);
        for (int t = 0; t < length; t++) h = Tanh(MatMul(x[t], parameters[0]) + MatMul(h, parameters[1]) + parameters[2]);
        var gradients = tape.Gradients(Sum(Square(h)), parameters);
        for (int i = 0; i < parameters.Length; i++)
        {
            using var change = parameters[i].Change<float>();
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(gradients[i].AsSpan<float>(), -1e-4f, change.Values, change.Values);
        }
    }

    static (long Managed, long Resident) Memory()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        using var process = Process.GetCurrentProcess();
        return (GC.GetTotalMemory(true), process.WorkingSet64);
    }
}
