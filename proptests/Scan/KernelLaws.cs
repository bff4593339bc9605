using System.Numerics;
using System.Runtime.InteropServices;
using static Autograd.Tests.Autodiff.Scan.KernelMemory;

namespace Autograd.PropertyTests;

/// <summary>
/// Kernels of random instructions over random memories, of none or one up to many: emitted and interpreted they write the same bits to the
/// same places.
/// </summary>
public class KernelLaws
{
    [Law(400)]
    public void BothBackEndsAgreeInSingle(Draw draw) => Agree(draw.Of(draw => new RandomKernel<float>(draw)));

    [Law(400)]
    public void BothBackEndsAgreeInDouble(Draw draw) => Agree(draw.Of(draw => new RandomKernel<double>(draw)));

    static void Agree<T>(RandomKernel<T> kernel)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Near.SameBits(kernel.Run(KernelBackEnd.Interpreted), kernel.Run(KernelBackEnd.Emitted), "memory");

    sealed unsafe class RandomKernel<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int MostOperations = 6;

        static readonly KernelOp[] operations =
        [
            KernelOp.Add, KernelOp.Subtract, KernelOp.Multiply, KernelOp.Maximum, KernelOp.Minimum, KernelOp.Abs, KernelOp.Tanh,
            KernelOp.Softplus, KernelOp.Greater, KernelOp.Equal, KernelOp.Select, KernelOp.Select,
        ];

        static readonly bool isSingle = typeof(T) == typeof(float);

        readonly Draw draw;
        readonly KernelBuilder kernel;
        readonly List<T[]> memories = [];
        readonly List<int> written = [];
        readonly int[] lengths;
        readonly int rows, mask = -1, laneStride, firstBlock, blocksInLane;

        public RandomKernel(Draw draw)
        {
            this.draw = draw;
            // With and without columns that do not fill a vector; sums that all rows share have whole vectors where there are no groups.
            int width = draw.OneOf(draw.Whole(1, 20), draw.Whole(1, 20), draw.Whole(130, 300));
            int padded = KernelLayout.Padded(width, isSingle);
            if (draw.Flag()) width = padded;
            int[] groups = [.. Enumerable.Range(0, draw.Whole(0, 3)).Select(_ => draw.Whole(1, 4))];
            // So many rows, or groups, that they are worked on in several parts.
            int many = draw.Whole(1, draw.Flag() ? 4000 / width : 20);
            if (groups.Length > 0) groups[^1] = many;
            rows = groups.Length > 0 ? draw.Whole(1, 9) : many;
            (firstBlock, blocksInLane) = (draw.Whole(0, 5), draw.Whole(1, 3));
            (kernel, lengths) = (new KernelBuilder(width, isSingle, groups), [rows, .. groups, width]);
            laneStride = Count(lengths[1..]);
            var values = Values();
            var numbers = draw.Flag() ? RowNumbers(values) : [];
            Write(values, columnSums: groups.Length > 0 || width == padded);
            if (numbers.Count > 0 && draw.Flag()) WriteNumber(numbers[^draw.Whole(1, 2)]);
            if (padded == width) return;
            mask = kernel.AddSlot(0);
            memories.Add(Pinned<T>(padded));
            MemoryMarshal.AsBytes(memories[mask].AsSpan(0, padded)).Clear();
            MemoryMarshal.AsBytes(memories[mask].AsSpan(0, width)).Fill(0xFF);
        }

        /// <summary>What is in the written memories afterwards.</summary>
        public double[][] Run(KernelBackEnd backEnd)
        {
            T[][] used = [.. memories.Select((memory, i) => written.Contains(i) ? Copy(memory) : memory)];
            nint* starts = stackalloc nint[used.Length];
            for (int i = 0; i < used.Length; i++) starts[i] = Marshal.UnsafeAddrOfPinnedArrayElement(used[i], 0);
            backEnd.MethodOf(new(kernel, mask, laneStride, blocksInLane))(starts, rows, firstBlock);
            GC.KeepAlive(used);
            return [.. written.Select(i => Array.ConvertAll(used[i], double.CreateChecked))];
        }

        public override string ToString() =>
            $"{string.Join("·", lengths)}: {string.Join("; ", kernel.Instructions.ToArray())}; {string.Join("; ", kernel.Writes)}";

        List<int> Values()
        {
            var values = new List<int>();
            for (int slots = draw.Whole(0, 3); slots > 0; slots--) values.Add(Operand());
            if (draw.Whole(0, 3) == 0)
            {
                int columns = draw.Whole(1, lengths[^1]), before = draw.Whole(0, lengths[^1] - columns);
                values.Add(kernel.Apply(KernelOp.Window, Slot([.. lengths[..^1], columns]), before, columns));
            }
            // A matrix that is written over.
            if (draw.Whole(0, 2) == 0)
            {
                written.Add(Slot(lengths));
                values.Add(kernel.Apply(KernelOp.Element, written[0]));
            }
            if (values.Count == 0 || draw.Flag()) values.Add(kernel.Apply(KernelOp.Constant, 0, number: draw.Whole(-4, 4) / 4.0));
            for (int count = draw.Whole(0, MostOperations); count > 0; count--)
                values.Add(kernel.Apply(draw.OneOf(operations.AsSpan()), Any(), Any(), Any()));
            return values;

            int Any() => values[^draw.Whole(1, values.Count)];
        }

        // Something is one number for each row, and more is made of it.
        List<int> RowNumbers(List<int> values)
        {
            int[] own = [rows, .. Array.ConvertAll(lengths[1..], _ => 1)];
            List<int> numbers = [kernel.Apply(KernelOp.Column, Slot(own)), kernel.Apply(KernelOp.Constant, 0, number: 0.75)];
            for (int count = draw.Whole(1, 4); count > 0; count--)
                numbers.Add(kernel.Apply(draw.OneOf(operations.AsSpan()), Any(), Any(), Any()));
            if (draw.Flag()) values.Add(kernel.Apply(KernelOp.Multiply, values[^1], numbers[^1]));
            return numbers;

            int Any() => numbers[^draw.Whole(1, numbers.Count)];
        }

        void Write(List<int> values, bool columnSums)
        {
            if (written.Count > 0) Add(KernelWrite.Store, written[0]);
            if (draw.Whole(0, 2) == 0) New(KernelWrite.RowSum, [.. lengths[..^1], 1]);
            if (draw.Whole(0, 2) == 0)
                New(KernelWrite.RowSumAdd, [rows, .. lengths[1..^1].Select(length => draw.Flag() ? length : 1), 1]);
            if (draw.Whole(0, 2) == 0) New(KernelWrite.Accumulate, lengths);
            if (columnSums && draw.Whole(0, 2) == 0) New(KernelWrite.ColumnSum, [1, .. lengths[1..]]);
            if (written.Count == 0) New(KernelWrite.Store, lengths);

            void New(KernelWrite write, int[] own)
            {
                written.Add(Slot(own));
                Add(write, written[^1]);
            }

            void Add(KernelWrite write, int slot) =>
                kernel.Write(write, slot, new EmittedNumber(kernel, values[^draw.Whole(1, Math.Min(2, values.Count))]));
        }

        void WriteNumber(int number)
        {
            written.Add(Slot([rows, .. Array.ConvertAll(lengths[1..], _ => 1)]));
            kernel.Write(KernelWrite.RowNumber, written[^1], new EmittedNumber(kernel, number));
        }

        // With some axes, the columns among them or not.
        int Operand()
        {
            int[] own = Array.ConvertAll(lengths, length => draw.Whole(0, 2) == 0 ? 1 : length);
            int slot = Slot(own);
            return kernel.Apply(
                own[^1] == 1 ? KernelOp.Column : kernel.RowStrides[slot] > 0 ? KernelOp.Element : KernelOp.Vector, slot);
        }

        // Quarters, so that some are equal. Sums of columns have a row for each lane.
        int Slot(int[] own)
        {
            int[] strides = Strides(own);
            int elements = Count(own[1..]) * (rows + firstBlock);
            double[] drawn = draw.Values([elements], Domain.Between(-1, 1)).ToDoubles();
            memories.Add(Pinned<T>(elements));
            for (int i = 0; i < elements; i++) memories[^1][i] = T.CreateChecked(Math.Round(4 * drawn[i]) / 4);
            return kernel.AddSlot(strides[0], isTight: true, strides[1..^1]);
        }
    }
}
