using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// The linear recurrence x[t] = factor[t] ⊙ x[t − 1] + input[t] along an axis, all x as the result: the scan of gated and diagonal
        /// linear recurrent networks (Martin and Cundy 2018), one entry of the tape with memory linear in time.
        /// <para>
        /// Slopes: with s[t] = cotangent[t] + factor[t + 1] ⊙ s[t + 1], the same recurrence from the other end, that of the input is s[t]
        /// and that of the factor s[t] ⊙ x[t − 1]. Rounded as if written step by step; see <c>AssociativeScan</c> for other pairs, and for
        /// a tree instead of sequential steps.
        /// </para>
        /// </summary>
        /// <param name="factor">The factor of the previous state; it and the input broadcast.</param>
        /// <param name="input">What is added.</param>
        /// <param name="axis">The axis of time; 0 by default, −1 is the innermost.</param>
        /// <param name="initial"> x before the first step: the shape without the axis, or one that broadcasts to it. By default there is
        /// none: the first x is the first input, and the first factor is not used.
        /// </param>
        /// <param name="fromEnd">Whether time runs backwards: x[t] = factor[t] ⊙ x[t + 1] + input[t].</param>
        /// <exception cref="ShapeException">The axis does not exist, or the shapes do not broadcast.</exception>
        public static Tensor LinearScan(Tensor factor, Tensor input, int axis = 0, Tensor? initial = null, bool fromEnd = false)
        {
            ArgumentNullException.ThrowIfNull(factor);
            ArgumentNullException.ThrowIfNull(input);
            var shape = ShapeRules.Broadcast(nameof(LinearScan), factor, input);
            int position = ShapeRules.Axis(nameof(LinearScan), shape, axis);
            var (a, b) = (BroadcastTo(factor, shape), BroadcastTo(input, shape));
            if (initial is null) return LinearScanOperation.Apply(position, fromEnd, a, b);
            var state = Reduction.Without(shape, position, 1);
            if (!ShapeRules.CanBroadcast(initial.Shape, state))
                throw new ShapeException(
                    $"LinearScan: the initial state is {initial.Shape}; {state} is needed, which is {shape} without axis {position}.");
            return LinearScanOperation.Apply(position, fromEnd, a, b, BroadcastTo(initial, state));
        }
    }
}

namespace Autograd.Operations
{
    /// <summary>Factors and inputs of one shape, and maybe the state before the first step.</summary>
    sealed class LinearScanOperation(int axis, bool fromEnd) : Operation
    {
        readonly int axis = axis;
        readonly bool fromEnd = fromEnd;

        public override string Name => nameof(Functions.LinearScan);

        /// <summary>The axis of time, and whether it runs from its end.</summary>
        public (int Axis, bool FromEnd) Direction => (axis, fromEnd);

        public static Tensor Apply(int axis, bool fromEnd, params ReadOnlySpan<Tensor> operands) =>
            Dispatcher.Apply(new LinearScanOperation(axis, fromEnd), operands);

        public override bool IsSameAs(RecordedOperation other) =>
            other is LinearScanOperation same && (axis, fromEnd) == (same.axis, same.fromEnd);

        public override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) =>
            axis > 0 && !hasRows.Contains(false);

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[1].Shape;

        public override Tensor Map(MappedCall call) => Dispatcher.Apply(new LinearScanOperation(axis + 1, fromEnd), call.SpreadAll());

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            if (result.ElementType == ElementType.Float32) Compute<float>(operands, result);
            else Compute<double>(operands, result);
        }

        public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into)
        {
            var time = new ScanAxis(axis, fromEnd);
            if (call.Result.ElementCount == 0) return;
            var state = Apply(axis, !fromEnd, time.After(call[0]), cotangents[0]!);
            bool hasInitial = call.Operands.Length > 2;
            // What is added may be changed by what is added later, so the states come last.
            var initial = hasInitial && into.Wants(2) ? time.WithoutAxis(time.First(state) * time.First(call[0])) : null;
            if (into.Wants(0)) into.Add(0, OfFactor(call, time, state));
            if (initial is not null) into.Add(2, initial);
            if (into.Wants(1)) into.Add(1, state);
        }

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents)
        {
            var time = new ScanAxis(axis, fromEnd);
            if (call.Result.ElementCount == 0) return null;
            var (factor, input) = (call[0], tangents[1]);
            bool hasInitial = call.Operands.Length > 2;
            if (tangents[0] is { } tangent)
            {
                var later = time.AllButFirst(tangent) * time.AllButLast(call.Result);
                var part = time.Join(hasInitial ? time.First(tangent) * time.WithAxis(call[2]) : time.Nothing(tangent), later);
                input = input is null ? part : input + part;
            }
            input ??= Tensor.Zeros(call.Result.Shape, call.Result.ElementType);
            return hasInitial && tangents[2] is { } initial
                ? Apply(axis, fromEnd, factor, input, initial)
                : Apply(axis, fromEnd, factor, input);
        }

        // state[t] ⊙ x[t − 1]
        static Tensor OfFactor(in Call call, ScanAxis time, Tensor state)
        {
            var later = time.AllButFirst(state) * time.AllButLast(call.Result);
            return time.Join(call.Operands.Length > 2 ? time.First(state) * time.WithAxis(call[2]) : time.Nothing(state), later);
        }

        void Compute<T>(ReadOnlySpan<Tensor> operands, Tensor result)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            int width = result.Shape.Product(axis + 1, result.Rank), block = result.Shape.Lengths[axis] * width;
            var initial = operands.Length > 2 ? operands[2].ReadSpan<T>() : default;
            for (int start = 0, state = 0; start < result.ElementCount; start += block, state += width)
                LinearRecurrence.Run(
                    operands[0].ReadSpan<T>().Slice(start, block), operands[1].ReadSpan<T>().Slice(start, block),
                    initial.IsEmpty ? initial : initial.Slice(state, width), result.WriteSpan<T>().Slice(start, block), width, fromEnd);
        }
    }
}
