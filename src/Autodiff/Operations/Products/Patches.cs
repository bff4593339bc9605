using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// What a window sees at each of its positions: <c>[batch, axes…, channels]</c> to <c>[batch, positions…, taps · channels]</c>. At
        /// position p, tap k of an axis is the element p · stride + k · dilation − before; taps beyond the ends are 0. A product with
        /// weights <c>[taps · channels, outputs]</c> turns it into a convolution (<see cref="Convolve"/>), a maximum over the taps into
        /// pooling.
        /// </summary>
        /// <param name="x">Values of any rank from 3.</param>
        /// <param name="windows">For each axis between the batch and the channels.</param>
        /// <exception cref="ShapeException">
        /// The number of windows differs from that of the axes, or one is longer than its axis with the zeros.
        /// </exception>
        /// <exception cref="ArgumentOutOfRangeException">A width, stride or dilation is below 1, or a number of zeros below 0.</exception>
        public static Tensor Patches(Tensor x, params ReadOnlySpan<WindowAxis> windows) =>
            Dispatcher.Apply(new PatchesOperation(windows.ToArray()), x);

        /// <summary>
        /// The adjoint of <see cref="Patches"/>: every element of the result is the sum of what windows would have made of it. Where
        /// windows overlap, this is the overlap-add of signal processing.
        /// </summary>
        /// <param name="patches">What windows see, <c>[batch, positions…, taps · channels]</c>.</param>
        /// <param name="shape">The shape of the result, <c>[batch, axes…, channels]</c>.</param>
        /// <param name="windows">For each axis between the batch and the channels.</param>
        /// <exception cref="ShapeException">The windows do not make such patches of such a shape.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A width, stride or dilation is below 1, or a number of zeros below 0.</exception>
        public static Tensor PatchSums(Tensor patches, Shape shape, params ReadOnlySpan<WindowAxis> windows)
        {
            ArgumentNullException.ThrowIfNull(shape);
            return Dispatcher.Apply(new PatchSumsOperation(new PatchesOperation(windows.ToArray()), shape), patches);
        }
    }
}

namespace Autograd.Operations
{
    sealed class PatchesOperation : Operation
    {
        readonly WindowAxis[] windows;
        WindowRuns? runs;

        public PatchesOperation(WindowAxis[] windows)
        {
            this.windows = windows;
            foreach (var window in windows) Check(window);
        }

        public override string Name => nameof(Functions.Patches);

        /// <summary>How the window moves along each axis.</summary>
        public WindowAxis[] Windows => windows;

        public override bool IsSameAs(RecordedOperation other) =>
            other is PatchesOperation same && windows.AsSpan().SequenceEqual(same.windows);

        public override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) => hasRows[0];

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => ShapeOf(operands[0].Shape);

        /// <summary>The shape of the patches.</summary>
        public Shape ShapeOf(Shape shape)
        {
            if (windows.Length == 0 || shape.Rank != windows.Length + 2)
                throw new ShapeException(
                    $"{Name}: x is {shape}, and there are {windows.Length} windows; [batch, axes..., channels] needs one for each of its "
                    + "axes.");
            int[] lengths = shape.Lengths.ToArray();
            long channels = lengths[^1];
            for (int axis = 0; axis < windows.Length; axis++)
            {
                long positions = windows[axis].Positions(lengths[axis + 1]);
                if (positions < 1)
                    throw new ShapeException(
                        $"{Name}: {windows[axis]} does not fit axis {axis + 1} of x {shape}: {windows[axis].Span} elements are needed.");
                lengths[axis + 1] = checked((int)positions);
                channels *= windows[axis].Width;
            }
            lengths[^1] = checked((int)channels);
            return Shape.Create(lengths);
        }

        public override Tensor Map(MappedCall call)
        {
            int batch = call[0].Shape[1];
            return MappedOperands.Unfolded(Dispatcher.Apply(this, MappedOperands.Folded(call[0])), call.Count, batch);
        }

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            var (x, all) = (operands[0], RunsOver(operands[0].Shape));
            if (result.ElementType == ElementType.Float32) all.Gather(x.ReadSpan<float>(), result.WriteSpan<float>(), x.Shape[0]);
            else all.Gather(x.ReadSpan<double>(), result.WriteSpan<double>(), x.Shape[0]);
        }

        public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into) =>
            into.AddAt(0, new PatchSumsOperation(this, call[0].Shape), cotangents[0]!);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Dispatcher.Apply(this, tangents[0]!);

        /// <summary>Which elements go where, for values of a shape and any batch; those of the last shape are kept.</summary>
        public WindowRuns RunsOver(Shape shape) => runs is { } known && known.IsFor(shape) ? known : runs = WindowRuns.Of(shape, windows);

        static void Check(WindowAxis window)
        {
            const string name = nameof(Functions.Patches);
            Require.AtLeast(name, nameof(window.Width), window.Width, 1);
            Require.AtLeast(name, nameof(window.Stride), window.Stride, 1);
            Require.AtLeast(name, nameof(window.Dilation), window.Dilation, 1);
            Require.AtLeast(name, nameof(window.Before), window.Before, 0);
            Require.AtLeast(name, nameof(window.After), window.After, 0);
        }
    }

    /// <summary>The adjoint of <see cref="PatchesOperation"/>: every element is the sum of what windows made of it.</summary>
    sealed class PatchSumsOperation(PatchesOperation patches, Shape shape) : ScatterOperation
    {
        readonly PatchesOperation patches = patches;
        readonly Shape shape = shape;

        public override string Name => nameof(Functions.PatchSums);

        /// <summary>How the window moves along each axis.</summary>
        public WindowAxis[] Windows => patches.Windows;

        public override bool IsSameAs(RecordedOperation other) =>
            other is PatchSumsOperation same && patches.IsSameAs(same.patches) && shape.Equals(same.shape);

        public override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) => hasRows[0];

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            var expected = patches.ShapeOf(shape);
            return operands[0].Shape.Equals(expected)
                ? shape
                : throw new ShapeException($"{Name}: the patches are {operands[0].Shape}; of {shape} the windows make {expected}.");
        }

        public override Tensor Map(MappedCall call)
        {
            var all = new PatchSumsOperation(patches, shape.With(0, checked(call.Count * shape[0])));
            return MappedOperands.Unfolded(Dispatcher.Apply(all, MappedOperands.Folded(call[0])), call.Count, shape[0]);
        }

        public override void AddTo(Tensor part, Tensor target)
        {
            if (target.ElementType == ElementType.Float32)
                patches.RunsOver(shape).Add(part.ReadSpan<float>(), target.WriteSpan<float>(), target.Shape[0]);
            else patches.RunsOver(shape).Add(part.ReadSpan<double>(), target.WriteSpan<double>(), target.Shape[0]);
        }

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) => Dispatcher.Apply(patches, cotangent);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Dispatcher.Apply(this, tangents[0]!);
    }

    /// <summary>
    /// The elements of a row of the batch that windows see, in the order in which they see them, as runs of neighbours; a negative start
    /// stands for zeros.
    /// </summary>
    sealed class WindowRuns
    {
        readonly int[] lengths;
        readonly List<(int Start, int Length)> runs = [];
        readonly int row;

        WindowRuns(int[] lengths)
        {
            this.lengths = lengths;
            row = lengths.Aggregate(1, (count, length) => count * length);
        }

        public static WindowRuns Of(Shape shape, WindowAxis[] windows)
        {
            var made = new WindowRuns(shape.Lengths[1..].ToArray());
            int[] positions = Array.ConvertAll(windows, window => 0), taps = new int[windows.Length];
            int[] ends = [.. windows.Select((window, axis) => (int)window.Positions(shape.Lengths[axis + 1]))];
            do
            {
                do made.Append(windows, positions, taps);
                while (Advance(taps, axis => windows[axis].Width));
            }
            while (Advance(positions, axis => ends[axis]));
            return made;
        }

        public bool IsFor(Shape shape) => shape.Lengths[1..].SequenceEqual(lengths);

        public void Gather<T>(ReadOnlySpan<T> source, Span<T> target, int batch)
        {
            for (int b = 0; b < batch; b++, source = source[row..])
            {
                foreach (var (start, length) in runs)
                {
                    if (start < 0) target[..length].Clear();
                    else source.Slice(start, length).CopyTo(target);
                    target = target[length..];
                }
            }
        }

        public void Add<T>(ReadOnlySpan<T> source, Span<T> target, int batch)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int b = 0; b < batch; b++, target = target[row..])
            {
                foreach (var (start, length) in runs)
                {
                    if (start >= 0) Accumulation.Add(target.Slice(start, length), source[..length]);
                    source = source[length..];
                }
            }
        }

        void Append(WindowAxis[] windows, int[] positions, int[] taps)
        {
            int start = StartOf(windows, positions, taps), channels = lengths[^1];
            if (channels == 0) return;
            if (runs is [.., var (last, length)] && (start < 0 ? last < 0 : last >= 0 && last + length == start))
                runs[^1] = (last, length + channels);
            else runs.Add((start, channels));
        }

        int StartOf(WindowAxis[] windows, int[] positions, int[] taps)
        {
            int pixel = 0;
            for (int axis = 0; axis < windows.Length; axis++)
            {
                long element = (long)positions[axis] * windows[axis].Stride + (long)taps[axis] * windows[axis].Dilation
                    - windows[axis].Before;
                if (element < 0 || element >= lengths[axis]) return -1;
                pixel = pixel * lengths[axis] + (int)element;
            }
            return pixel * lengths[^1];
        }

        // The next index in the order of memory; back at the first after the last.
        static bool Advance(int[] index, Func<int, int> end)
        {
            for (int axis = index.Length - 1; axis >= 0; axis--)
            {
                if (++index[axis] < end(axis)) return true;
                index[axis] = 0;
            }
            return false;
        }
    }
}
