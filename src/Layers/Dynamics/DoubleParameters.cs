namespace Autograd.Layers;

/// <summary>Double copies of a module's parameters, put in their place while something is computed.</summary>
internal sealed class DoubleParameters
{
    readonly (Parameter Parameter, Tensor Value)[] copies;

    public DoubleParameters(Module module)
    {
        copies = [.. module.Parameters
            .Where(parameter => parameter.ElementType != ElementType.Float64)
            .Select(parameter => (parameter, parameter.Detach().As(ElementType.Float64).Detach()))];
    }

    /// <summary>Computes with the copies, on the tape there is or else on one of its own.</summary>
    public Tensor Run(Tensor x, Func<Tensor, Tensor> function)
    {
        if (copies.Length == 0) return function(x);
        if (Tape.Current is { } tape)
        {
            Bind(tape);
            return function(x);
        }
        using var own = new Tape();
        Bind(own);
        using (own.Pause()) return function(x).Detach();
    }

    public void Bind(Tape tape)
    {
        foreach (var (parameter, value) in copies)
            if (Tape.Actual(parameter).ElementType != ElementType.Float64)
                tape.Bind(parameter, value);
    }
}
