namespace Autograd.Scan;

internal sealed partial class PassPlanner
{
    void BuildKernels(int level)
    {
        var due = writes.At(level).GroupBy(write => forms.WidthOf(write.Value)).ToArray();
        foreach (var group in due) actions.Add(new KernelWriter(this, level, group.Key).Write([.. group]));
    }

    /// <summary>Puts one fused pass together.</summary>
    sealed class KernelWriter(PassPlanner planner, int level, int width)
    {
        readonly KernelBuilder builder = new(width, planner.memory.Plan.IsSingle);
        readonly List<Place> slots = [];
        readonly Dictionary<(Place Place, bool IsRow), int> slotNumbers = [];
        readonly Dictionary<StepValue, EmittedNumber> numbers = [];

        public KernelAction Write(PassWrite[] writes)
        {
            foreach (var write in writes)
            {
                var number = write.RestOf is { } sum ? Sum(sum.Rest) : Number(write.Value);
                builder.Write(write.Write, Slot(write.Place, write.Write != KernelWrite.ColumnSum), number);
            }
            bool hasFill = planner.memory.Padded(width) != width;
            int mask = hasFill ? Slot(planner.memory.Mask(width), isRow: false) : -1;
            var request = new KernelRequest(builder, mask, planner.memory.LaneStride(writes), planner.memory.BlocksInLane(planner.stage.IsWide));
            return new KernelAction(level, request, [.. slots]);
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

        IEnumerable<StepValue> TermsOf(StepValue value) =>
            planner.values.SumOf(value) is { } sum ? sum.Rest : value.Operands.Select(planner.forms.Actual);

        bool IsMadeHere(StepValue value)
        {
            if (planner.isRecomputed(value)) return true;
            return planner.values.IsScheduled(value) && planner.forms.KindOf(value) == ValueKind.Fused && planner.values.Level(value) == level
                && planner.forms.WidthOf(value) == width && planner.values.SumOf(value) is not { HoldsRoot: true };
        }

        EmittedNumber Make(StepValue value)
        {
            if (planner.values.SumOf(value) is { } sum)
            {
                var products = Load(sum.Place!, KernelOp.Element);
                return sum.Rest.Length == 0 ? products : products + Sum(sum.Rest);
            }
            return StepForms.Evaluate(value, [.. value.Operands.Select(operand => Number(planner.forms.Actual(operand)))]);
        }

        EmittedNumber Read(StepValue value)
        {
            if (value is { Role: Role.Constant, Constant.Length: 1 }) return value.Constant[0];
            var place = planner.Request(value);
            var form = planner.forms.FormOf(value);
            if (form == Form.Scalar) return Load(place, KernelOp.Scalar);
            if (form == Form.Vector) return Load(place, KernelOp.Vector);
            return Load(place, planner.forms.WidthOf(value) == width ? KernelOp.Element : KernelOp.Column);
        }

        EmittedNumber Load(Place place, KernelOp op) => builder.Load(op, Slot(place, op is KernelOp.Element or KernelOp.Column));

        int Slot(Place place, bool isRow)
        {
            if (slotNumbers.TryGetValue((place, isRow), out int slot)) return slot;
            slot = builder.AddSlot(isRow ? place.Buffer.RowStride : 0, isRow && place.IsTight);
            slots.Add(place);
            slotNumbers.Add((place, isRow), slot);
            return slot;
        }
    }
}
