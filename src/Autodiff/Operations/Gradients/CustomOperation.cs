namespace Autograd
{
    /// <summary>
    /// An operation of your own: its value, computed by any means, and its derivative rules. If the rules are written with tensor
    /// operations, they can be differentiated again; <see cref="GradientCheck"/> checks it like any function. Instances must be immutable;
    /// store attributes in fields.
    /// </summary>
    /// <remarks>
    /// Most operations do not need this: a composition of <see cref="Functions"/> already has derivatives. It is meant for values computed
    /// by other means, for better-conditioned derivatives, and for derivatives other than those of the value. What a rule uses beside its
    /// arguments should be an operand: a recurrence whose rules use other parameters is not compiled.
    /// </remarks>
    public abstract class CustomOperation
    {
        readonly CustomAdapter adapter;

        /// <summary>Prepares the operation for use.</summary>
        protected CustomOperation() => adapter = new CustomAdapter(this);

        /// <summary>Name in messages and listings; the name of the class by default.</summary>
        public virtual string Name => GetType().Name;

        /// <summary>Applies the operation: computes the value, and records it if an operand is tracked.</summary>
        public Tensor Apply(params ReadOnlySpan<Tensor> operands) => Dispatcher.Apply(adapter, operands);

        /// <summary>The shape of the value, from the shapes of the operands; that of the first operand by default.</summary>
        public virtual Shape Infer(ReadOnlySpan<Tensor> operands) => operands[0].Shape;

        /// <summary>The value. Nothing that happens here is recorded.</summary>
        public abstract Tensor Value(ReadOnlySpan<Tensor> operands);

        /// <summary>
        /// The cotangent of one operand: the given cotangent of the result times the Jacobian with respect to that operand. Null means
        /// zero.
        /// </summary>
        /// <param name="operands">The operands.</param>
        /// <param name="result">The value.</param>
        /// <param name="argument">Which operand.</param>
        /// <param name="cotangent">Of the result's shape.</param>
        public abstract Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent);

        /// <summary>
        /// The results for many rows at once, <c>[rows, …]</c>, by tensor operations or by another custom operation; without it, the
        /// operation cannot be used in <see cref="Vmap"/>.
        /// </summary>
        /// <param name="operands">The operands; those that are mapped have a row for each along a leading axis.</param>
        /// <param name="isMapped">Which of them are mapped; the others are the same for all rows.</param>
        /// <param name="rows">Number of rows.</param>
        public virtual Tensor Map(ReadOnlySpan<Tensor> operands, ReadOnlySpan<bool> isMapped, int rows) =>
            throw new MissingRuleException(Name);

        /// <summary>
        /// The tangent of the result: the sum of the Jacobians times the tangents of the operands. Null means zero; without it, there is no
        /// forward mode.
        /// </summary>
        /// <param name="operands">The operands.</param>
        /// <param name="result">The value.</param>
        /// <param name="tangents">One for each operand; null means zero.</param>
        public virtual Tensor? Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
            throw new MissingRuleException(Name, tangents.IndexOfAnyExcept((Tensor?)null), "jvp");
    }
}

namespace Autograd.Operations
{
    /// <summary>A user's operation as the engine sees it; the results of its methods are checked.</summary>
    sealed class CustomAdapter(CustomOperation custom) : Operation
    {
        public override string Name => custom.Name;

        public override bool IsCustom => true;

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            if (operands.Length == 0) throw new ArgumentException($"{Name}: no operands were given.");
            return custom.Infer(operands);
        }

        public override Tensor Map(MappedCall call)
        {
            using var user = Recorder.EnterUserCode();
            var result = custom.Map(call.Operands, call.IsMapped, call.Count)
                ?? throw new InvalidOperationException($"{Name}: the batching rule gave null.");
            result = Recorder.Actual(result);
            result.CheckOwner($"{Name}: the batching rule");
            return result;
        }

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            using var user = Recorder.EnterUserCode(isRecording: false);
            Accumulation.Copy(Checked(custom.Value(operands), result, "the value"), result);
        }

        public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into)
        {
            var cotangent = into.Reveal(cotangents[0]!);
            for (int i = 0; i < call.Operands.Length; i++)
                if (into.Wants(i) && RunVjp(call, i, cotangent) is { } vjp)
                    into.Add(i, Checked(vjp, call[i], $"the vjp rule for argument {i}"));
        }

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents)
        {
            using var user = Recorder.EnterUserCode();
            return custom.Jvp(call.Operands, call.Result, tangents) is { } jvp ? Checked(jvp, call.Result, "the jvp rule") : null;
        }

        Tensor? RunVjp(in Call call, int argument, Tensor cotangent)
        {
            using var user = Recorder.EnterUserCode();
            return custom.Vjp(call.Operands, call.Result, argument, cotangent);
        }

        Tensor Checked(Tensor given, Tensor expected, string what)
        {
            if (given is null) throw new InvalidOperationException($"{Name}: {what} is null.");
            given = Recorder.Actual(given);
            given.CheckOwner($"{Name}: {what}");
            if (given.Shape != expected.Shape) throw new ShapeException($"{Name}: {what} gave {given.Shape}; {expected.Shape} is needed.");
            if (given.ElementType != expected.ElementType)
                throw new ElementTypeException($"{Name}: {what} gave {given.ElementType}; {expected.ElementType} is needed.");
            return given;
        }
    }
}
