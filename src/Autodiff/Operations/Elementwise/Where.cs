using System.Numerics;
using System.Runtime.CompilerServices;

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
                Select(
                    condition.At(condition.Position(start), run), yes.At(yes.Position(start), run), no.At(no.Position(start), run),
                    target.Slice(start, run));
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        static void Select<T>(ReadOnlySpan<T> condition, ReadOnlySpan<T> yes, ReadOnlySpan<T> no, Span<T> target)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            // Where an operand is one number it is read over and over.
            Vector<T> condition0 = new(condition[0]), yes0 = new(yes[0]), no0 = new(no[0]);
            bool isConditionOne = condition.Length < target.Length, isYesOne = yes.Length < target.Length,
                isNoOne = no.Length < target.Length;
            int i = 0;
            for (; i <= target.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                var isNo = Vector.Equals(isConditionOne ? condition0 : new Vector<T>(condition[i..]), Vector<T>.Zero);
                var taken = Vector.ConditionalSelect(
                    isNo, isNoOne ? no0 : new Vector<T>(no[i..]), isYesOne ? yes0 : new Vector<T>(yes[i..]));
                taken.CopyTo(target[i..]);
            }
            for (; i < target.Length; i++)
                target[i] = condition[isConditionOne ? 0 : i] != T.Zero ? yes[isYesOne ? 0 : i] : no[isNoOne ? 0 : i];
        }
    }
}
