using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// −log p of the targets, <c>[batch]</c>, from the log probabilities that their paths use (<see cref="CtcTargets"/>). Its gradient is
/// −occupancy.
/// </summary>
internal sealed class CtcOperation(CtcTargets targets) : CustomOperation
{
    public override string Name => "Ctc";

    public override Shape Infer(ReadOnlySpan<Tensor> operands) => [targets.Batch];

    public override Tensor Value(ReadOnlySpan<Tensor> operands)
    {
        double[] numbers = operands[0].ToDoubles(), losses = new double[targets.Batch];
        var sums = new CtcScaledSums();
        for (int b = 0; b < losses.Length; b++) losses[b] = -sums.LogLikelihood(targets[b], numbers.AsSpan(targets.Of(b)), default);
        return Tensor.From(losses, [targets.Batch], operands[0].ElementType);
    }

    public override Tensor Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) =>
        -GatherRows(cotangent, targets.Owners()) * Occupancy(operands[0]);

    public override Tensor Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        -ScatterRows(Occupancy(operands[0]) * tangents[0]!, targets.Owners(), targets.Batch);

    Tensor Occupancy(Tensor logProbabilities) => new CtcOccupancy(targets).Apply(logProbabilities);
}

/// <summary>
/// The probability, among all paths of the target, of each place at every frame: ∂ log p / ∂ log probabilities. Where there is no path
/// it is 0.
/// </summary>
internal sealed class CtcOccupancy(CtcTargets targets) : CustomOperation
{
    public override string Name => "CtcOccupancy";

    public override Tensor Value(ReadOnlySpan<Tensor> operands)
    {
        double[] numbers = operands[0].ToDoubles(), occupancy = new double[numbers.Length];
        var sums = new CtcScaledSums();
        for (int b = 0; b < targets.Batch; b++)
            sums.LogLikelihood(targets[b], numbers.AsSpan(targets.Of(b)), occupancy.AsSpan(targets.Of(b)));
        return Tensor.From(occupancy, operands[0].Shape, operands[0].ElementType);
    }

    // The derivative of the occupancy is the Hessian of log p, which is symmetric.
    public override Tensor Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) =>
        Product(operands[0], cotangent);

    public override Tensor Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        Product(operands[0], tangents[0]!);

    Tensor Product(Tensor logProbabilities, Tensor vector) => new CtcCurvature(targets).Apply(logProbabilities, vector);
}

/// <summary>
/// The Hessian of log p times a vector: the occupancy's derivative along it. Linear in the vector; there is no rule for a third order.
/// </summary>
internal sealed class CtcCurvature(CtcTargets targets) : CustomOperation
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
