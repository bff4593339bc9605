using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// <paramref name="yes"/> where the condition is not 0, otherwise <paramref name="no"/>; all three broadcast. The branch not taken
        /// contributes neither value nor gradient, whatever it holds: its cotangent is 0, and a cotangent of 0 stays 0 where a function has
        /// an infinite slope or is not defined, as <see cref="Log"/> and <see cref="Sqrt"/> at 0 and below. Only a product whose other
        /// factor is infinite or NaN, and a function of an argument that is NaN, turn it into NaN. The condition has no gradient.
        /// </summary>
        public static Tensor Where(Tensor condition, Tensor yes, Tensor no) =>
            Dispatcher.Apply(WhereOperation.Instance, condition, yes, no);

        /// <inheritdoc cref="Where(Tensor, Tensor, Tensor)"/>
        /// <param name="condition">Not 0 where <paramref name="yes"/> is taken.</param>
        /// <param name="yes">The value taken there.</param>
        /// <param name="no">The value taken elsewhere: a plain number, which takes the condition's element type.</param>
        public static Tensor Where(Tensor condition, Tensor yes, double no) => Where(condition, yes, Number(no, condition));

        /// <inheritdoc cref="Where(Tensor, Tensor, Tensor)"/>
        /// <param name="condition">Not 0 where <paramref name="yes"/> is taken.</param>
        /// <param name="yes">The value taken there: a plain number, which takes the condition's element type.</param>
        /// <param name="no">The value taken elsewhere.</param>
        public static Tensor Where(Tensor condition, double yes, Tensor no) => Where(condition, Number(yes, condition), no);

        /// <inheritdoc cref="Where(Tensor, Tensor, Tensor)"/>
        /// <param name="condition">Not 0 where <paramref name="yes"/> is taken.</param>
        /// <param name="yes">The value taken there: a plain number, which takes the condition's element type.</param>
        /// <param name="no">The value taken elsewhere: another plain number.</param>
        public static Tensor Where(Tensor condition, double yes, double no) =>
            Where(condition, Number(yes, condition), Number(no, condition));
    }
}

namespace Autograd.Operations
{
    sealed class WhereOperation : ElementwiseOperation
    {
        public static readonly WhereOperation Instance = new();

        public override string Name => nameof(Functions.Where);

        public override OperationCost Cost => OperationCost.Cheap;

        public override Shape Infer(ReadOnlySpan<Tensor> operands) =>
            ShapeRules.Broadcast(Name, operands[0].Shape, ShapeRules.Broadcast(Name, operands[1].Shape, operands[2].Shape));

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            if (result.ElementType == ElementType.Float32) Compute<float>(operands, result);
            else Compute<double>(operands, result);
        }

        public override Tensor? Propagate(in Call call, int argument, Tensor vector)
        {
            if (argument == 0) return null;
            return argument == 1 ? Functions.Where(call[0], vector, 0) : Functions.Where(call[0], 0, vector);
        }

        public override N Value<N>(ReadOnlySpan<N> operands) => N.Select(operands[0], operands[1], operands[2]);

        static void Compute<T>(ReadOnlySpan<Tensor> operands, Tensor result)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            var target = result.WriteSpan<T>();
            var condition = new BroadcastReader<T>(operands[0], result.Shape);
            var yes = new BroadcastReader<T>(operands[1], result.Shape);
            var no = new BroadcastReader<T>(operands[2], result.Shape);
            int run = Math.Min(condition.Run, Math.Min(yes.Run, no.Run));
            for (int start = 0; start < target.Length; start += run)
            {
                int c = condition.Position(start), y = yes.Position(start), n = no.Position(start);
                for (int i = 0; i < run; i++)
                    target[start + i] = condition.At(c, i) != T.Zero ? yes.At(y, i) : no.At(n, i);
            }
        }
    }
}
