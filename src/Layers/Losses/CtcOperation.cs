using System.Numerics;
using System.Numerics.Tensors;
using CommunityToolkit.HighPerformance.Buffers;
using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// −log p of the targets, and after them the occupancy, <c>[batch + places]</c>, from the log probabilities that their paths use
/// (<see cref="CtcTargets"/>): one pass over the lattice for the loss and for its gradient. A constant to every derivative, which
/// <see cref="CtcOperation"/> and <see cref="CtcOccupancy"/> know.
/// </summary>
sealed class CtcSums(CtcTargets targets) : CustomOperation
{
    public override string Name => "CtcSums";

    public override Shape Infer(ReadOnlySpan<Tensor> operands) => [targets.Batch + targets.Count];

    public override Tensor Value(ReadOnlySpan<Tensor> operands) =>
        operands[0].ElementType == ElementType.Float32 ? Value<float>(operands[0]) : Value<double>(operands[0]);

    // In double, sequence by sequence.
    Tensor Value<T>(Tensor logProbabilities)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var all = logProbabilities.AsSpan<T>();
        using var result = SpanOwner<T>.Allocate(targets.Batch + targets.Count);
        var found = result.Span;
        using var memory = SpanOwner<double>.Allocate(2 * targets.Most);
        Span<double> numbers = memory.Span[..targets.Most], occupancy = memory.Span[targets.Most..];
        using var sums = new CtcScaledSums();
        for (int b = 0; b < targets.Batch; b++)
        {
            int count = targets[b].Count;
            TensorPrimitives.ConvertTruncating(all[targets.Of(b)], numbers[..count]);
            found[b] = T.CreateTruncating(-sums.LogLikelihood(targets[b], numbers[..count], occupancy[..count]));
            TensorPrimitives.ConvertTruncating<double, T>(occupancy[..count], found[targets.Batch..][targets.Of(b)]);
        }
        return Tensor.From<T>(found, [found.Length]);
    }

    public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) => null;

    public override Tensor? Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => null;
}

/// <summary>
/// −log p of the targets, <c>[batch]</c>, from the log probabilities that their paths use and their <see cref="CtcSums"/>. Its gradient is
/// −occupancy.
/// </summary>
sealed class CtcOperation(CtcTargets targets) : CustomOperation
{
    public override string Name => "Ctc";

    public override Shape Infer(ReadOnlySpan<Tensor> operands) => [targets.Batch];

    /// <summary>The losses of a batch.</summary>
    public Tensor Of(Tensor logProbabilities) => Apply(logProbabilities, new CtcSums(targets).Apply(logProbabilities));

    public override Tensor Value(ReadOnlySpan<Tensor> operands) => Slice(operands[1], 0, 0, targets.Batch);

    public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) =>
        argument == 1 ? null : new CtcGradient(targets).Apply(operands[0], operands[1], cotangent);

    public override Tensor? Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => tangents[0] is { } tangent
        ? -targets.Sums(new CtcOccupancy(targets).Apply(operands) * tangent)
        : null;
}

/// <summary>
/// The cotangents of the log probabilities, from those, their <see cref="CtcSums"/> and the cotangents of the losses: −occupancy, times
/// what its sequence's loss has.
/// </summary>
sealed class CtcGradient(CtcTargets targets) : CustomOperation
{
    public override string Name => "CtcGradient";

    public override Tensor Value(ReadOnlySpan<Tensor> operands) =>
        operands[0].ElementType == ElementType.Float32 ? Value<float>(operands) : Value<double>(operands);

    Tensor Value<T>(ReadOnlySpan<Tensor> operands)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> occupancy = operands[1].AsSpan<T>()[targets.Batch..], cotangents = operands[2].AsSpan<T>();
        using var memory = SpanOwner<T>.Allocate(targets.Count);
        for (int b = 0; b < targets.Batch; b++)
            TensorPrimitives.Multiply(occupancy[targets.Of(b)], -cotangents[b], memory.Span[targets.Of(b)]);
        return Tensor.From<T>(memory.Span, [targets.Count]);
    }

    public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) => argument switch
    {
        0 => Along(operands, operands[2], cotangent),
        1 => null,
        _ => -targets.Sums(cotangent * Occupancy(operands)),
    };

    public override Tensor? Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents)
    {
        var moved = tangents[0] is { } tangent ? Along(operands, operands[2], tangent) : null;
        var scaled = tangents[2] is { } change ? -targets.Spread(change) * Occupancy(operands) : null;
        return moved is null ? scaled : scaled is null ? moved : moved + scaled;
    }

    // The derivative of the occupancy is symmetric, and apart for each sequence.
    Tensor Along(ReadOnlySpan<Tensor> operands, Tensor cotangents, Tensor vector) =>
        new CtcCurvature(targets).Apply(operands[0], -targets.Spread(cotangents) * vector);

    Tensor Occupancy(ReadOnlySpan<Tensor> operands) => new CtcOccupancy(targets).Apply(operands[0], operands[1]);
}

/// <summary>
/// The probability, among all paths of the target, of each place at every frame: ∂ log p / ∂ log probabilities. Where there is no path
/// it is 0.
/// </summary>
sealed class CtcOccupancy(CtcTargets targets) : CustomOperation
{
    public override string Name => "CtcOccupancy";

    public override Tensor Value(ReadOnlySpan<Tensor> operands) => Slice(operands[1], 0, targets.Batch, targets.Count);

    // The derivative of the occupancy is the Hessian of log p, which is symmetric.
    public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) =>
        argument == 1 ? null : Product(operands[0], cotangent);

    public override Tensor? Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        tangents[0] is { } tangent ? Product(operands[0], tangent) : null;

    Tensor Product(Tensor logProbabilities, Tensor vector) => new CtcCurvature(targets).Apply(logProbabilities, vector);
}

/// <summary>
/// The Hessian of log p times a vector: the occupancy's derivative along it. Linear in the vector; there is no rule for a third order.
/// </summary>
sealed class CtcCurvature(CtcTargets targets) : CustomOperation
{
    public override string Name => "CtcCurvature";

    public override Tensor Value(ReadOnlySpan<Tensor> operands)
    {
        double[] numbers = operands[0].ToDoubles(), along = operands[1].ToDoubles(), product = new double[along.Length];
        for (int b = 0; b < targets.Batch; b++)
        {
            var own = targets.Of(b);
            new CtcLattice(targets[b], numbers[own]).AddCurvature(along[own], product.AsSpan(own));
        }
        return Tensor.From(product, operands[0].Shape, operands[0].ElementType);
    }

    public override Tensor Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) => argument == 1
        ? Apply(operands[0], cotangent)
        : throw new MissingRuleException(Name, argument, "vjp");

    public override Tensor Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => tangents[0] is null
        ? Apply(operands[0], tangents[1]!)
        : throw new MissingRuleException(Name, 0, "jvp");
}
