namespace Autograd.Scan;

sealed partial class PassPlanner
{
    void BuildKernels(int level)
    {
        var due = writes.Take(level);
        // What is one number for each row is written by a pass that goes through the rows anyway.
        int beside = due.OrderByDescending(write => write.Write == KernelWrite.RowSum).Select(write => forms.WidthOf(write.Value))
            .FirstOrDefault(width => width > 1, 1);
        foreach (var group in due.ToLookup(write => StoresRowNumber(write) ? beside : forms.WidthOf(write.Value)))
        {
            foreach (var write in group)
                // What is stored has a buffer of its own, so nothing else is cleared.
                if (write.Sum is not null) actions.Add(new ClearAction(level, write.Slice, HasRows: true));
            actions.Add(new KernelWriter(this, level, group.Key).Write([.. group.OrderBy(StoresRowNumber)]));
        }
    }

    bool StoresRowNumber(PassWrite write) => write.Write == KernelWrite.Store && values.IsOfRows(write.Value);

    /// <summary>What tells the slots of a pass apart.</summary>
    sealed record SlotKey(BufferSlice Slice, bool IsRow, string Strides);

    /// <summary>Puts one fused pass together.</summary>
    sealed class KernelWriter(PassPlanner planner, int level, int width)
    {
        readonly int[] axes = planner.forms.AxesOf(width);
        readonly KernelBuilder builder =
            new(planner.forms.AxesOf(width)[^1], planner.memory.Plan.IsSingle, planner.forms.AxesOf(width)[..^1]);
        readonly List<BufferSlice> slots = [];
        readonly Dictionary<SlotKey, int> slotNumbers = [];
        readonly Dictionary<StepValue, EmittedNumber> numbers = [];

        // Whether something goes through the groups of a row otherwise than from element to element.
        bool hasGroups;

        public KernelAction Write(PassWrite[] writes)
        {
            foreach (var write in writes)
            {
                var number = write.RestOf is { } sum ? Sum(sum.Rest) : Number(write.Value);
                builder.Write(IsBesideColumns(write) ? KernelWrite.RowNumber : write.Write, WriteSlot(write), number);
            }
            var kernel = hasGroups ? builder : builder.Flat(width, [.. slots.Select(slice => slice.IsTight)]);
            bool hasFill = planner.memory.Padded(kernel.Width) != kernel.Width;
            int mask = -1;
            if (hasFill)
            {
                mask = kernel.AddSlot(0);
                slots.Add(planner.memory.Mask(kernel.Width));
            }
            var request =
                new KernelRequest(kernel, mask, planner.memory.LaneStride(writes), planner.memory.BlocksInLane(planner.stage.IsWide));
            return new KernelAction(level, request, [.. slots]);
        }

        bool IsBesideColumns(PassWrite write) => width > 1 && planner.StoresRowNumber(write);

        int WriteSlot(PassWrite write)
        {
            if (write.Sum is { } within) return WriteSlot(write, within);
            if (IsBesideColumns(write)) return Slot(write.Slice, true, None());
            if (write.Write != KernelWrite.RowSum) return Slot(write.Slice, write.Write != KernelWrite.ColumnSum, Along(1));
            bool isOfGroups = write.Slice.Width > 1;
            hasGroups |= isOfGroups;
            return Slot(write.Slice, true, isOfGroups ? Along(axes[^1]) : None());
        }

        // Along the axes over which it goes, a sum within rows stays where it is.
        int WriteSlot(PassWrite write, StepValue within)
        {
            hasGroups = true;
            var (shape, (first, count)) = (within.Operands[0].Shape, (OperationForm.AxisSum)within.Form!);
            return Slot(write.Slice, true, RowAxes.Strides(RowAxes.Summed(shape, first, count), shape, axes)[..^1]);
        }

        EmittedNumber Sum(IEnumerable<StepValue> terms)
        {
            EmittedNumber? sum = null;
            foreach (var term in terms) sum = sum is { } before ? before + Number(term) : Number(term);
            return sum!.Value;
        }

        // Operands first, without recursion: a step may be a chain of thousands of operations.
        EmittedNumber Number(StepValue value)
        {
            if (numbers.TryGetValue(value, out var number)) return number;
            var open = new Stack<StepValue>([value]);
            while (open.TryPeek(out var next))
            {
                bool isMadeHere = IsMadeHere(next);
                if (!numbers.ContainsKey(next) && isMadeHere && PushMissing(TermsOf(next), open)) continue;
                open.Pop();
                if (!numbers.ContainsKey(next)) numbers.Add(next, isMadeHere ? Make(next) : Read(next));
            }
            return numbers[value];
        }

        bool PushMissing(IEnumerable<StepValue> terms, Stack<StepValue> open)
        {
            int count = open.Count;
            foreach (var term in terms.Reverse())
                if (!numbers.ContainsKey(term)) open.Push(term);
            return open.Count > count;
        }

        IEnumerable<StepValue> TermsOf(StepValue value) => planner.values.SumOf(value) is { } sum
            ? sum.Rest
            : value.Operands.Where(operand => !planner.forms.IsFromMemory(operand, value)).Select(planner.forms.Actual);

        bool IsMadeHere(StepValue value)
        {
            if (planner.isRecomputed(value)) return true;
            return planner.values.IsScheduled(value) && planner.forms.KindOf(value) == ValueKind.Fused
                && planner.values.Level(value) == level
                && (planner.forms.WidthOf(value) == width || planner.values.IsOfRows(value))
                && planner.values.SumOf(value) is not { HoldsRoot: true };
        }

        EmittedNumber Make(StepValue value)
        {
            if (planner.values.SumOf(value) is { } sum)
            {
                var products = LoadRow(sum.Slice!, value);
                return sum.Rest.Length == 0 ? products : products + Sum(sum.Rest);
            }
            if (value.Form is OperationForm.Padding padding) return ReadPadded(value, padding);
            var operands = new EmittedNumber[value.Operands.Length];
            for (int i = 0; i < operands.Length; i++)
                operands[i] = planner.forms.IsSpread(value.Operands[i], value) ? ReadSpread(value.Operands[i], value.Shape)
                    : Number(planner.forms.Actual(value.Operands[i]));
            return StepForms.Evaluate(value, operands);
        }

        EmittedNumber Read(StepValue value)
        {
            if (value is { Role: Role.Constant, Constant.Length: 1 }) return value.Constant[0];
            var slice = planner.Demand(value);
            var layout = planner.forms.LayoutOf(value);
            if (layout == Layout.Scalar) return Load(slice, KernelOp.Scalar, None());
            if (layout == Layout.Vector) return Load(slice, KernelOp.Vector, Along(1));
            return LoadRow(slice, value);
        }

        EmittedNumber LoadRow(BufferSlice slice, StepValue value) => planner.forms.WidthOf(value) == width
            ? Load(slice, KernelOp.Element, Along(1))
            : Load(slice, KernelOp.Column, None());

        // An operand of which some axes are repeated.
        EmittedNumber ReadSpread(StepValue operand, Shape shape)
        {
            hasGroups = true;
            int[] strides = RowAxes.Strides(operand.Shape, shape, axes);
            var actual = planner.forms.Actual(operand);
            bool hasRows = planner.forms.LayoutOf(operand) == Layout.Matrix;
            var op = strides[^1] == 0 ? KernelOp.Column : hasRows ? KernelOp.Element : KernelOp.Vector;
            return builder.Load(op, Slot(planner.Demand(actual), hasRows, strides[..^1]));
        }

        EmittedNumber ReadPadded(StepValue value, OperationForm.Padding padding)
        {
            var operand = planner.forms.Actual(value.Operands[0]);
            int before = padding.Start * value.Shape.Product(2, value.Shape.Rank);
            return builder.Window(Slot(planner.Demand(operand), true, None()), before, planner.forms.WidthOf(operand));
        }

        // From group to group, where a group is so many elements apart for each column.
        int[] Along(int divisor)
        {
            var strides = new int[axes.Length - 1];
            for (int i = strides.Length - 1, distance = axes[^1]; i >= 0; distance *= axes[i], i--) strides[i] = distance / divisor;
            return strides;
        }

        int[] None() => new int[axes.Length - 1];

        EmittedNumber Load(BufferSlice slice, KernelOp op, int[] strides) =>
            builder.Load(op, Slot(slice, op is KernelOp.Element or KernelOp.Column, strides));

        int Slot(BufferSlice slice, bool isRow, int[] strides)
        {
            var key = new SlotKey(slice, isRow, string.Join(',', strides));
            if (slotNumbers.TryGetValue(key, out int slot)) return slot;
            // Within a row other groups follow, whatever the place.
            slot = builder.AddSlot(isRow ? slice.Buffer.RowStride : 0, true, strides);
            slots.Add(slice);
            slotNumbers.Add(key, slot);
            return slot;
        }
    }
}
