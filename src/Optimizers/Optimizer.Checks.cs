using static System.FormattableString;

namespace Autograd.Optimizers;

public abstract partial class Optimizer
{
    readonly HashSet<Storage> memories = [];

    static Converter<Parameter, OptimizerState> StateFactory(string[] slots) => parameter => new OptimizerState(parameter, slots);

    /// <summary>A copy of the parameters that something learns or follows, each one once.</summary>
    internal static Parameter[] Checked(string name, IReadOnlyList<Parameter> given)
    {
        ArgumentNullException.ThrowIfNull(given, "parameters");
        if (given.Count == 0) throw new ArgumentException($"{name}: there are no parameters to learn.", "parameters");
        var seen = new HashSet<Parameter>();
        var copy = new Parameter[given.Count];
        for (int i = 0; i < copy.Length; i++)
        {
            copy[i] = given[i] ?? throw new ArgumentException(Invariant($"{name}: parameter {i} of {copy.Length} is null."), "parameters");
            if (!seen.Add(copy[i]))
                throw new ArgumentException(
                    Invariant($"{name}: parameter {copy[i].Name} is given twice, the second time at position {i}."), "parameters");
        }
        return copy;
    }

    void ThrowIfUnfit(IReadOnlyList<Tensor> gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        if (gradients.Count != parameters.Length)
            throw new ArgumentException(
                Invariant($"{name}: {gradients.Count} gradients were given for {parameters.Length} parameters."), nameof(gradients));
        for (int i = 0; i < parameters.Length; i++) ThrowIfUnfit(parameters[i], gradients[i]);
    }

    void ThrowIfUnfit(Parameter parameter, Tensor? gradient)
    {
        ThrowIfUnlike(name, parameter, gradient);

        // Of its own parameter an element is read before it is written; another one may have been changed already.
        if (gradient!.Storage != parameter.Storage && memories.Contains(gradient.Storage!))
            throw new ArgumentException(
                $"{name}: the gradient of parameter {parameter.Name} shares memory with another parameter, "
                + "which this step changes; pass a copy, Detach().",
                "gradients");
    }

    /// <summary>A gradient must be there, be like its parameter, and have data.</summary>
    internal static void ThrowIfUnlike(string name, Parameter parameter, Tensor? gradient)
    {
        if (gradient is null) throw new ArgumentException($"{name}: the gradient of parameter {parameter.Name} is null.", "gradients");
        if (gradient.Shape != parameter.Shape)
            throw new ShapeException($"{name}: parameter {parameter.Name} is {parameter.Shape}, its gradient is {gradient.Shape}.");
        if (gradient.ElementType != parameter.ElementType)
            throw new ElementTypeException(
                $"{name}: parameter {parameter.Name} is {parameter.ElementType}, "
                + $"its gradient is {gradient.ElementType}; convert it first.");
        gradient.CheckOwner(name);
        if (gradient.Storage is null)
            throw new InvalidOperationException(
                $"{name}: the gradient of parameter {parameter.Name} is symbolic: it has a shape but no data.");
    }
}
