using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>The value of an operation written out.</summary>
delegate Tensor WrittenValue(ReadOnlySpan<Tensor> operands);

/// <summary>The rule of an operation written out.</summary>
delegate Tensor? WrittenVjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent);

/// <summary>The forward rule of an operation written out.</summary>
delegate Tensor? WrittenJvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents);

/// <summary>An operation from its value and rules.</summary>
sealed class Handwritten(WrittenValue value, WrittenVjp vjp, WrittenJvp? jvp = null) : CustomOperation
{
    public override Tensor Value(ReadOnlySpan<Tensor> operands) => value(operands);

    public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) =>
        vjp(operands, result, argument, cotangent);

    public override Tensor? Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        jvp is null ? base.Jvp(operands, result, tangents) : jvp(operands, result, tangents);
}

/// <summary>Errors in memory, in forward mode, in one number of many, and others that differences at the point do not see.</summary>
static partial class PlantedErrors
{
    const int Many = 10_000, OneOfThem = 7_321;

    static IEnumerable<PlantedError> HardToSee =>
    [
        new("one entry of ten thousand", 1, 0, planted => x => OneEntry(planted).Apply(x[0]),
            [Many]) { Options = new() { Mode = CheckMode.Projected } },
        new("rule that writes into its cotangent", 1, 1, planted => x => Square(Multiplied(planted).Apply(x[0], x[1])), [3], [3]),
        new("rule that writes into its result", 2, 0, planted => x => Square(Exponential(planted).Apply(x[0])), [3]),
        Forward("forward mode with the wrong sign", planted =>
            Product(tangents => (planted ? -tangents.Left : tangents.Left) + tangents.Right)),
        Forward("forward mode without an operand", planted =>
            Product(tangents => planted ? tangents.Left : tangents.Left + tangents.Right)),
        Forward("forward mode with a factor of two", planted =>
            Product(tangents => tangents.Left + (planted ? 2 * tangents.Right : tangents.Right))),
        StepFree("operand of the first call kept", planted => Stale(planted), 1),
        StepFree("wrong in float only", planted => FloatExponential(planted), 1),
    ];

    static PlantedError Forward(string name, Func<bool, Handwritten> operation) => StepFree(name, operation, 2);

    static PlantedError StepFree(string name, Func<bool, Handwritten> operation, int operands) => new(
        name, 1, 0,
        planted =>
        {
            var made = operation(planted);
            return x => made.Apply([.. x]);
        },
        [.. Enumerable.Repeat(Shape.Create([3]), operands)])
    { IsSeenByDifferences = false };

    static Handwritten OneEntry(bool planted) => new(
        x => Sin(x[0]),
        (x, _, _, g) =>
        {
            // The same everywhere: a share of the slope would be no error where there is none.
            double[] excess = new double[Many];
            if (planted) excess[OneOfThem] = 0.1;
            return g * (Cos(x[0]) + Tensor.From(excess).As(g.ElementType));
        });

    static Handwritten Multiplied(bool planted) => new(
        x => x[0] * x[1],
        (x, _, argument, g) =>
        {
            if (argument == 1) return g * x[0];
            var product = g * x[1];
            if (!planted) return product;
            Overwrite(g, product);
            return g;
        });

    static Handwritten Exponential(bool planted) => new(
        x => Exp(x[0]),
        (_, y, _, g) =>
        {
            var product = g * y;
            if (planted) Overwrite(y, product);
            return product;
        });

    static Handwritten Product(Func<(Tensor Left, Tensor Right), Tensor> combine) => new(
        x => x[0] * x[1],
        (x, _, argument, g) => g * x[1 - argument],
        (x, y, tangents) =>
        {
            var zero = Tensor.Zeros(y.Shape, y.ElementType);
            return combine(((tangents[0] ?? zero) * x[1], (tangents[1] ?? zero) * x[0]));
        });

    // What it keeps has the right numbers wherever the point is not moved, and no derivative anywhere.
    static Handwritten Stale(bool planted)
    {
        Tensor? kept = null;
        return new(x => Exp(x[0]), (x, _, _, g) => g * Exp(!planted ? x[0] : (kept ??= x[0].Detach()).As(g.ElementType)));
    }

    static Handwritten FloatExponential(bool planted) => new(
        x => Exp(x[0]), (_, y, _, g) => g * y * (planted && y.ElementType == ElementType.Float32 ? 1.5 : 1));

    static void Overwrite(Tensor target, Tensor source)
    {
        if (target.ElementType == ElementType.Float32) source.AsSpan<float>().CopyTo(target.WriteSpan<float>());
        else source.AsSpan<double>().CopyTo(target.WriteSpan<double>());
    }
}
