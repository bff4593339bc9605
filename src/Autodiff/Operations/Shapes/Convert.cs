namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>The same numbers in another element type, rounded to nearest where necessary. Gradients are converted back.</summary>
        public static Tensor Convert(Tensor x, ElementType type) => Dispatcher.Apply(new ConvertOperation(type.Checked()), x);
    }
}

namespace Autograd.Operations
{
    sealed class ConvertOperation(ElementType type) : Operation
    {
        readonly ElementType type = type;

        public override string Name => nameof(Functions.Convert);

        public override ElementType InferType(ReadOnlySpan<Tensor> operands) => type;

        public override bool IsSameAs(RecordedOperation other) => other is ConvertOperation same && type == same.type;

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[0].Shape;

        public override Tensor Map(MappedCall call) => Dispatcher.Apply(this, call[0]);

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            var x = operands[0];
            if (x.ElementType == type) Accumulation.Copy(x, result);
            else if (type == ElementType.Float64)
                System.Numerics.Tensors.TensorPrimitives.ConvertChecked(x.ReadSpan<float>(), result.WriteSpan<double>());
            else System.Numerics.Tensors.TensorPrimitives.ConvertSaturating(x.ReadSpan<double>(), result.WriteSpan<float>());
        }

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) => Functions.Convert(cotangent, call[0].ElementType);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Functions.Convert(tangents[0]!, type);
    }
}
