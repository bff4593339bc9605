using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>A module with random parameters, a function that uses it, and the inputs, in double, at which it is judged.</summary>
sealed record ModuleTrial(Module Module, Func<IReadOnlyList<Tensor>, Tensor> Function, params Tensor[] Inputs)
{
    /// <summary>Runs on a tape with the parameters in double and the inputs watched.</summary>
    public T OnTape<T>(Func<Tape, Tensor[], T> run)
    {
        Tensor[] parameters = [.. Module.Parameters.Select(parameter => parameter.As(ElementType.Float64))];
        using var tape = new Tape();
        for (int i = 0; i < parameters.Length; i++) tape.Bind(Module.Parameters[i], parameters[i]);
        foreach (var tensor in Inputs.Concat(parameters)) tape.Watch(tensor);
        return run(tape, [.. Inputs, .. parameters]);
    }

    /// <summary>The result, then the gradients for every input and every parameter.</summary>
    public double[][] ResultAndGradients(bool record = false) => OnTape((tape, sources) =>
    {
        var result = Function(Inputs);
        return Derivatives.Numbers([result, .. tape.Gradients([result], [Directions.Of(result.Shape)], sources, record)]);
    });

    /// <summary>The largest number on the tape of the function and of its recorded gradient; at least 1.</summary>
    public double Scale() => OnTape((tape, sources) =>
    {
        var result = Function(Inputs);
        tape.Gradients([result], [Directions.Of(result.Shape)], sources, record: true);
        return Derivatives.Scale(tape);
    });

    public override string ToString() =>
        $"{Module.GetType().Name} with {Module.ParameterCount} parameters; " +
        string.Join("; ", Inputs.Select((input, i) => $"input {i}: {input.Shape}"));
}
