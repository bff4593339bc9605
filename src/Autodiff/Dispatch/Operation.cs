namespace Autograd.Dispatch;

/// <summary>An operation with one result: its shape rule, kernel and derivative rules in one place.</summary>
abstract class Operation : RecordedOperation
{
    /// <summary>The shape rule. Throws <see cref="ShapeException"/>. Needs no data.</summary>
    public abstract Shape Infer(ReadOnlySpan<Tensor> operands);

    /// <summary>The element type of the result.</summary>
    public virtual ElementType InferType(ReadOnlySpan<Tensor> operands) => operands[0].ElementType;

    /// <summary>Fills the result. Operands and result have data, and their shapes have been checked.</summary>
    public abstract void Compute(ReadOnlySpan<Tensor> operands, Tensor result);

    /// <summary>
    /// <see cref="Compute"/> as it is called again and again for the same tensors: what does not change in between may be prepared.
    /// </summary>
    /// <param name="operands">The operands.</param>
    /// <param name="isFixed">Which of them keep their elements, or change them as a parameter does, with its version.</param>
    /// <param name="result">The result.</param>
    public virtual Action Repeated(Tensor[] operands, ReadOnlySpan<bool> isFixed, Tensor result) => () => Compute(operands, result);

    /// <summary>A result that shares its operand's memory, or null when this operation computes.</summary>
    public virtual Tensor? View(ReadOnlySpan<Tensor> operands, Shape shape) => null;

    /// <summary>
    /// Whether row i of the result along axis 0 comes from row i of those operands that have a row for each, and from all of the others:
    /// then some rows can be computed without the rest.
    /// </summary>
    /// <param name="operands">The operands' shapes.</param>
    /// <param name="hasRows">Which of them have a row for each row of the result.</param>
    /// <param name="result">The result's shape.</param>
    public virtual bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) => false;

    /// <summary>What it does, where passes over programs plan it otherwise than by its own code.</summary>
    public virtual OperationForm? Form => null;

    /// <summary>Whether its derivative is a function of the user's that may do anything with the cotangent that comes.</summary>
    public virtual bool HasGradientHook => false;

    /// <summary>Whether the user wrote it.</summary>
    public virtual bool IsCustom => false;

    /// <summary>The same result by operations that passes plan better; null where there are none.</summary>
    public virtual Tensor? Decompose(ReadOnlySpan<Tensor> operands) => null;

    /// <summary>What it costs to compute the result again.</summary>
    public virtual OperationCost Cost => OperationCost.Expensive;

    /// <summary>
    /// Those attributes that are plain numbers, which a program may change from run to run: a factor, an exponent, a limit.
    /// </summary>
    public virtual ReadOnlySpan<double> Numbers => [];

    /// <summary>
    /// Whether another operation computes the same from the same operands except for <see cref="Numbers"/>, of which it has the same
    /// number.
    /// </summary>
    public virtual bool IsSameApartFromNumbers(RecordedOperation other) => IsSameAs(other);

    /// <summary>
    /// The same result, with the same derivatives, by operations that take tensors without axes in the place of <see cref="Numbers"/>;
    /// where one is null, the number stays.
    /// </summary>
    public virtual Tensor ApplyWithNumbers(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor?> numbers) =>
        Dispatcher.Apply(this, operands);

    /// <summary>
    /// The batching rule: the result for many rows at once, with a leading axis for the rows. It is written with operations, so it is
    /// differentiated and mapped again.
    /// </summary>
    public virtual Tensor Map(MappedCall call) => throw new MissingRuleException(Name);

    /// <inheritdoc/>
    public sealed override Tensor?[] MapAll(MappedCall call) => [Map(call)];

    /// <inheritdoc/>
    public sealed override Tensor[] Run(Tensor[] operands) => [Dispatcher.Apply(this, operands)];

    /// <summary>The product of a cotangent of the result with the Jacobian for one operand; null means zero.</summary>
    public virtual Tensor? Vjp(in Call call, int argument, Tensor cotangent) => throw new MissingRuleException(Name, argument, "vjp");

    /// <summary>The product of the Jacobian with tangents of the operands (null means zero); null means zero.</summary>
    public virtual Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) =>
        throw new MissingRuleException(Name, tangents.IndexOfAnyExcept((Tensor?)null), "jvp");

    /// <summary>
    /// Whether what a rule makes of a vector is recorded or traced, and so has to be written by operations; else a kernel may compute it,
    /// which <see cref="Observe"/> then tells.
    /// </summary>
    protected static bool IsRecorded(in Call call, Tensor vector) =>
        Recorder.Current is { IsRecording: true } || vector.IsSymbolic || call.Result.IsSymbolic;

    /// <summary>Shows who watches the product that a kernel made of a vector.</summary>
    protected void Observe(in Call call, Tensor vector, Tensor product)
    {
        if (Recorder.Current is { Observer: { } observer } recorder) observer.Observe(recorder, this, [vector, call[0]], product);
    }

    /// <inheritdoc/>
    public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into)
    {
        var cotangent = cotangents[0]!;
        for (int i = 0; i < call.Operands.Length; i++)
            if (into.Wants(i) && Vjp(call, i, cotangent) is { } contribution)
                into.Add(i, contribution);
    }

    /// <inheritdoc/>
    public override void Push(in Call call, ReadOnlySpan<Tensor?> tangents, TangentSink into)
    {
        if (Jvp(call, tangents) is { } tangent) into.Add(0, tangent);
    }
}

/// <summary>The identity on values, in the memory of the operand.</summary>
abstract class ViewOperation : Operation
{
    public override OperationCost Cost => OperationCost.Free;

    public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[0].Shape;

    public sealed override Tensor View(ReadOnlySpan<Tensor> operands, Shape shape) =>
        new(operands[0].ElementType, shape, operands[0].Storage, operands[0].Offset);

    public sealed override void Compute(ReadOnlySpan<Tensor> operands, Tensor result) => Accumulation.Copy(operands[0], result);
}

/// <summary>The operand's elements at some places of zeros: the adjoint of an operation that reads a part.</summary>
abstract class ScatterOperation : Operation
{
    /// <summary>Adds the elements of a part to their places in a tensor of the result's shape.</summary>
    public abstract void AddTo(Tensor part, Tensor target);

    public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
    {
        Accumulation.Clear(result);
        AddTo(operands[0], result);
    }
}
