using System.Numerics;
using System.Runtime.InteropServices;
using static Autograd.Tests.Autodiff.Scan.KernelMemory;

namespace Autograd.Tests.Autodiff.Scan;

/// <summary>
/// Kernels over values with axes between rows and columns, of which every operand may be repeated along any: emitted and interpreted they
/// give the same bits, and what plain arithmetic gives.
/// </summary>
public sealed class GroupKernelTests
{
    const int BlocksInLane = 1, Trials = 60;

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void BroadcastAlongAnyAxisInSingle(int axes) => Check<float>(axes);

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void BroadcastAlongAnyAxisInDouble(int axes) => Check<double>(axes);

    static void Check<T>(int axes)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int seed = 0; seed < Trials; seed++)
        {
            var trial = new Trial<T>(new Random(seed), axes);
            var (emitted, interpreted) = (trial.Run(KernelBackEnd.Emitted), trial.Run(KernelBackEnd.Interpreted));
            for (int i = 0; i < emitted.Length; i++)
            {
                Assert.Equal(emitted[i], interpreted[i]);
                trial.CheckPlain(i, emitted[i]);
            }
        }
    }

    /// <summary>total += left · right + addend, and its sums over rows and over columns.</summary>
    sealed unsafe class Trial<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        static readonly bool IsSingle = typeof(T) == typeof(float);

        readonly Random random;
        readonly KernelBuilder kernel;
        readonly List<(T[] Memory, int[] Strides)> slots = [];
        readonly int[] lengths;
        readonly int rows, width, laneStride, lanes;
        readonly int store, total, columnSum, rowSum, mask = -1;

        public Trial(Random random, int axes)
        {
            this.random = random;
            (rows, width) = (random.Next(1, 20), random.Next(1, 20));
            int[] groups = [.. Enumerable.Range(0, axes).Select(_ => random.Next(1, 5))];
            lengths = [rows, .. groups, width];
            kernel = new KernelBuilder(width, IsSingle, groups);
            var value = Operand() * Operand() + Operand();
            laneStride = Count(lengths[1..]);
            lanes = (rows - 1) / (BlocksInLane * KernelLayout.RowsInBlock) + 1;
            store = Slot(lengths, rows * laneStride, _ => T.NaN);
            total = Slot(lengths, rows * laneStride, _ => T.One);
            columnSum = Slot([1, .. lengths[1..]], lanes * laneStride, _ => T.Zero);
            rowSum = Slot([.. lengths[..^1], 1], rows * laneStride / width, _ => T.NaN);
            kernel.Write(KernelWrite.Store, store, value);
            kernel.Write(KernelWrite.Accumulate, total, value);
            kernel.Write(KernelWrite.ColumnSum, columnSum, value);
            kernel.Write(KernelWrite.RowSum, rowSum, value);
            int padded = KernelLayout.Padded(width, IsSingle);
            if (padded == width) return;
            mask = kernel.AddSlot(0);
            slots.Add((Pinned<T>(padded), []));
            MemoryMarshal.AsBytes(slots[mask].Memory.AsSpan(0, padded)).Clear();
            MemoryMarshal.AsBytes(slots[mask].Memory.AsSpan(0, width)).Fill(0xFF);
        }

        /// <summary>What is in the memory of each result afterwards.</summary>
        public T[][] Run(KernelBackEnd backEnd)
        {
            int[] written = [store, total, columnSum, rowSum];
            T[][] memories = [.. slots.Select((slot, i) => written.Contains(i) ? Copy(slot.Memory) : slot.Memory)];
            nint* starts = stackalloc nint[memories.Length];
            for (int i = 0; i < memories.Length; i++) starts[i] = Marshal.UnsafeAddrOfPinnedArrayElement(memories[i], 0);
            backEnd.MethodOf(new(kernel, mask, laneStride, BlocksInLane))(starts, rows, 0);
            GC.KeepAlive(memories);
            return [.. written.Select(i => memories[i])];
        }

        /// <summary>A result against plain arithmetic in double.</summary>
        public void CheckPlain(int result, T[] found)
        {
            int elements = rows * laneStride;
            double[] values = [.. Enumerable.Range(0, elements).Select(Value)];
            double[] expected = result switch
            {
                0 => values,
                1 => [.. values.Select(value => 1 + value)],
                2 => [.. Enumerable.Range(0, lanes * laneStride).Select(i => Enumerable.Range(0, rows)
                    .Where(row => row / (BlocksInLane * KernelLayout.RowsInBlock) == i / laneStride)
                    .Sum(row => values[row * laneStride + i % laneStride]))],
                _ => [.. values.Chunk(width).Select(row => row.Sum())],
            };
            // Terms are below 2, and each is rounded in its sum.
            double allowed = 4 * Math.Max(rows, width) * (IsSingle ? float.BitIncrement(1) - 1 : double.BitIncrement(1) - 1) * 8;
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], double.CreateChecked(found[i]), allowed);
            Assert.All(found[expected.Length..], element => Assert.True(T.IsNaN(element), $"Result {result} goes beyond its end."));
        }

        // Left, right and addend are the first slots.
        double Value(int element) => At(0, element) * At(1, element) + At(2, element);

        double At(int slot, int element)
        {
            int offset = 0;
            for (int axis = lengths.Length - 1; axis >= 0; axis--)
            {
                offset += element % lengths[axis] * slots[slot].Strides[axis];
                element /= lengths[axis];
            }
            return double.CreateChecked(slots[slot].Memory[offset]);
        }

        // With some axes, the columns among them or not.
        EmittedNumber Operand()
        {
            int[] own = Array.ConvertAll(lengths, length => random.Next(3) == 0 ? 1 : length);
            int slot = Slot(own, Count(own), any => T.CreateChecked(any.NextDouble() * 2 - 1));
            bool hasRows = kernel.RowStrides[slot] > 0, hasColumns = own[^1] == width && width > 1;
            return kernel.Load(!hasColumns ? KernelOp.Column : hasRows ? KernelOp.Element : KernelOp.Vector, slot);
        }

        int Slot(int[] own, int elements, Func<Random, T> draw)
        {
            int[] strides = Strides(own);
            int slot = kernel.AddSlot(strides[0], isTight: true, strides[1..^1]);
            var memory = Pinned<T>(elements);
            for (int i = 0; i < elements; i++) memory[i] = draw(random);
            slots.Add((memory, strides));
            return slot;
        }
    }
}
