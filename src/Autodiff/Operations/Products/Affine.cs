using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>x · weight + bias in one pass: <c>[…, inputs] · [inputs, outputs] + [outputs]</c> gives <c>[…, outputs]</c>.</summary>
        /// <exception cref="ShapeException">The lengths do not fit.</exception>
        public static Tensor Affine(Tensor x, Tensor weight, Tensor bias) => Dispatcher.Apply(AffineOperation.Instance, x, weight, bias);
    }
}

namespace Autograd.Operations
{
    sealed class AffineOperation : Operation
    {
        public static readonly AffineOperation Instance = new();

        public override string Name => nameof(Functions.Affine);

        public override OperationForm.MatrixProduct Form => MatMulOperation.Of(false, false).Form;

        // The bias does, over all leading axes of x.
        public override bool Broadcasts => true;

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => ShapeOf(Name, operands);

        /// <summary>The shape of the result, for a function of this name.</summary>
        public static Shape ShapeOf(string name, ReadOnlySpan<Tensor> operands)
        {
            var (x, weight, bias) = (operands[0].Shape, operands[1].Shape, operands[2].Shape);
            if (x.Rank < 1 || weight.Rank != 2 || bias.Rank != 1 || x[^1] != weight[0] || bias[0] != weight[1])
                throw new ShapeException(
                    $"{name}: x is {ShapeRules.Text(operands[0])}, weight is {ShapeRules.Text(operands[1])}, bias is "
                    + $"{ShapeRules.Text(operands[2])}; [..., i], [i, o] and [o] are needed.");
            return x.With(x.Rank - 1, weight[1]);
        }

        // Products and sums are planned apart.
        public override Tensor Decompose(ReadOnlySpan<Tensor> operands) => Functions.MatMul(operands[0], operands[1]) + operands[2];

        public override Tensor Map(MappedCall call)
        {
            if (!call.IsMapped[1] && !call.IsMapped[2])
                return MatMulOperation.OfRows(call, rows => Dispatcher.Apply(this, rows, call[1], call[2]));
            bool isMapped = call.IsMapped[0] || call.IsMapped[1];
            var product = MatMulOperation.Of(false, false);
            Tensor[] factors = call.Operands[..2];
            var x = isMapped ? product.Map(call with { Operands = factors, IsMapped = call.IsMapped[..2] })
                : Dispatcher.Apply(product, factors);
            return x + (call.IsMapped[2] ? call.Aligned(2, call.RankOf(0)) : call[2]);
        }

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            if (result.ElementType == ElementType.Float32) Compute<float>(operands, result);
            else Compute<double>(operands, result);
        }

        public override Action Repeated(Tensor[] operands, ReadOnlySpan<bool> isFixed, Tensor result)
        {
            if (!isFixed[1]) return base.Repeated(operands, isFixed, result);
            var weights = new PackedWeights(operands[1]);
            return result.ElementType == ElementType.Float32 ? Run<float> : Run<double>;

            void Run<T>()
                where T : unmanaged, IFloatingPointIeee754<T>
                => FlatProduct.Multiply(
                    operands[0].ReadSpan<T>(), weights.Of<T>(transposed: false), WithBias<T>(operands[2], result), accumulate: true);
        }

        // The product's rule serves the first two operands.
        public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into)
        {
            MatMulOperation.Of(false, false).Pull(call, cotangents, into);
            if (into.Wants(2)) into.Add(2, cotangents[0]!);
        }

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents)
        {
            var product = MatMulOperation.Of(false, false).Jvp(call, tangents[..2]);
            return product is null ? tangents[2] : tangents[2] is { } bias ? product + bias : product;
        }

        static void Compute<T>(ReadOnlySpan<Tensor> operands, Tensor result)
            where T : unmanaged, IFloatingPointIeee754<T>
            => FlatProduct.Multiply(operands[0].ReadSpan<T>(), operands[1], false, WithBias<T>(operands[2], result), accumulate: true);

        static Span<T> WithBias<T>(Tensor bias, Tensor result)
            where T : unmanaged
        {
            var from = bias.ReadSpan<T>();
            var to = result.WriteSpan<T>();
            for (int start = 0; start < to.Length; start += from.Length) from.CopyTo(to[start..]);
            return to;
        }
    }
}
