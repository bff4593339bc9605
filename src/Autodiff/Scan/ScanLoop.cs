using System.Numerics;
using System.Numerics.Tensors;
using Autograd.Kernels;

namespace Autograd;

/// <summary>
/// Runs one pass over all steps, in chunks. Threads share the rows, so nothing is waited for inside a chunk. What is summed over rows is summed in an order
/// that does not depend on how they are shared.
/// </summary>
internal sealed unsafe class ScanLoop<T>(
    ScanPlan plan, ScanPass pass, ScanWorkspace<T> workspace, ScanAddresses addresses, int steps, Tensor[] leaves, bool isBackward)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly ScanCalls<T> calls = new(pass, workspace, leaves);

    public ScanGradients<T>? Gradients { get; init; }

    /// <summary>Cotangents of the states after all steps; null for zero.</summary>
    public Tensor?[] StateCotangents { get; init; } = [];

    public void Run(int threads)
    {
        if (threads == 1) new Worker(this, 0, 1, null).Run();
        else ScanThreads.Run(threads, (thread, barrier) => new Worker(this, thread, threads, barrier).Run());
    }

    /// <summary>One thread's part.</summary>
    sealed class Worker
    {
        readonly ScanLoop<T> loop;
        readonly ScanPlan plan;
        readonly ScanPass pass;
        readonly Barrier? barrier;
        readonly int thread, threads, firstRow, rows;
        readonly nint[] current, start, stride;
        readonly int[] moving;
        readonly nint[][] offsets;

        public Worker(ScanLoop<T> loop, int thread, int threads, Barrier? barrier)
        {
            this.loop = loop;
            (plan, pass) = (loop.Plan, loop.Pass);
            (this.thread, this.threads, this.barrier) = (thread, threads, barrier);
            firstRow = plan.Lanes * thread / threads * plan.RowsInLane;
            rows = Math.Min(plan.Lanes * (thread + 1) / threads * plan.RowsInLane, plan.Batch) - firstRow;
            start = loop.Addresses.Start.ToArray();
            stride = loop.Addresses.Stride;
            current = start.ToArray();
            moving = [.. Enumerable.Range(0, stride.Length).Where(i => stride[i] != 0)];
            offsets = Array.ConvertAll(pass.Actions, Offsets);
        }

        public void Run()
        {
            int chunks = (loop.Steps - 1) / plan.ChunkSteps + 1;
            for (int i = 0; i < chunks; i++)
            {
                int first = (loop.IsBackward ? chunks - 1 - i : i) * plan.ChunkSteps;
                RunChunk(first, Math.Min(first + plan.ChunkSteps, loop.Steps));
            }
        }

        void RunChunk(int first, int end)
        {
            BeginChunk(first);
            foreach (var product in pass.Before) MultiplyChunk(product, first, end);
            if (pass.Before.Count > 0) barrier?.SignalAndWait();
            if (loop.IsBackward)
                for (int t = end - 1; t >= first; t--) RunStep(t);
            else
                for (int t = first; t < end; t++) RunStep(t);
            barrier?.SignalAndWait();
            if (!loop.IsBackward) return;
            MoveTo(first);
            if (loop.Gradients!.Input is not null)
            {
                foreach (var product in pass.After) MultiplyChunk(product, first, end);
                if (plan.InputGradientRows is { } rowsPlace) CopyInputGradient(rowsPlace, first, end);
            }
            foreach (var product in pass.Delayed) AddDelayed(product, first, end);
            barrier?.SignalAndWait();
            if (thread == 0)
                foreach (var product in pass.Delayed) loop.Gradients.MarkBegun(product);
            barrier?.SignalAndWait();
        }

        // A chunk's buffers begin with its first step.
        void BeginChunk(int first)
        {
            foreach (var buffer in plan.Buffers)
                if (buffer.Kind == BufferKind.Chunk)
                    start[buffer.Number] = loop.Addresses.Start[buffer.Number] - first * stride[buffer.Number];
        }

        void MoveTo(int t)
        {
            foreach (int i in moving) current[i] = start[i] + t * stride[i];
        }

        void RunStep(int t)
        {
            MoveTo(t);
            if (loop.IsBackward) AddStateCotangents(t);
            for (int i = 0; i < pass.Actions.Length; i++) Run(pass.Actions[i], offsets[i]);
            if (loop.IsBackward) SwapCarries();
        }

        void SwapCarries()
        {
            for (int i = 0; i < plan.CarryRead.Length; i++)
            {
                int read = plan.CarryRead[i].Buffer.Number, write = plan.CarryWrite[i].Buffer.Number;
                (current[read], current[write]) = (current[write], current[read]);
            }
        }

        void AddStateCotangents(int t)
        {
            for (int i = 0; i < loop.StateCotangents.Length; i++)
            {
                if (loop.StateCotangents[i] is not { } cotangents) continue;
                var place = plan.CarryRead[i];
                int block = cotangents.ElementCount / loop.Steps;
                var source = cotangents.ReadSpan<T>().Slice(t * block, block);
                for (int row = firstRow, end = IsRows(place) ? firstRow + rows : 1; row < end; row++)
                {
                    var target = new Span<T>((T*)current[place.Buffer.Number] + (long)row * place.Buffer.RowStride, place.Width);
                    TensorPrimitives.Add(target, source.Slice(row * place.Width, place.Width), target);
                }
            }
        }

        // Which bytes behind the block of its buffer each place of an action begins at, for the rows of this thread.
        nint[] Offsets(ScanAction action)
        {
            return action switch
            {
                KernelAction kernel => [.. kernel.Slots.Select((place, slot) => Offset(place, kernel.Builder.RowStrides[slot] > 0 ? firstRow : 0))],
                ProductAction product => [Offset(product.Left, firstRow), Offset(product.Result, firstRow)],
                PadAction pad => [Offset(pad.From, firstRow), Offset(pad.To, firstRow)],
                ClearAction clear => [Offset(clear.Place, IsRows(clear.Place) ? firstRow : 0)],
                CopyAction copy => [Offset(copy.Place, 0)],
                _ => [],
            };
        }

        static nint Offset(Place place, int row) =>
            (place.Column + (nint)place.Later * place.Buffer.Block + (nint)row * place.Buffer.RowStride) * sizeof(T);

        static bool IsRows(Place place) => place.Buffer.RowStride != place.Buffer.Block;

        T* Address(Place place, nint offset) => (T*)(current[place.Buffer.Number] + offset);

        void Run(ScanAction action, nint[] at)
        {
            switch (action)
            {
                case KernelAction kernel:
                    RunKernel(kernel, at);
                    break;
                case ProductAction product:
                    Multiply(product, Address(product.Left, at[0]), Address(product.Result, at[1]), rows);
                    break;
                case PadAction pad:
                    CopyRows(Address(pad.From, at[0]), pad.From.Buffer.RowStride, Address(pad.To, at[1]), pad.To.Buffer.RowStride, pad.From.Width, rows);
                    break;
                case ClearAction clear:
                    bool hasRows = IsRows(clear.Place);
                    new Span<T>(Address(clear.Place, at[0]), hasRows ? rows * clear.Place.Buffer.RowStride : clear.Place.Buffer.Block).Clear();
                    break;
                case CopyAction copy:
                    Copy(copy, Address(copy.Place, at[0]));
                    break;
                case OperationAction operation:
                    loop.Calls.Run(operation);
                    break;
                case AddAction add:
                    loop.Gradients!.Add(add.Leaf, loop.Calls.TensorOf(add.Value));
                    break;
            }
        }

        void RunKernel(KernelAction kernel, nint[] at)
        {
            var slots = kernel.Slots;
            nint* pointers = stackalloc nint[slots.Length];
            for (int i = 0; i < slots.Length; i++) pointers[i] = current[slots[i].Buffer.Number] + at[i];
            kernel.Method(pointers, rows, firstRow / KernelCompiler.RowsInBlock);
        }

        void Multiply(ProductAction product, T* left, T* result, int count)
        {
            var weights = loop.Workspace.Weights[product.Weights.Number];
            int leftStride = product.Left.Buffer.RowStride, resultStride = product.Result.Buffer.RowStride;
            MatrixProduct.Multiply(
                new ReadOnlySpan<T>(left, (count - 1) * leftStride + weights.Rows), leftStride, 1, weights,
                new Span<T>(result, (count - 1) * resultStride + weights.Columns), resultStride, count, product.Accumulates);
        }

        // The rows of all steps of a chunk follow each other; threads share them by eights.
        void MultiplyChunk(ProductAction product, int first, int end)
        {
            MoveTo(first);
            int all = (end - first) * plan.Batch, share = ((all - 1) / threads / 8 + 1) * 8;
            int from = Math.Min(thread * share, all), count = Math.Min(share, all - from);
            if (count > 0) Multiply(product, Address(product.Left, Offset(product.Left, from)), Address(product.Result, Offset(product.Result, from)), count);
        }

        // Threads share the rows of the results, which are the columns of the left operand.
        void AddDelayed(DelayedProduct product, int first, int end)
        {
            int columns = product.Left.Width, share = ((columns - 1) / threads / 8 + 1) * 8;
            int from = Math.Min(thread * share, columns), count = Math.Min(share, columns - from);
            if (count == 0) return;
            var targets = new TransposedTarget<T>[product.Targets.Length];
            int needed = loop.Gradients!.Targets(product, current, targets, from);
            MatrixProduct.MultiplyTransposed(
                Address(product.Left, Offset(product.Left, 0)) + from, product.Left.Buffer.RowStride, count, (end - first) * plan.Batch, targets.AsSpan(0, needed));
        }

        void CopyInputGradient(Place rowsPlace, int first, int end)
        {
            var target = plan.InputGradient!;
            for (int t = first; t < end; t++)
            {
                T* from = (T*)(start[rowsPlace.Buffer.Number] + t * stride[rowsPlace.Buffer.Number]) + (long)firstRow * rowsPlace.Buffer.RowStride;
                T* to = (T*)(start[target.Buffer.Number] + t * stride[target.Buffer.Number]) + (long)firstRow * target.Buffer.RowStride;
                CopyRows(from, rowsPlace.Buffer.RowStride, to, target.Buffer.RowStride, target.Width, rows);
            }
        }

        void Copy(CopyAction copy, T* place)
        {
            var tensor = loop.Calls.TensorOf(copy.Value).WriteSpan<T>();
            int stride = copy.Place.Buffer.RowStride, width = copy.Place.Width;
            fixed (T* plain = tensor)
            {
                if (copy.ToTensor) CopyRows(place, stride, plain, width, width, tensor.Length / Math.Max(width, 1));
                else CopyRows(plain, width, place, stride, width, tensor.Length / Math.Max(width, 1));
            }
        }

        static void CopyRows(T* from, int fromStride, T* to, int toStride, int width, int count)
        {
            for (int row = 0; row < count; row++, from += fromStride, to += toStride)
                new ReadOnlySpan<T>(from, width).CopyTo(new Span<T>(to, width));
        }
    }

    ScanPlan Plan => plan;

    ScanPass Pass => pass;

    ScanWorkspace<T> Workspace => workspace;

    ScanAddresses Addresses => addresses;

    int Steps => steps;

    bool IsBackward => isBackward;

    ScanCalls<T> Calls => calls;
}
