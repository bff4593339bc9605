using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Mean over the rows of −log softmax(x·weight + bias)[label], in nats: a read-out and its loss at once. Logits are computed in
        /// blocks of rows and never stored as a whole, which matters with thousands of classes; where gradients are recorded, they are
        /// computed in the same pass. Slopes: with d = (softmax(x·weight + bias) − one-hot)/rows they are d·weightᵀ, xᵀ·d and Σ d.
        /// </summary>
        /// <param name="x"><c>[…, inputs]</c>.</param>
        /// <param name="weight"><c>[inputs, classes]</c>.</param>
        /// <param name="bias"><c>[classes]</c>; null for none.</param>
        /// <param name="labels">One class for each row of x, in row-major order; at least one.</param>
        /// <exception cref="ShapeException">The lengths do not fit, there is no row, or a label is out of range.</exception>
        public static Tensor LinearCrossEntropy(Tensor x, Tensor weight, Tensor? bias, ReadOnlySpan<int> labels)
        {
            ArgumentNullException.ThrowIfNull(x);
            ArgumentNullException.ThrowIfNull(weight);
            int classes = weight.Rank == 2 ? weight.Shape[1] : 0;
            bias ??= Tensor.Zeros([classes], Recorder.Actual(weight).ElementType);
            AffineOperation.ShapeOf(nameof(LinearCrossEntropy), [x, weight, bias]);
            IndexCheck.InRange(nameof(LinearCrossEntropy), labels, classes, $"there are {classes} classes");
            var rows = Reshape(x, -1, x.Shape[^1]);
            if (rows.Shape[0] != labels.Length || labels.IsEmpty)
                throw new ShapeException(
                    $"{nameof(LinearCrossEntropy)}: x is {x.Shape}, and {labels.Length} labels were given; it takes one or more rows, and "
                    + "a label for each.");
            // What is traced is read by others, who know its parts.
            if (Recorder.Current is { IsTrace: true }) return -Mean(GatherAlong(LogSoftmax(Affine(rows, weight, bias)), labels));
            int[] classOf = labels.ToArray();
            bool isTracked = Recorder.Current?.Tracks([rows, Recorder.Actual(weight), Recorder.Actual(bias)]) ?? false;
            var parts = Dispatcher.Apply(new CrossEntropyParts(classOf, isTracked), rows, weight, bias);
            return Dispatcher.Apply(new LinearCrossEntropyOperation(classOf), parts, rows, weight, bias);
        }
    }
}

namespace Autograd.Operations
{
    /// <summary>
    /// The loss and, one after another, its gradients: computed in one pass, so made at once. A constant to every derivative, which
    /// <see cref="LinearCrossEntropyOperation"/> and <see cref="LinearCrossEntropyGradient"/> know.
    /// </summary>
    sealed class CrossEntropyParts(int[] labels, bool hasGradients) : Operation
    {
        readonly int[] labels = labels;
        readonly bool hasGradients = hasGradients;

        public override string Name => nameof(CrossEntropyParts);

        public override bool IsSameAs(RecordedOperation other) =>
            other is CrossEntropyParts parts && parts.labels.AsSpan().SequenceEqual(labels) && parts.hasGradients == hasGradients;

        /// <summary>Where a part begins: the loss, or an operand's gradient.</summary>
        public static int StartOf(int argument, ReadOnlySpan<Tensor> operands)
        {
            int start = 1;
            for (int i = 0; i < argument; i++) start += operands[i].ElementCount;
            return start;
        }

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => [hasGradients ? StartOf(3, operands) : 1];

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            if (result.ElementType == ElementType.Float32) Compute<float>(operands, result.WriteSpan<float>());
            else Compute<double>(operands, result.WriteSpan<double>());
        }

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) => null;

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => null;

        void Compute<T>(ReadOnlySpan<Tensor> operands, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            var weight = operands[1];
            var blocks = new CrossEntropyBlocks<T>(
                operands[0].ReadSpan<T>(), Packed<T>(weight, transposed: false), operands[2].ReadSpan<T>(), labels);
            result[0] = !hasGradients ? blocks.Loss() : blocks.Gradients(
                Packed<T>(weight, transposed: true), result[1..StartOf(1, operands)],
                result[StartOf(1, operands)..StartOf(2, operands)], result[StartOf(2, operands)..]);
        }

        static PackedMatrix<T> Packed<T>(Tensor weight, bool transposed)
            where T : unmanaged, IFloatingPointIeee754<T>
            => Recorder.Current?.Packed<T>(weight, transposed) ?? new PackedWeights(weight).Of<T>(transposed);
    }

    /// <summary>One of the <see cref="CrossEntropyParts"/>, as a function of x, weight and bias, which come after them.</summary>
    abstract class CrossEntropyPart(int[] labels) : Operation
    {
        protected int[] Labels => labels;

        public override OperationCost Cost => OperationCost.Free;

        public sealed override Tensor View(ReadOnlySpan<Tensor> operands, Shape shape) =>
            new(operands[0].ElementType, shape, operands[0].Storage, operands[0].Offset + StartOf(operands[1..]));

        public sealed override void Compute(ReadOnlySpan<Tensor> operands, Tensor result) =>
            Accumulation.Copy(View(operands, result.Shape), result);

        public override bool IsSameAs(RecordedOperation other) =>
            other.GetType() == GetType() && ((CrossEntropyPart)other).Labels.AsSpan().SequenceEqual(Labels);

        protected abstract int StartOf(ReadOnlySpan<Tensor> operands);
    }

    /// <summary>The mean loss over rows.</summary>
    sealed class LinearCrossEntropyOperation(int[] labels) : CrossEntropyPart(labels)
    {
        public override string Name => nameof(Functions.LinearCrossEntropy);

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => [];

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) =>
            argument == 0 ? null : cotangent * LinearCrossEntropyGradient.Of(Labels, argument - 1, call.Operands);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents)
        {
            Tensor? sum = null;
            for (int i = 0; i < 3; i++)
            {
                if (tangents[i + 1] is not { } tangent) continue;
                var part = Functions.Sum(LinearCrossEntropyGradient.Of(Labels, i, call.Operands) * tangent);
                sum = sum is null ? part : sum + part;
            }
            return sum;
        }

        protected override int StartOf(ReadOnlySpan<Tensor> operands) => 0;
    }

    /// <summary>
    /// The gradient of <see cref="LinearCrossEntropyOperation"/> for x, weight or bias: d·weightᵀ, xᵀ·d or Σ d with
    /// d = (softmax(z) − one-hot)/rows and z = x·weight + bias.
    /// </summary>
    sealed class LinearCrossEntropyGradient(int[] labels, int of) : CrossEntropyPart(labels)
    {
        readonly int of = of;

        public override string Name => nameof(LinearCrossEntropyGradient);

        public static Tensor Of(int[] labels, int argument, ReadOnlySpan<Tensor> operands)
        {
            var parts = operands[0];
            var own = operands[1..];
            if (parts.ElementCount == 1) parts = Dispatcher.Apply(new CrossEntropyParts(labels, hasGradients: true), own);
            return Dispatcher.Apply(new LinearCrossEntropyGradient(labels, argument), parts, own[0], own[1], own[2]);
        }

        public override bool IsSameAs(RecordedOperation other) =>
            base.IsSameAs(other) && ((LinearCrossEntropyGradient)other).of == of;

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[of + 1].Shape;

        // The Hessian is symmetric: a cotangent goes where a tangent of the same operand would.
        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent)
        {
            if (argument == 0) return null;
            var tangents = new Tensor?[3];
            tangents[of] = cotangent;
            return Curvature(call.Operands[1..], argument - 1, tangents);
        }

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) =>
            tangents[1..].IndexOfAnyExcept((Tensor?)null) < 0 ? null : Curvature(call.Operands[1..], of, tangents[1..]);

        protected override int StartOf(ReadOnlySpan<Tensor> operands) => CrossEntropyParts.StartOf(of, operands);

        // What changes in the gradient for one operand, where operands change along tangents.
        Tensor Curvature(ReadOnlySpan<Tensor> operands, int argument, ReadOnlySpan<Tensor?> tangents)
        {
            var (x, weight) = (operands[0], operands[1]);
            double share = 1.0 / Labels.Length;
            var shares = Functions.Softmax(Functions.Affine(x, weight, operands[2]));
            var weighted = shares * AffineOperation.Instance.Jvp(new Call(operands, []), tangents)!;
            var change = share * (weighted - shares * Functions.SumKeepingAxes(weighted, -1));
            if (argument == 2) return Functions.Sum(change, 0);
            var residual = share * (shares - Functions.OneHot(Labels, shares.Shape[1], shares.ElementType));
            var product = argument == 0 ? Functions.MatMul(change, weight, transposeRight: true)
                : Functions.MatMul(x, change, transposeLeft: true);
            return tangents[1 - argument] is not { } tangent ? product
                : product + (argument == 0 ? Functions.MatMul(residual, tangent, transposeRight: true)
                    : Functions.MatMul(tangent, residual, transposeLeft: true));
        }
    }
}
