using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// −log p of the targets from the classes' log probabilities <c>[time, batch, classes]</c>: <c>[batch]</c>. Its gradient is −occupancy.
/// </summary>
internal sealed class CtcOperation(CtcTarget[] targets) : CustomOperation
{
    public override string Name => "Ctc";

    public override Shape Infer(ReadOnlySpan<Tensor> operands) => [operands[0].Shape[1]];

    public override Tensor Value(ReadOnlySpan<Tensor> operands)
    {
        var probabilities = new LogProbabilities(operands[0]);
        double[] losses = [.. targets.Select((target, b) => -new CtcLattice(target, probabilities, b).LogLikelihood)];
        return Tensor.From(losses, [targets.Length], operands[0].ElementType);
    }

    public override Tensor Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) =>
        -cotangent.Reshape(1, targets.Length, 1) * Occupancy(operands[0]);

    public override Tensor Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        -Sum(Occupancy(operands[0]) * tangents[0]!, 0, 2);

    Tensor Occupancy(Tensor logProbabilities) => new CtcOccupancy(targets).Apply(logProbabilities);
}

/// <summary>
/// The probability, among all paths of the target, of every class at every frame: ∂ log p / ∂ log probabilities. Where there is no path it
/// is 0.
/// </summary>
internal sealed class CtcOccupancy(CtcTarget[] targets) : CustomOperation
{
    public override string Name => "CtcOccupancy";

    public override Tensor Value(ReadOnlySpan<Tensor> operands)
    {
        var probabilities = new LogProbabilities(operands[0]);
        var occupancy = new double[operands[0].ElementCount];
        for (int b = 0; b < targets.Length; b++) new CtcLattice(targets[b], probabilities, b).AddOccupancy(occupancy);
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
internal sealed class CtcCurvature(CtcTarget[] targets) : CustomOperation
{
    public override string Name => "CtcCurvature";

    public override Tensor Value(ReadOnlySpan<Tensor> operands)
    {
        var probabilities = new LogProbabilities(operands[0]);
        var along = operands[1].ToDoubles();
        var product = new double[along.Length];
        for (int b = 0; b < targets.Length; b++) new CtcLattice(targets[b], probabilities, b).AddCurvature(along, product);
        return Tensor.From(product, operands[0].Shape, operands[0].ElementType);
    }

    public override Tensor Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) => argument == 1
        ? Apply(operands[0], cotangent)
        : throw new MissingRuleException(Name, argument, "vjp");

    public override Tensor Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => tangents[0] is null
        ? Apply(operands[0], tangents[1]!)
        : throw new MissingRuleException(Name, 0, "jvp");
}
