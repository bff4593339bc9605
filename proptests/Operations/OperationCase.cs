namespace Autograd.PropertyTests;

/// <summary>A way of calling one public function, drawn at random.</summary>
/// <param name="Function">The function's name; with its parameter types where it has overloads.</param>
/// <param name="Variant">What distinguishes the case from others of the same function; empty for the only one.</param>
/// <param name="Draw">Draws attributes and inputs.</param>
sealed record OperationCase(string Function, string Variant, Func<Draw, Trial> Draw)
{
    public string Name => Variant.Length == 0 ? Function : $"{Function}: {Variant}";
}

/// <summary>
/// The table: every public function of <see cref="Functions"/> and every loss, with inputs away from kinks and singularities.
/// </summary>
static partial class OperationCases
{
    public static IReadOnlyList<OperationCase> All { get; } =
        [.. Unary, .. Binary, .. Reductions, .. Rows, .. Shapes, .. Parts, .. Indexing, .. Products, .. LinearAlgebra, .. Scans, .. Losses,
            .. Gradients];

    /// <summary>The names, for theories.</summary>
    public static TheoryData<string> Names => [.. All.Select(operation => operation.Name)];

    public static OperationCase Named(string name) => All.Single(operation => operation.Name == name);

    /// <summary>A function of one tensor of any shape.</summary>
    static OperationCase Of(string function, string variant, Domain domain, Func<Tensor, Tensor> apply) =>
        new(function, variant, draw => new Trial(x => apply(x[0]), draw.Values(draw.Shape(), domain)));

    /// <inheritdoc cref="Of(string, string, Domain, Func{Tensor, Tensor})"/>
    static OperationCase Of(string function, Domain domain, Func<Tensor, Tensor> apply) => Of(function, "", domain, apply);

    /// <summary>A function of one tensor whose attributes are drawn for its shape.</summary>
    static OperationCase Of(string function, Func<Draw, Shape> shape, Func<Draw, Shape, Func<Tensor, Tensor>> attributes) =>
        Of(function, "", shape, attributes);

    /// <inheritdoc cref="Of(string, Func{Draw, Shape}, Func{Draw, Shape, Func{Tensor, Tensor}})"/>
    static OperationCase Of(string function, string variant, Func<Draw, Shape> shape, Func<Draw, Shape, Func<Tensor, Tensor>> attributes) =>
        new(
        function,
        variant,
        draw =>
        {
            var drawn = shape(draw);
            var apply = attributes(draw, drawn);
            return new Trial(x => apply(x[0]), draw.Values(drawn, Domain.Any));
        });
}
