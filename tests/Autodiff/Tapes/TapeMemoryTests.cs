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
        // What leaks does so all the time; the runtime's own work, such as compiling methods anew, comes and goes.
        var (managed, resident) = (new List<long>(), new List<long>());
        var before = Memory();
        for (int turn = 0; turn < 3; turn++)
        {
            for (int step = 0; step < 1000; step++) Train(parameters, x, Length(step));
            var after = Memory();
            managed.Add(after.Managed - before.Managed);
            resident.Add(after.Resident - before.Resident);
            before = after;
        }
        Assert.InRange(managed.Min(), long.MinValue, 300_000);
        Assert.InRange(resident.Min(), long.MinValue, 20_000_000);
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
        using var tape = new Tape();
        var x = tape.Watch(Tensor.Scalar(0.5, ElementType.Float64));
        var y = x;
        for (int i = 0; i < 1_000_000; i++) y = y + 1e-6;
        Assert.True(tape.Position > 1_000_000);
        Assert.Equal(1, tape.Gradients(y, [x])[0].ToScalar());
    }

    // A cotangent as large as the sequence for each of its steps would take quadratic time.
    [Fact]
    public void PartsOfASequenceAreAddedWhereTheirSumIs()
    {
        var x = Tensor.Ones([100, 1, 16]);
        using var tape = new Tape();
        tape.Watch(x);
        var state = Tensor.Zeros([1, 16]);
        var adjoints = new AddedParts();
        for (int t = 0; t < 100; t++) state = Tanh(state + Dispatcher.Apply(new Part(t, adjoints), x));
        tape.Gradients(Sum(state), [x]);
        Assert.Equal(100, adjoints.Count);
        Assert.Single(adjoints.Targets);
    }

    [Fact]
    public void ASequenceIsTakenApartByOneEntry()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.Ones([100, 1, 16]));
        int before = tape.Position;
        Unstack(x);
        Assert.Equal(before + 1, tape.Position);
    }

    sealed class AddedParts
    {
        public HashSet<Storage> Targets { get; } = [];

        public int Count { get; set; }
    }

    /// <summary>A step of a sequence, whose adjoint tells where it is added.</summary>
    sealed class Part(int step, AddedParts added) : Operation
    {
        public override string Name => "Part";

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => [.. operands[0].Shape.Lengths[1..]];

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result) => Accumulation.Copy(operands[0][step], result);

        public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into) =>
            into.AddAt(0, new Adjoint(step, call[0].Shape, added), cotangents[0]!);
    }

    sealed class Adjoint(int step, Shape shape, AddedParts added) : ScatterOperation
    {
        public override string Name => "Adjoint";

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => shape;

        public override void AddTo(Tensor part, Tensor target)
        {
            added.Count++;
            added.Targets.Add(target.Storage!);
            int size = part.ElementCount;
            Accumulation.Add(target.WriteSpan<float>().Slice(step * size, size), part.ReadSpan<float>());
        }
    }

    static Parameter[] Network() =>
    [
        new Parameter("Wx", Data.Normal([16, 32], 1, ElementType.Float32) * 0.1),
            new Parameter("Wh", Data.Normal([32, 32], 2, ElementType.Float32) * 0.1),
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
